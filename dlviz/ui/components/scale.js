// Colour tables made by dlviz.figures.colours: the same numbers get the same colours on both sides.

/** Base64 of RGB bytes → the table, three bytes a colour. */
export function decodeTable(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** The colour [r, g, b] at a fraction 0…1 of the table. */
export function colourAt(table, fraction) {
  const last = table.length / 3 - 1;
  const place = Math.round(Math.min(1, Math.max(0, fraction)) * last);
  return [table[3 * place], table[3 * place + 1], table[3 * place + 2]];
}

/** Signed numbers: −limit is the first colour, 0 the middle one, +limit the last. */
export function signedColour(table, value, limit) {
  return colourAt(table, (value / limit + 1) / 2);
}

export function css([red, green, blue]) {
  return `rgb(${red}, ${green}, ${blue})`;
}

/** Relative luminance 0…1 (WCAG 2). */
export function luminance(colour) {
  const [red, green, blue] = colour.map((byte) => {
    const part = byte / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Black or white, whichever reads better on the colour. */
export function inkOn(colour) {
  return luminance(colour) > 0.179 ? "#10131a" : "#ffffff";
}
