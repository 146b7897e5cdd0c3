// A picture shifted, enlarged or turned, as `changed` of dlviz.core.invariance does it: a test
// compares the bytes. So the pictures follow the hand without a server.

const GREY_LEVEL = 127.5;

/** A cosine of 90° is 0, not 6e-17. */
function exactly(number) {
  const whole = Math.round(number);
  return Math.abs(number - whole) < 1e-12 ? whole : number;
}

/** (y, x) from the middle → the [row, column] that it comes from. */
function sourceOf(kind, value, middle, centre) {
  if (kind === "shift") return (y, x) => [y + middle - value, x + centre];
  if (kind === "scale") return (y, x) => [y / value + middle, x / value + centre];
  const angle = (value * Math.PI) / 180;
  const [cosine, sine] = [exactly(Math.cos(angle)), exactly(Math.sin(angle))];
  return (y, x) => [x * sine + y * cosine + middle, x * cosine - y * sine + centre];
}

/** RGB bytes of a picture → RGBA bytes of the changed one; `fill` is "edge" or "grey". */
export function warped(rgb, width, height, kind, value, fill) {
  const source = sourceOf(kind, value, (height - 1) / 2, (width - 1) / 2);
  const whole = new Uint8ClampedArray(4 * width * height);
  const held = (at, last) => Math.min(last, Math.max(0, at));
  const taken = (row, column, channel) => {
    const [r, c] = [held(row, height - 1), held(column, width - 1)];
    if (fill === "grey" && (r !== row || c !== column)) return GREY_LEVEL;
    return rgb[3 * (r * width + c) + channel];
  };
  for (let at = 0; at < width * height; at += 1) {
    const [y, x] = [Math.floor(at / width) - (height - 1) / 2, (at % width) - (width - 1) / 2];
    let [row, column] = source(y, x);
    if (fill === "edge") [row, column] = [held(row, height - 1), held(column, width - 1)];
    const [above, left] = [Math.floor(row), Math.floor(column)];
    const [down, across] = [row - above, column - left];
    for (let channel = 0; channel < 3; channel += 1) {
      const upper = (1 - across) * taken(above, left, channel) + across * taken(above, left + 1, channel);
      const lower = (1 - across) * taken(above + 1, left, channel) + across * taken(above + 1, left + 1, channel);
      whole[4 * at + channel] = Math.floor((1 - down) * upper + down * lower + 0.5);
    }
    whole[4 * at + 3] = 255;
  }
  return whole;
}
