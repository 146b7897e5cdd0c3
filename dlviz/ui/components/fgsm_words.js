// The opened FGSM in words: one pixel through all stages, the formula with its numbers.

const MINUS_SIGN = "\u2212";
const POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** +1, −2, 0. */
export function withSign(value) {
  return value === 0 ? "0" : `${value > 0 ? "+" : MINUS_SIGN}${Math.abs(value)}`;
}

/** 0.00031 → "+3.1·10⁻⁴", 0.25 → "+0.25". */
export function smallNumber(value) {
  if (value === 0) return "0";
  const sign = value > 0 ? "+" : MINUS_SIGN;
  const size = Math.abs(value);
  if (size >= 0.01) return sign + size.toPrecision(2);
  const [digits, power] = size.toExponential(1).split("e-");
  return `${sign}${digits}·10⁻${[...power].map((digit) => POWERS[digit]).join("")}`;
}

/** J, which has no upper end: null where the probability has rounded to 0. */
export function lossText(loss) {
  if (loss === null) return "above 100";
  return loss < 0.0005 ? "0.000" : loss.toFixed(loss < 0.1 ? 3 : 2);
}

/** "2/255 ≈ 0.0078" */
export function epsText(eps) {
  return eps === 0 ? "0" : `${eps}/255 ${eps % 51 ? "≈" : "="} ${(eps / 255).toFixed(4)}`;
}

/** One value of one pixel: what it was, what is added, what became of it. */
export function pixelText({ row, column, channel, before, eps, sign, after }) {
  const sum = before + eps * sign;
  const step = sign === 0 ? `${eps}·0` : `${eps}·(${withSign(sign)})`;
  const clipped = sum === after ? String(after) : `${sum < 0 ? MINUS_SIGN : ""}${Math.abs(sum)}, clipped to ${after}`;
  return `Pixel ${column} across, ${row} down, ${channel}: ${before} + ${step} = ${clipped}`;
}

/** What the magnified picture is: by how much, and what its full colours are. */
export function magnifiedText(eps) {
  return eps === 0 ? "nothing is added" : `magnified ×${Number((255 / eps).toPrecision(3))}`;
}
