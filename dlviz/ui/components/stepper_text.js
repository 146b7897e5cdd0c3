// Numbers as a teacher writes them: whole, as a fraction where that is exact, else two decimals,
// or two digits where it is small.

import { placeOf, stepParts } from "./stepper_math.js";

const MINUS = "\u2212";
const LARGEST_DENOMINATOR = 16;
const TINIEST = 1e-6;
const FRACTION = /^([-\u2212+]?\d+)\s*\/\s*(\d+)$/;
const DECIMAL = /^[-\u2212+]?(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d{1,2})?$/i;

const nearlyWhole = (value) => Math.abs(value - Math.round(value)) < 1e-9;

function magnitudeText(size) {
  if (nearlyWhole(size)) return { text: String(Math.round(size)), exact: true };
  for (let below = 2; below <= LARGEST_DENOMINATOR; below += 1) {
    const above = size * below;
    if (nearlyWhole(above) && above < 100) {
      return { text: `${Math.round(above)}/${below}`, exact: true };
    }
  }
  // Small weights, such as a wide blur's, would all be 0.00: two digits that say something.
  const small = size < 0.1 && size >= TINIEST;
  const text = small ? String(Number(size.toPrecision(2))) : size.toFixed(2);
  return { text, exact: Math.abs(Number(text) - size) < 1e-9 };
}

/** 4 → "4", −0.5 → "−1/2", 0.123 → "0.12". */
export function numberText(value) {
  const { text } = magnitudeText(Math.abs(value));
  return value < 0 && !/^[0.]+$/.test(text) ? MINUS + text : text;
}

/** "=" if numberText writes all these numbers as they are, "≈" if it rounds one. */
export function equalsSign(...values) {
  return values.every((value) => magnitudeText(Math.abs(value)).exact) ? "=" : "\u2248";
}

/** What a hand typed into a cell: {value}, or {refusal}, one sentence. */
export function readNumber(typed, largest) {
  const text = typed.trim();
  if (text === "") return { refusal: "A cell cannot be empty: type a number, 0 for nothing." };
  const plain = text.replace(MINUS, "-").replace(",", ".");
  const parts = FRACTION.exec(text);
  let value = NaN;
  if (parts) value = Number(parts[1].replace(MINUS, "-")) / Number(parts[2]);
  else if (DECIMAL.test(text)) value = Number(plain);
  const short = text.length > 12 ? `${text.slice(0, 12)}…` : text;
  if (Number.isNaN(value)) return { refusal: `“${short}” is not a number: try 2, −0.5 or 1/9.` };
  if (Math.abs(value) > largest) {
    return { refusal: `“${short}” is too large: a cell holds −${largest} to ${largest}.` };
  }
  return { value };
}

const bracketed = (text) => (text.startsWith(MINUS) ? `(${text})` : text);

/** The terms of one plane's sum, row by row of the window: "2·3", "(−1)·4"; [[{text, value}, …], …]. */
export function termsOf({ window, weights, products }) {
  const written = (value, row, column) =>
    row + column ? bracketed(numberText(value)) : numberText(value);
  return window.map((values, row) =>
    values.map((value, column) => {
      const weight = weights ? `\u00b7${bracketed(numberText(weights[row][column]))}` : "";
      return { text: written(value, row, column) + weight, value: products[row][column] };
    }),
  );
}

/** The numbers that a plane's sum is made of; what is multiplied by zero does not count. */
export function numbersOf({ window, weights, products }) {
  return window.flatMap((values, row) =>
    values.flatMap((value, column) => {
      if (products[row][column] === 0) return [];
      return weights ? [value, weights[row][column]] : [value];
    }),
  );
}

/** A number as a further term: "3", "(−1)". */
export const addedText = (value) => bracketed(numberText(value));

/** "1·1 + 0·0 + … = 4": the whole arithmetic of a step, every channel and the bias included. */
export function sumText(data, map, step) {
  const { planes, total, value } = stepParts(data, map, step);
  const written = planes.map((part) => termsOf(part).flat().map((term) => term.text));
  const after = data.relu ? `, after the ReLU ${numberText(value)}` : "";
  const result = (...numbers) => `${equalsSign(total, ...numbers)} ${numberText(total)}${after}`;
  if (data.op === "max_pool") return `the largest of ${written[0].join(", ")} ${result()}`;
  if (data.op === "average_pool") {
    return `(${written[0].join(" + ")}) / ${written[0].length} ${result(...numbersOf(planes[0]))}`;
  }
  const bias = data.bias ? ` + ${addedText(data.bias)}` : "";
  if (planes.length === 1) {
    return `${written[0].join(" + ")}${bias} ${result(data.bias, ...numbersOf(planes[0]))}`;
  }
  const channels = planes.map((part, at) => {
    const sign = equalsSign(part.sum, ...numbersOf(part));
    return `${data.planes[part.plane]} ${written[at].join(" + ")} ${sign} ${numberText(part.sum)}`;
  });
  const sums = planes.map(({ sum }, at) => (at ? addedText(sum) : numberText(sum))).join(" + ");
  const whole = result(data.bias, ...planes.map(({ sum }) => sum));
  return `${channels.join("; ")}; together ${sums}${bias} ${whole}`;
}

/** What a screen reader says about a step. */
export function spoken(data, map, step) {
  const [row, column] = placeOf(data, step).map((place) => place + 1);
  const which = data.maps.length > 1 ? `, ${data.maps[map]}` : "";
  const place = `Step ${step + 1} of ${data.count ** 2}, row ${row}, column ${column}${which}`;
  return `${place}: ${sumText(data, map, step)}`;
}
