// What is said of a layer and of one of its maps, with the current numbers.

const minus = (text) => text.replace("-", "\u2212");

/** Two or three digits: 0.123 → "0.12", 3.456 → "3.46", 123.4 → "123". */
export function shortText(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 100) return minus(value.toFixed(0));
  return minus(size >= 0.1 ? value.toFixed(2) : value.toPrecision(2));
}

/** Why the colours are these. */
export function scaleText(layer, own) {
  const kind = layer.signed ? "blue is negative, orange positive" : "dark is 0";
  const scale = own ? "every map on its own scale" : "one scale for the whole layer";
  const [high, wide] = layer.cell;
  const block = `${layer.step}×${layer.step}`;
  const small = layer.step > 1 ? `; drawn at ${high}×${wide}, of each ${block} the number farthest from 0` : "";
  return `${kind}; ${scale}${small}`;
}

export const OWN_WARNING = "A map of tiny numbers now looks as vivid as the strongest.";

/** One map in a sentence: where it is strongest, and what that place sees of the picture. */
export function mapText(layer, map, picture) {
  const [value, row, column] = layer.peaks[map];
  const head = `Map ${map}`;
  if (value <= 0) {
    return `${head} is silent here: no number above 0${layer.signed ? `, the largest is ${shortText(value)}` : ""}.`;
  }
  const where = `strongest, ${shortText(value)}, at row ${row}, column ${column} of ${layer.height}×${layer.width}`;
  if (!layer.rows) return `${head}: ${where}. ${layer.refused}`;
  const [[y0, y1], [x0, x1]] = [layer.rows[row], layer.columns[column]];
  const whole = y1 - y0 === picture.height && x1 - x0 === picture.width;
  if (y0 >= y1 || x0 >= x1) return `${head}: ${where}; that place sees padding only.`;
  const sees = whole ? "the whole picture" : `${y1 - y0}×${x1 - x0} pixels of ${picture.height}×${picture.width} (the frame)`;
  return `${head}: ${where}. That place sees ${sees}.`;
}

/** A layer's name, short enough for the strip. */
export function chipText(title) {
  return title
    .replace(/ \(after (\w+)\)/, " $1")
    .replace(" (normalised)", " norm")
    .replace("inverted residual", "inverted")
    .replace("residual block", "block");
}
