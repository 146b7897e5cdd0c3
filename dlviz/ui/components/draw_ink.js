// What is drawn becomes a small grey picture: arithmetic only, no page.

export const SHEET = 280; // pixels of the canvas, a whole multiple of the picture's
export const SIDE = 28;
const BLOCK = SHEET / SIDE;

/** RGBA pixels of the sheet → SIDE×SIDE bytes: the mean opacity of each block, 0 is paper. */
export function inkOf(rgba) {
  const ink = new Uint8Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row += 1) {
    for (let column = 0; column < SIDE; column += 1) {
      let sum = 0;
      for (let y = row * BLOCK; y < (row + 1) * BLOCK; y += 1) {
        for (let x = column * BLOCK; x < (column + 1) * BLOCK; x += 1) {
          sum += rgba[4 * (y * SHEET + x) + 3];
        }
      }
      ink[row * SIDE + column] = Math.round(sum / BLOCK ** 2);
    }
  }
  return ink;
}

/** Bytes → base64, and back. */
export const toText = (bytes) => btoa(String.fromCharCode(...bytes));
export const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Class → its drawings, in the order of their coming; those that are on their way included. */
export function byClass(kept, pending) {
  const known = new Set(kept.map(({ id }) => id));
  const classes = new Map();
  for (const one of [...kept, ...pending.filter(({ id }) => !known.has(id))]) {
    classes.set(one.label, [...(classes.get(one.label) ?? []), one]);
  }
  return classes;
}
