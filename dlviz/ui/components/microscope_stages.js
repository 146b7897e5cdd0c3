// The stages of a learning step in the lecture's order, and how their parts are called. No DOM.

import { powerText } from "./live_words.js";

const LOWERED = "₀₁₂₃₄₅₆₇₈₉";
const NARROW = "\u202f"; // a narrow space that does not break
const EXACT = 1e-9;

export const PHASES = {
  batch: "Batch",
  forward: "Forward",
  loss: "Loss",
  mistake: "Mistake?",
  backward: "Backward",
  update: "Update",
  after: "After",
};

/** [{kind, layer}], layer −1 where a stage has none. */
export function stagesOf({ rule, layers }) {
  const places = layers.map((_, layer) => layer);
  const through = (kind, order) => order.map((layer) => ({ kind, layer }));
  const one = (kind) => ({ kind, layer: -1 });
  const learns =
    rule === "perceptron"
      ? [one("mistake")]
      : [one("loss"), ...through("backward", [...places].reverse())];
  return [one("batch"), ...through("forward", places), ...learns, ...through("update", places), one("after")];
}

export const layerName = ({ layers }, layer) => {
  if (layer < 0) return "inputs";
  return layer === layers.length - 1 ? "output" : `layer ${layer + 1}`;
};

/** Which column of the network a stage is about: 0 the inputs, then the layers. */
export function columnOf({ layers }, { kind, layer }) {
  if (kind === "batch") return 0;
  return layer >= 0 ? layer + 1 : layers.length;
}

/** How many units that column has. */
export function unitsOf(data, stage) {
  const column = columnOf(data, stage);
  return column === 0 ? data.inputs.length : data.layers[column - 1].numbers.old.length;
}

export const lowered = (number) => [...String(number)].map((digit) => LOWERED[digit]).join("");

/** What layer `layer` is given: "x₁", "a₂". */
export const inputName = (data, layer, at) => (layer === 0 ? data.inputs[at] : `a${lowered(at + 1)}`);

/** "z₂"; without a number where the layer has a single unit. */
export function unitSymbol(data, layer, symbol, unit) {
  return data.layers[layer].numbers.old.length === 1 ? symbol : symbol + lowered(unit + 1);
}

/** "w₂₁": to unit 2 from input 1; "b₂" after the last input. */
export function numberSymbol(data, layer, unit, input) {
  const { old } = data.layers[layer].numbers;
  if (input === old[unit].length - 1) return unitSymbol(data, layer, "b", unit);
  return unitSymbol(data, layer, "w", unit) + lowered(input + 1);
}

// -- numbers ---------------------------------------------------------------------------------------

/** −0.4213 → "−0.421", 0.00001234 → "1.23 × 10⁻⁵". */
export function digitsText(value, digits = 3) {
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size === 0) return "0";
  if (size >= 1e30) return value < 0 ? "−∞" : "∞";
  if (size >= 1e-3 && size < 1e4) return sign + String(Number(size.toPrecision(digits)));
  const [most, exponent] = size.toExponential(digits - 1).split("e");
  const times = Number(most) === 1 ? "" : `${Number(most)}${NARROW}×${NARROW}`;
  return `${sign}${times}${powerText(Number(exponent))}`;
}

/** So many decimals: −0.0346, 0.0000. */
export const fixedText = (value, places) => {
  const text = Math.abs(value).toFixed(places);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
};

/** At most six characters, for a unit or an edge: "−0.42", "0.003", "12". */
export function shortText(value) {
  const size = Math.abs(value);
  if (size >= 1e3) return digitsText(value, 1);
  const text = size >= 9.95 ? size.toFixed(size < 99.95 ? 1 : 0) : size.toFixed(size < 0.095 ? 3 : 2);
  if (Number(text) === 0) return size === 0 ? "0" : "≈ 0";
  return (value < 0 ? "−" : "") + String(Number(text));
}

const isExact = (value, digits) => {
  const size = Math.abs(value);
  return Math.abs(Number(size.toPrecision(digits)) - size) < EXACT * Math.max(1, size);
};

/** "=" if all of these numbers are written as they are, else "≈". */
export const signFor = (values, digits = 3) =>
  values.every((value) => isExact(value, digits)) ? "=" : "≈";

/** As a factor or to be squared: in brackets, unless it is digits only. */
export function factorText(value, digits = 3) {
  const text = digitsText(value, digits);
  return /^[\d.]+$/.test(text) ? text : `(${text})`;
}

/** [[0.42, "x₁"], [−0.13, "x₂"], [0.05]] → "0.42·x₁ − 0.13·x₂ + 0.05". */
export function sumText(terms) {
  return terms
    .map(([first, ...others], at) => {
      const product = [digitsText(Math.abs(first)), ...others].join("·");
      if (at === 0) return first < 0 ? `−${product}` : product;
      return `${first < 0 ? "−" : "+"} ${product}`;
    })
    .join(" ");
}

export const vectorText = (values, digits = 3) =>
  `(${values.map((value) => digitsText(value, digits)).join(", ")})`;

/** "B", or the target of a regression. */
export const truthText = ({ classes }, y) => (classes.length ? classes[y] : digitsText(y));
