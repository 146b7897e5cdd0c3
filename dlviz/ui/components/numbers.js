// Numbers as a teacher writes them: whole, as a fraction where that is exact, else two decimals,
// or two digits where it is small. And read as a hand types them.

export const MINUS = "\u2212";
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
