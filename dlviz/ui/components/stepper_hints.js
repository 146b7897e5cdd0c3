// The line under the picture: what the cell under the pointer is connected with.

import { isOwn, placeOf, stepsReached, weightsOf } from "./stepper_math.js";
import { equalsSign, numberText, preciseText } from "./numbers.js";

const TOUCH = globalThis.matchMedia?.("(pointer: coarse)").matches ?? false;

export const USUAL_HINT = TOUCH
  ? "Tap a number to change it, tap an output to see its window."
  : "Press ▶ or → to step. Click a number to change it, drag to paint, hover to see what is connected.";

const equal = (value) => `${equalsSign(value)} ${numberText(value)}`;
const many = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** "rows 2–4", "rows 1, 3, 5", "row 7", with what lies in the border. */
function span(axis, output, noun) {
  const places = axis.taps.map((tap) => axis.starts[output] + tap);
  const cells = places.filter((place) => axis.own[place]).map((place) => axis.drawn[place] + 1);
  const border = cells.length < places.length ? " and zeros or border" : "";
  if (!cells.length) return `no ${noun} of its own`;
  const [low, high] = [cells[0], cells[cells.length - 1]];
  if (low === high) return `${noun} ${low}${border}`;
  const close = high - low === cells.length - 1;
  return `${noun}s ${close ? `${low}–${high}` : cells.join(", ")}${border}`;
}

/** What to say about what partAt found; `data` and `outputs` as the stepper has them. */
export function hintFor(data, outputs, found, shownMap) {
  const { kind, index, cell } = found;
  const [row, column] = cell;
  if (kind === "outputs") {
    const step = row * data.count + column;
    const value = equal(outputs[index][step]);
    const seen = `${span(data.axis, row, "row")}, ${span(data.axis, column, "column")}`;
    return `Output row ${row + 1}, column ${column + 1} ${value}: its window sees ${seen}.`;
  }
  if (kind === "kernels") {
    const weight = weightsOf(data, shownMap(index), index)[row][column];
    return `Weight in row ${row + 1}, column ${column + 1} ${preciseText(weight)}: every window uses it.`;
  }
  const [down, across] = [data.axis.drawn[row], data.axis.drawn[column]];
  if (down < 0 || across < 0) return "A zero that is only put here: there is no input.";
  const value = equal(data.image[index][down][across]);
  const reached = stepsReached(data, down, across).length;
  const place = `row ${down + 1}, column ${across + 1} ${value}`;
  const what = isOwn(data, row, column) ? `Input ${place}` : `A copy in the border of input ${place}`;
  return reached
    ? `${what}: it takes part in ${many(reached, "output")}.`
    : `${what}: no window ever looks here.`;
}

/** Steps and windows that light up, as a short text for tests and for whoever reads the page's source. */
export function litText(data, found) {
  if (!found) return "";
  const [row, column] = found.cell;
  if (found.kind === "outputs") {
    const { starts, taps } = data.axis;
    const [down, across] = placeOf(data, row * data.count + column);
    return `window ${starts[down]},${starts[across]} reach ${taps[taps.length - 1] + 1}`;
  }
  if (found.kind !== "inputs" || !found.source) return "";
  return `outputs ${stepsReached(data, ...found.source).join(",")}`;
}
