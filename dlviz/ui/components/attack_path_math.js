// An attack's path as numbers: changes out of half bytes, pictures, words. No DOM: Node runs it.

export const PATH_DEPTH = 7; // a change has the levels −7…7

/** The change of one sent step: `count` values of `block`, two a byte, the first in the low half. */
export function pathChange(block, place, count) {
  const size = Math.ceil(count / 2);
  const change = new Int8Array(count);
  for (let at = 0; at < count; at += 1) {
    change[at] = ((block[place * size + (at >> 1)] >> (4 * (at & 1))) & 15) - PATH_DEPTH;
  }
  return change;
}

/** The picture of a step: bytes moved by levels of `limit`/7, in steps of 1/255; none leaves 0…255. */
export function pathPixels(pixels, change, limit) {
  const moved = new Uint8ClampedArray(pixels.length); // which rounds and clips
  for (let at = 0; at < pixels.length; at += 1) moved[at] = pixels[at] + (change[at] * limit) / PATH_DEPTH;
  return moved;
}

/** Which of the sent pictures shows a step: its own, or the nearest. */
export function pathPicture(sent, step) {
  return sent.reduce((best, at, place) => (Math.abs(at - step) < Math.abs(sent[best] - step) ? place : best), 0);
}

const pathShort = (value, digits) => String(Number(value.toPrecision(digits)));

/** What stands above the change: how much it is magnified. */
export function pathScaleText(limit) {
  return limit < 1e-6 ? "nothing yet" : `×${pathShort(255 / limit, 3)}, to ±${pathShort(limit, 3)}/255`;
}

/** What a place of the path is called: x itself, a random start is 0, then the steps. */
export function pathNumber(step, random) {
  return step === 0 ? "x" : String(step - (random ? 1 : 0));
}

/** The same in words. */
export function pathName({ steps, random }, step) {
  if (step === 0) return "the picture itself";
  const number = pathNumber(step, random);
  return number === "0" ? "the random start" : `step ${number} of ${pathNumber(steps.length - 1, random)}`;
}

/** The sentence of a step. */
export function pathSentence(data, step) {
  const one = data.steps[step];
  const name = pathName(data, step);
  const far = step === 0 ? "" : `, ${pathShort(one.farthest, 3)}/255 at the farthest pixel, ${one.length.toFixed(2)} in length (L2) from it`;
  const filed = one.filed === one.answer ? "" : ` Rounded to a file: ${one.filed}, ${one.filedShare}.`;
  return `${name[0].toUpperCase()}${name.slice(1)}: ${one.answer}, ${one.share}${far}.${filed}`;
}

/** A drag from one place to another, in pixels of the picture → the numbers of a mask. */
export function pathArea(kind, [top, left], [bottom, right], height, width) {
  const within = (value, most) => Math.min(most, Math.max(0, value));
  const [row, after] = [within(Math.floor(Math.min(top, bottom)), height - 1), within(Math.ceil(Math.max(top, bottom)), height)];
  const [column, end] = [within(Math.floor(Math.min(left, right)), width - 1), within(Math.ceil(Math.max(left, right)), width)];
  if (kind === "rectangle") return [row, column, Math.max(1, after - row), Math.max(1, end - column)];
  const radius = Math.max(1, Math.round(Math.hypot(bottom - top, right - left)));
  return [within(Math.round(top), height - 1), within(Math.round(left), width - 1), Math.min(radius, Math.max(height, width))];
}

/** The numbers of a mask → the box around it as [top, left, height, width] shares of the picture. */
export function pathBox({ kind, area }, height, width) {
  const [a, b, c, d] = area;
  if (kind === "rectangle") return [a / height, b / width, c / height, d / width];
  const [row, column] = [(a + 0.5) / height, (b + 0.5) / width];
  const [down, across] = [(c + 0.5) / height, (c + 0.5) / width];
  return [row - down, column - across, 2 * down, 2 * across];
}
