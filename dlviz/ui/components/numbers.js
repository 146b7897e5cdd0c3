// Numbers as a teacher writes them: whole, as a simple fraction where that is exact, else as a
// decimal of two places, or of two digits where it is small. And read as a hand types them.

export const MINUS = "\u2212";
const DENOMINATORS = [2, 3, 4, 6, 8, 9, 12, 16];
const LARGEST_NUMERATOR = 99; // of a number that stands alone
const LARGEST_IN_A_SUM = 999; // 127/16: its summands are sixteenths
const TINIEST = 1e-6;
const NEAR = 1e-9;
const FRACTION = /^([-\u2212+]?\d+)\s*\/\s*(\d+)$/;
const DECIMAL = /^[-\u2212+]?(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d{1,2})?$/i;
const ONE_CHARACTER = /^[-\u2212+]?[\u00bc-\u00be\u2150-\u215e]$/; // ½

const nearlyWhole = (value) => Math.abs(value - Math.round(value)) < NEAR;
const signed = (value, text) => (value < 0 && /[1-9]/.test(text) ? MINUS + text : text);

/** −0.75 → "−3/4", 4 → "4"; null if it is no simple fraction. */
export function fractionText(value, largest = LARGEST_NUMERATOR) {
  const size = Math.abs(value);
  if (nearlyWhole(size)) return signed(value, String(Math.round(size)));
  for (const below of DENOMINATORS) {
    const above = size * below;
    if (nearlyWhole(above) && above < largest + 0.5) {
      return signed(value, `${Math.round(above)}/${below}`);
    }
  }
  return null;
}

/** How many places a decimal needs: all if there are at most two, else two or two digits. */
export function placesOf(value) {
  const size = Math.abs(value);
  if (nearlyWhole(size)) return 0;
  if (nearlyWhole(size * 10)) return 1;
  if (nearlyWhole(size * 100)) return 2;
  return size >= 0.1 || size < TINIEST ? 2 : 1 - Math.floor(Math.log10(size));
}

/** At most `places`, without zeros at the end; a number that would become 0 says how it is rounded. */
export function decimalText(value, places = placesOf(value)) {
  const text = Math.abs(value).toFixed(Math.min(places, placesOf(value)));
  const vanished = Number(text) === 0 && Math.abs(value) >= TINIEST;
  return signed(value, vanished ? text : String(Number(text)));
}

/**
 * One way of writing for all these numbers: as fractions if each is one, else as decimals.
 * → {text(value), sign(...values): "=" if these are written as they are, "≈" if one is rounded}.
 */
export function writerOf(numbers, largest = LARGEST_IN_A_SUM) {
  const fractions = numbers.every((value) => fractionText(value, largest) !== null);
  const fraction = (value) => (fractions ? fractionText(value, largest) : null);
  const text = (value) => fraction(value) ?? decimalText(value);
  const exact = (value) =>
    fraction(value) !== null || Math.abs(Number(text(value).replace(MINUS, "-")) - value) < NEAR;
  return { text, sign: (...values) => (values.every(exact) ? "=" : "\u2248") };
}

/** 4 → "4", −0.5 → "−1/2", 0.123 → "0.12": a number that stands alone. */
export const numberText = (value) => fractionText(value) ?? decimalText(value);

/** "=" if numberText writes all these numbers as they are, "≈" if it rounds one. */
export const equalsSign = (...values) =>
  values.every((value) => writerOf([value], LARGEST_NUMERATOR).sign(value) === "=") ? "=" : "\u2248";

/** "= 1/9", "≈ 0.0123": a number that stands alone, with three digits where it has no end. */
export function preciseText(value) {
  const size = Math.abs(value);
  const short = fractionText(value);
  if (short !== null) return `= ${short}`;
  const places = size < 1 ? Math.min(8, 2 - Math.floor(Math.log10(size))) : 2;
  const text = size < TINIEST ? "0" : String(Number(size.toFixed(places)));
  return `${Math.abs(Number(text) - size) < NEAR ? "=" : "\u2248"} ${signed(value, text)}`;
}

/** What a hand typed into a cell: {value}, or {refusal}, one sentence. */
export function readNumber(typed, largest) {
  let text = typed.trim();
  if (text === "") return { refusal: "A cell cannot be empty: type a number, 0 for nothing." };
  const short = text.length > 12 ? `${text.slice(0, 12)}…` : text;
  if (ONE_CHARACTER.test(text)) text = text.normalize("NFKC").replace("\u2044", "/");
  const plain = text.replace(MINUS, "-").replace(",", ".");
  const parts = FRACTION.exec(text);
  let value = NaN;
  if (parts && Number(parts[2]) !== 0) value = Number(parts[1].replace(MINUS, "-")) / Number(parts[2]);
  else if (DECIMAL.test(text)) value = Number(plain);
  if (Number.isNaN(value)) return { refusal: `“${short}” is not a number: try 2, −0.5 or 1/9.` };
  if (Math.abs(value) > largest) {
    return { refusal: `“${short}” is too large: a cell holds −${largest} to ${largest}.` };
  }
  return { value };
}
