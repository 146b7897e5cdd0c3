// What the loupe writes and says about one place.

import { answersOf, partsOf, windowOf } from "./loupe_math.js";
import { equalsSign, numberText } from "./numbers.js";

export const COLOURS = ["red", "green", "blue"];
const SPOKEN_SIZE = 3; // a larger window takes too long to hear
const LARGEST_DIVISOR = 4096; // of the 7×7 Gaussian

/** The smallest number that makes all of these whole, or 1 if none up to 4096 does. */
function commonDivisor(numbers) {
  for (let divisor = 2; divisor <= LARGEST_DIVISOR; divisor += 1) {
    const whole = (value) => Math.abs(value * divisor - Math.round(value * divisor)) < 1e-9;
    if (numbers.every(whole)) return divisor;
  }
  return 1;
}

/** The weights plane by plane as text; fractions that would be rounded as whole ÷ divisor. */
export function kernelTexts(kernels) {
  const numbers = kernels.flat(2);
  const plain = numbers.every((weight) => equalsSign(weight) === "=");
  const divisor = plain ? 1 : commonDivisor(numbers);
  const texts = kernels.map((rows) => rows.flat().map((weight) => numberText(weight * divisor)));
  return { texts, divisor };
}

/** The name of what becomes of a window: "Σ", "max", "mean". */
function opText(scene) {
  return { kernel: "Σ", max_pool: "max", average_pool: "mean" }[scene.op];
}

const rounded = (value, digits) => Math.abs(value - Number(value.toFixed(digits))) > 1e-9;

/** Whole or with two decimals: sums of pixels are too large for fractions. */
function amountText(value) {
  const text = Math.abs(value).toFixed(rounded(value, 0) ? 2 : 0);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

const equalTo = (value) => `${rounded(value, 2) ? "≈" : "="} ${amountText(value)}`;

/** "Σ = −12", and "Σ ≈ 3.33" where it was rounded. */
export function partText(scene, value) {
  return `${opText(scene)} ${equalTo(value)}`;
}

/** "12 − 4 + 30": the parts that are added to one number. */
export function sumOfParts(parts) {
  const sign = (value) => (value < 0 ? "−" : "+");
  const [first, ...others] = parts;
  const added = others.map((part) => `${sign(part)} ${amountText(Math.abs(part))}`);
  return [amountText(first), ...added].join(" ");
}

/** How a number becomes a grey or a colour: only where that is not plain. */
export function shownText(scene, answers, colour) {
  if (scene.signed) return "";
  const bytes = answers.length === 1 ? colour[0] : colour.join(", ");
  const whole = Math.abs(scene.by - 1) < 1e-9;
  if (whole && answers.length === 1 && Math.abs(colour[0] - answers[0]) <= 0.5) return "";
  return `${whole ? "" : `÷ ${amountText(scene.by)}: `}shown as ${bytes}`;
}

/** Row and column of the middle of the window, counted from 1. */
export function placeText(scene, row, column) {
  const middle = (place) => place * scene.stride + Math.floor((scene.reach - 1) / 2) + 1;
  return `row ${middle(row)}, column ${middle(column)}`;
}

/** What a screen reader says when the window rests. */
export function spokenAt(scene, row, column) {
  const words = [placeText(scene, row, column)];
  const parts = partsOf(scene, row, column);
  for (let plane = 0; plane < scene.planes; plane += 1) {
    const name = scene.planes === 3 ? `${COLOURS[plane]}: ` : "";
    const window = windowOf(scene, plane, row, column);
    const numbers = scene.size <= SPOKEN_SIZE ? `${window.map((line) => line.join(" ")).join(", ")}; ` : "";
    words.push(`${name}${numbers}${partText(scene, parts[plane]).replace("Σ", "sum")}`);
  }
  if (scene.summed) {
    const [total] = answersOf(scene, row, column);
    words.push(`all three: ${sumOfParts(parts)} ${equalTo(total)}`);
  }
  return `${words.join(". ")}.`;
}
