// A threshold unit: sums, answers, and where its line runs. No DOM: Node runs it.

const GATE_REACH = 3; // of weights and threshold
const GATE_FRACTION = 10; // tenths: a sum of tenths is rounded back to tenths
export const GATE_BOX = [-0.45, 1.45]; // what is drawn of each axis

export const gateTenths = (value) => Math.round(value * GATE_FRACTION) / GATE_FRACTION;
export const gateClamp = (value) => gateTenths(Math.min(GATE_REACH, Math.max(-GATE_REACH, value))) + 0;

/** All inputs of 0 and 1, counted upwards: 00, 01, 10, 11. */
export function gateCorners(inputs) {
  return [...Array(2 ** inputs).keys()].map((row) => (
    [...Array(inputs).keys()].map((place) => (row >> (inputs - 1 - place)) & 1)));
}

export function gateSum(weights, at) {
  return gateTenths(weights.reduce((sum, weight, place) => sum + weight * at[place], 0)) + 0;
}

/** "0001": 1 where the sum reaches the threshold. */
export function gateAnswers({ weights, threshold }) {
  return gateCorners(weights.length).map((at) => Number(gateSum(weights, at) >= threshold)).join("");
}

export function gateRight(answers, wanted) {
  return [...wanted].filter((bit, row) => bit === answers[row]).length;
}

/** "1_1_1.5": what the address says; null if it is no such text. */
export function gateIn(text, inputs) {
  const parts = (text ?? "").split("_");
  if (parts.length !== inputs + 1 || !parts.every((part) => /^-?\d(\.\d)?$/.test(part))) return null;
  const numbers = parts.map(Number);
  if (numbers.some((number) => Math.abs(number) > GATE_REACH)) return null;
  return { weights: numbers.slice(0, -1), threshold: numbers[inputs] };
}

export const gateOut = ({ weights, threshold }) => [...weights, threshold].join("_");

/** Where w₁x + w₂y = level crosses the drawn square: two ends, or null. */
export function gateLine([w1, w2], level) {
  const [low, high] = GATE_BOX;
  const ends = [];
  const add = (x, y) => {
    const inside = [x, y].every((value) => value >= low - 1e-9 && value <= high + 1e-9);
    if (inside && !ends.some(([a, b]) => Math.hypot(a - x, b - y) < 1e-6)) ends.push([x, y]);
  };
  for (const border of [low, high]) {
    if (w2) add(border, (level - w1 * border) / w2);
    if (w1) add((level - w2 * border) / w1, border);
  }
  return ends.length < 2 ? null : [ends[0], ends[ends.length - 1]];
}

/** The corners of the part of the drawn square where w₁x + w₂y ≥ level. */
export function gateSide([w1, w2], level) {
  const [low, high] = GATE_BOX;
  const square = [[low, low], [high, low], [high, high], [low, high]];
  const over = ([x, y]) => w1 * x + w2 * y - level;
  return square.flatMap((from, place) => {
    const to = square[(place + 1) % 4];
    const [a, b] = [over(from), over(to)];
    const kept = a >= 0 ? [from] : [];
    if (a >= 0 !== b >= 0) kept.push(from.map((value, axis) => value + (a / (a - b)) * (to[axis] - value)));
    return kept;
  });
}

const gateMinus = (value) => String(value).replace("-", "\u2212");
export const gateNumber = (value) => gateMinus(gateTenths(value) + 0);

/** "1·x₁ + 1·x₂ ≥ 1.5" */
export function gateRule({ weights, threshold }) {
  const sum = weights.map((weight, place) => {
    const sign = place ? (weight < 0 ? " \u2212 " : " + ") : weight < 0 ? "\u2212" : "";
    return `${sign}${Math.abs(weight)}·x${"₁₂₃"[place]}`;
  });
  return `${sum.join("")} ≥ ${gateNumber(threshold)}`;
}

/** What it computes, beside what is wanted. */
export function gateVerdict(scene, answers) {
  const name = scene.names[answers] ?? "a gate without a name";
  const [right, all] = [gateRight(answers, scene.wanted), scene.wanted.length];
  if (right === all) return `This unit computes ${scene.title}: all ${all} answers are right.`;
  const most = scene.possible ? "" : ` ${scene.most} is the most that any weights reach.`;
  return `This unit computes “${name}”. Of ${scene.title}, ${right} of ${all} answers are right.${most}`;
}
