// Boxes [x0, y0, x1, y1] in whole pixels, half-open, as hands and keys change them. No DOM.

const LEAST_BOX = 2; // pixels

const between = (value, low, high) => Math.min(high, Math.max(low, value));

/** The box between two corners, at least two pixels wide and high, inside the picture. */
export function boxBetween([ax, ay], [bx, by], width, height) {
  const axis = (a, b, size) => {
    const low = between(Math.floor(Math.min(a, b)), 0, size - LEAST_BOX);
    return [low, between(Math.ceil(Math.max(a, b)), low + LEAST_BOX, size)];
  };
  const [[x0, x1], [y0, y1]] = [axis(ax, bx, width), axis(ay, by, height)];
  return [x0, y0, x1, y1];
}

/** The same size elsewhere, inside the picture. */
export function boxMoved([x0, y0, x1, y1], right, down, width, height) {
  const left = between(Math.round(x0 + right), 0, width - (x1 - x0));
  const top = between(Math.round(y0 + down), 0, height - (y1 - y0));
  return [left, top, left + x1 - x0, top + y1 - y0];
}

/** A larger or smaller one with the same upper left corner. */
export function boxGrown([x0, y0, x1, y1], wider, taller, width, height) {
  return [x0, y0, between(x1 + wider, x0 + LEAST_BOX, width), between(y1 + taller, y0 + LEAST_BOX, height)];
}

export function isInBox([x0, y0, x1, y1], x, y) {
  return x >= x0 && x < x1 && y >= y0 && y < y1;
}

/** As the address has them. */
export function boxesText(boxes) {
  return boxes.map((box) => box.join(".")).join("_");
}
