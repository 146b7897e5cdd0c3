// Points of the plane: the picture there, what the network says there, and that in words.

/** Base64 → bytes. */
export function bytesIn(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/**
 * The picture `across` and `up` steps of 1/255 away, RGBA. `pixels` and `signs` are channel after
 * channel; a sign byte is 3·(across + 1) + (up + 1).
 */
export function pictureAt(pixels, signs, channels, across, up) {
  const count = pixels.length / channels;
  const shifts = Array.from({ length: 9 }, (_, code) => (
    (Math.floor(code / 3) - 1) * across + ((code % 3) - 1) * up));
  const rgba = new Uint8ClampedArray(4 * count);
  for (let channel = 0; channel < 3; channel += 1) {
    const start = channels === 3 ? channel * count : 0;
    for (let at = 0; at < count; at += 1) {
      rgba[4 * at + channel] = pixels[start + at] + shifts[signs[start + at]]; // clamped
    }
  }
  for (let at = 0; at < count; at += 1) rgba[4 * at + 3] = 255;
  return rgba;
}

/** The number in the lists of the point [across, up] (whole units). */
export function indexOf(data, [across, up]) {
  const { half, unit } = data;
  return (Math.round(up / unit) + half) * (2 * half + 1) + Math.round(across / unit) + half;
}

/** The nearest grid point, no farther out than the plane reaches. */
export function snapped(data, point) {
  const most = data.half * data.unit;
  return point.map((steps) => {
    const near = Math.round(steps / data.unit) * data.unit;
    return Math.min(most, Math.max(-most, near)) || 0; // no −0
  });
}

/** "3.-4" → [3, -4], if it is a grid point of this plane; else null. */
export function pointIn(data, text) {
  if (!/^-?\d{1,3}\.-?\d{1,3}$/.test(text ?? "")) return null;
  const point = text.split(".").map(Number);
  return String(snapped(data, point)) === String(point) ? point : null;
}

/** 0.97 → "97.0 %", as Python's percent: never certainty. */
export function percentText(share) {
  if (share < 0.0005) return "< 0.1 %";
  if (share >= 0.9995) return "> 99.9 %";
  return `${(100 * share).toFixed(1)} %`;
}

const signedText = (steps) => (steps < 0 ? `\u2212${-steps}` : String(steps));

/** Where a point lies: "3/255 along the gradient's sign, −1/255 along random signs". */
export function whereText(data, [across, up]) {
  if (!across && !up) return "The picture as it is";
  const parts = [[across, data.axes[0]], [up, data.axes[1]]].filter(([steps]) => steps);
  return parts.map(([steps, axis]) => `${signedText(steps)}/255 along ${axis}`).join(", ");
}

/** What the network says at a point, and how far pixels have moved there. */
export function pointText(data, point) {
  const at = indexOf(data, point);
  const [across, up] = point.map(Math.abs);
  const name = data.names[data.labels[at]];
  const moved = across && up
    ? `No pixel has moved by more than ${across + up}/255`
    : `ε = ${across + up}/255`;
  const says = `“${name}”, ${percentText(data.confidence[at])}`;
  const rest = name === data.target ? "" : `; “${data.target}” has ${percentText(data.probability[at])} left`;
  const lent = data.known[at] ? "" : " (not measured yet: the nearest point’s numbers)";
  return `${across || up ? moved : "Nothing is added"}: the net says ${says}${rest}${lent}.`;
}

/** The target's probability on an axis: [[steps, probability], …] of what is known. */
export function cutOf(data, axis) {
  const found = [];
  for (let place = -data.half; place <= data.half; place += 1) {
    const steps = place * data.unit;
    const at = indexOf(data, axis ? [0, steps] : [steps, 0]);
    if (data.known[at]) found.push([steps, data.probability[at]]);
  }
  return found;
}
