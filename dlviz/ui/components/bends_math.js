// Activation functions as Python has tabulated them: looked up, compared, put into words.

export const floatsIn = (text) => new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);

/** The tabulated place nearest to z. */
export function bendAt({ reach, step }, z) {
  const last = Math.round((2 * reach) / step);
  return Math.min(last, Math.max(0, Math.round((z + reach) / step)));
}

/** "0.731", "−1.5", "0.0025", "0": three digits, or two of what is small. */
export function bendNumber(value) {
  const size = Math.abs(value);
  if (size < 5e-7) return "0";
  const text = size >= 0.1 ? size.toFixed(3) : size.toPrecision(2);
  return `${value < 0 ? "\u2212" : ""}${Number(text)}`;
}

const bendShare = (size) => `${Number((100 * size).toPrecision(3))} %`;

/** What becomes of a gradient that arrives here. */
export function bendSays(slope, flat) {
  const size = Math.abs(slope);
  if (size === 0) return "Nothing goes back: the unit learns nothing from this input.";
  if (size < flat) return `Saturated: of a gradient that arrives, only ${bendShare(size)} goes on.`;
  if (size > 1.001) return `It makes a gradient larger: ${bendNumber(size)} times.`;
  if (size > 0.999) return "A gradient passes whole.";
  return `Of a gradient that arrives, ${bendShare(size)} goes on.`;
}

/** "−1.20" from the address or null. */
export function bendIn(text, reach) {
  if (!/^-?\d(\.\d{1,2})?$/.test(text ?? "")) return null;
  return Math.abs(Number(text)) <= reach ? Number(text) : null;
}
