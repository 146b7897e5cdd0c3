// The table's texts: counts and shapes as they are written, options as a hand types them.

const THIN = "\u202f"; // a narrow space that does not break
const WHOLE_NUMBER = /^[-\u2212+]?\d{1,15}$/;
const DECIMAL_NUMBER = /^[-\u2212+]?(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d{1,2})?$/i;
const LONGEST_QUOTE = 12;

/** 12345 → "12 345". */
export const groupedText = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, THIN);

/** A count in at most eleven characters: from a thousand million on in thousand millions. */
export function countText(count) {
  if (count < 1e9) return groupedText(count);
  return `${String(Number((count / 1e9).toPrecision(3)))}${THIN}billion`;
}

/**
 * The line below the table. `reached`: the number of the last layer whose shape is known; where the
 * net breaks off after it, the counts are not the net's.
 */
export function sumText({ parameters, adds, mostParameters }, reached, layers) {
  if (reached === 0 && layers > 0) return "nothing to count before the first layer works";
  const [counted, work] = [countText(parameters), `${countText(adds)} multiply-adds a picture`];
  if (reached < layers) return `${counted} parameters and ${work} up to layer ${reached}`;
  return `${counted} of at most ${groupedText(mostParameters)} parameters · ${work}`;
}

/** [12, 24, 24] → "12 × 24 × 24", [256] → "256". */
export const shapeText = (shape, times = `${THIN}×${THIN}`) => shape.join(times);

/** "12 maps of 24 × 24", "256 values": a shape said aloud. */
export function shapeSaid(shape) {
  if (shape.length === 1) return shape[0] === 1 ? "1 value" : `${groupedText(shape[0])} values`;
  const [maps, ...side] = shape;
  return `${maps} ${maps === 1 ? "map" : "maps"} of ${shapeText(side)}`;
}

/** What stands in the field of an option; nothing where it is left open. */
export const optionText = (value) => (value === null || value === undefined ? "" : String(value));

const rangeText = ({ type, low, high }) => `${type === "int" ? "a whole number" : "a number"} from ${low} to ${high}`;

/**
 * What was typed into the field of an option: {value}, or {refusal}, the end of a sentence. A
 * number out of range is a value: the server says at the layer what its limits are.
 */
export function readOption(typed, option) {
  const text = typed.trim();
  if (text === "") return option.optional ? { value: null } : { refusal: `needs ${rangeText(option)}` };
  const pattern = option.type === "int" ? WHOLE_NUMBER : DECIMAL_NUMBER;
  const short = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
  if (!pattern.test(text)) return { refusal: `is ${rangeText(option)}, not “${short}”` };
  return { value: Number(text.replace("\u2212", "-").replace(",", ".")) };
}

/** One step up or down with the arrow keys, within the limits; a float by a tenth of its range. */
export function steppedOption(value, option, direction) {
  const from = value ?? (direction > 0 ? option.low - 1 : option.low);
  const step = option.type === "int" ? 1 : 10 ** Math.floor(Math.log10(option.high / 10));
  const next = Number((from + direction * step).toFixed(6));
  return Math.min(option.high, Math.max(option.low, next));
}
