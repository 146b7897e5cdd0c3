// Boxes [left, top, right, bottom] in whole pixels: the arithmetic of dlviz.core.detection.boxes.

export function iouArea([left, top, right, bottom]) {
  return Math.max(0, right - left) * Math.max(0, bottom - top);
}

/** The box that two boxes share; without area where they do not meet. */
export function iouShared(a, b) {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
}

/** {shared, union, iou}: areas in pixels and their quotient, 0 of nothing. */
export function iouOf(a, b) {
  const shared = iouArea(iouShared(a, b));
  const union = iouArea(a) + iouArea(b) - shared;
  return { shared, union, iou: union > 0 ? shared / union : 0 };
}

/** The box moved or, with `resize`, its lower right corner; it stays in the picture, ≥ 4 pixels. */
export function iouMoved([left, top, right, bottom], dx, dy, resize, width, height) {
  const within = (value, low, high) => Math.min(high, Math.max(low, value));
  if (resize) {
    return [left, top, within(right + dx, left + 4, width), within(bottom + dy, top + 4, height)];
  }
  const x = within(dx, -left, width - right);
  const y = within(dy, -top, height - bottom);
  return [left + x, top + y, right + x, bottom + y];
}

/** What such an overlap counts for, in words. */
export function iouVerdict(iou) {
  if (iou >= 0.95) return "Nearly the same box.";
  if (iou >= 0.75) return "Found, even for the strict threshold of 0.75.";
  if (iou >= 0.5) return "Found at the usual threshold of 0.5, not at 0.75.";
  return iou > 0 ? "Not found: below the usual threshold of 0.5." : "Not found: the boxes do not meet.";
}

/** Two decimals, or as many as it takes not to round it onto a threshold that it does not reach. */
export function iouText(iou) {
  const places = [0, 0.5, 0.75, 0.95, 1];
  const same = (text) => places.every((place) => Number(text) >= place === iou >= place && Number(text) > place === iou > place);
  return [2, 3, 4, 5, 6].map((digits) => iou.toFixed(digits)).find(same) ?? String(iou);
}

/** What a hand at (x, y) takes hold of: "resize" the corner, "move" the box, "" nothing. */
export function iouHold([left, top, right, bottom], x, y, reach) {
  // Inside, the corner leaves at least half of a small box to move it by.
  const inside = (size) => Math.min(reach, size / 2);
  const corner = x > right - inside(right - left) && x < right + reach && y > bottom - inside(bottom - top) && y < bottom + reach;
  if (corner) return "resize";
  return x > left - reach && x < right + reach && y > top - reach && y < bottom + reach ? "move" : "";
}
