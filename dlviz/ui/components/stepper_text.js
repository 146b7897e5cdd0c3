// Numbers as a teacher writes them: whole, as a fraction where that is exact, else two decimals.

const MINUS = "\u2212";
const LARGEST_DENOMINATOR = 16;

const nearlyWhole = (value) => Math.abs(value - Math.round(value)) < 1e-9;

function magnitudeText(size) {
  if (nearlyWhole(size)) return { text: String(Math.round(size)), exact: true };
  for (let below = 2; below <= LARGEST_DENOMINATOR; below += 1) {
    const above = size * below;
    if (nearlyWhole(above) && above < 100) {
      return { text: `${Math.round(above)}/${below}`, exact: true };
    }
  }
  return { text: size.toFixed(2), exact: nearlyWhole(size * 100) };
}

/** 4 → "4", −0.5 → "−1/2", 0.123 → "0.12". */
export function numberText(value) {
  const { text } = magnitudeText(Math.abs(value));
  return value < 0 && !/^[0.]+$/.test(text) ? MINUS + text : text;
}

/** "=" if numberText is the number itself, "≈" if it was rounded. */
export function equalsSign(value) {
  return magnitudeText(Math.abs(value)).exact ? "=" : "\u2248";
}

/** One product as written in a sum: "2·3", "1·(−4)". */
export function termText(pixel, weight) {
  const factor = numberText(weight);
  return `${numberText(pixel)}\u00b7${weight < 0 ? `(${factor})` : factor}`;
}

/** The products of one step, row by row of the kernel: [[{text, value}, …], …]. */
export function termsOf(data, step) {
  return data.kernel.map((weights, row) =>
    weights.map((weight, column) => ({
      text: termText(data.windows[step][row][column], weight),
      value: data.products[step][row][column],
    })),
  );
}

/** "1·1 + 0·0 + … = 4" */
export function sumText(data, step) {
  const terms = termsOf(data, step).flat().map((term) => term.text);
  const total = data.output[step];
  return `${terms.join(" + ")} ${equalsSign(total)} ${numberText(total)}`;
}

/** What a screen reader says about a step. */
export function spoken(data, step) {
  const row = Math.floor(step / data.columns) + 1;
  const column = (step % data.columns) + 1;
  const place = `Step ${step + 1} of ${data.output.length}, row ${row}, column ${column}`;
  return `${place}: ${sumText(data, step)}`;
}
