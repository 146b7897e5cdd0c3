// Where units, edges and their headings stand, and what is under the pointer. No DOM.

export const LARGEST_BOX = 58;
const LEAST_BOX = 14; // a picture still has two colours
const FINGER = 24; // what a finger or a pointer finds
const BOX_SHARE = 0.86; // of the distance from unit to unit
const NAMES = 52; // room for the features' names
const RIGHT = 44; // half of the last heading
const MOST_COLUMNS = 8;
const EDGE_REACH = 7; // pixels beside an edge that still are the edge
const LEAST_PITCH = 88; // from column to column: a heading needs it

/** How wide the picture has to be so that all headings fit. */
export const leastWidth = (columns) => NAMES + (columns < MOST_COLUMNS ? 24 : 12) + (columns - 1) * LEAST_PITCH + RIGHT;

/**
 * Columns of boxes, features first: {side, columns: [{x, units: [y…]}]}; x is a box's left side.
 * `counts`: units in each column. The first column keeps its place whatever the others do.
 */
export function netLayout(counts, width, height) {
  const room = (height - 10) / Math.max(...counts);
  const largest = Math.max(LARGEST_BOX, Math.round(0.17 * height)); // a tall screen has more room
  const beside = width - RIGHT - NAMES - (counts.length - 1) * (LEAST_PITCH - 1); // what the headings leave
  const side = Math.max(LEAST_BOX, Math.min(largest, Math.floor(BOX_SHARE * room), Math.floor(2 * beside)));
  const gap = Math.min(0.28 * largest, room - side);
  const last = width - RIGHT - side / 2;
  const pitch = counts.length > 1 ? (last - NAMES) / (counts.length - 1) : 0;
  const columns = counts.map((count, at) => {
    const high = count * (side + gap) - gap;
    const top = Math.round((height - high) / 2);
    return { x: NAMES + at * pitch, units: Array.from({ length: count }, (_, unit) => top + unit * (side + gap)) };
  });
  return { side, pitch, columns, width, height };
}

/** The ends of an edge and of its curve: [x0, y0, x1, y1]. */
export function edgeEnds({ side, columns }, { layer, to, from }) {
  const [left, right] = [columns[layer], columns[layer + 1]];
  return [left.x + side, left.units[from] + side / 2, right.x, right.units[to] + side / 2];
}

/** A point of the curve at t of 0…1; a curve leaves and arrives level. */
function curveAt([x0, y0, x1, y1], t) {
  const middle = (x0 + x1) / 2;
  const [a, b, c, d] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
  return [a * x0 + b * middle + c * middle + d * x1, a * y0 + b * y0 + c * y1 + d * y1];
}

/** How far a point is from the curve, looked up at the same x. */
function distanceTo(ends, x, y) {
  const [x0, , x1] = ends;
  if (x < x0 || x > x1) return Infinity;
  let [low, high] = [0, 1];
  for (let turn = 0; turn < 12; turn += 1) {
    const middle = (low + high) / 2;
    if (curveAt(ends, middle)[0] < x) low = middle;
    else high = middle;
  }
  const [before, after] = [curveAt(ends, Math.max(0, low - 0.01)), curveAt(ends, Math.min(1, low + 0.01))];
  const [, height] = curveAt(ends, low);
  const lean = Math.abs(after[1] - before[1]) / (Math.abs(after[0] - before[0]) + 1e-9);
  return Math.abs(y - height) / Math.hypot(1, lean);
}

/** {kind: "unit", layer: −1…, at} or {kind: "edge", layer, to, from}; null where nothing is. */
export function targetAt(layout, x, y) {
  const { side, columns } = layout;
  const reach = Math.max(0, (FINGER - side) / 2);
  for (const [column, { x: left, units }] of columns.entries()) {
    if (x < left - reach || x > left + side + reach) continue;
    const away = units.map((top) => Math.abs(y - top - side / 2));
    const least = Math.min(...away);
    return least > side / 2 + reach ? null : { kind: "unit", layer: column - 1, at: away.indexOf(least) };
  }
  return edgeAt(layout, x, y);
}

function edgeAt(layout, x, y) {
  const layer = layout.columns.findIndex(({ x: left }, at) => left > x && at > 0) - 1;
  if (layer < 0) return null;
  let [found, least] = [null, EDGE_REACH];
  for (let to = 0; to < layout.columns[layer + 1].units.length; to += 1) {
    for (let from = 0; from < layout.columns[layer].units.length; from += 1) {
      const distance = distanceTo(edgeEnds(layout, { layer, to, from }), x, y);
      if (distance < least) [found, least] = [{ kind: "edge", layer, to, from }, distance];
    }
  }
  return found;
}

/** Where an arrow key leads: along a unit's column, over the edges to the next; null if nowhere. */
export function nextTarget(key, target, counts) {
  const columns = counts.length;
  if (!target) return { kind: "unit", layer: columns > 2 ? 0 : -1, at: 0 };
  const step = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (target.kind === "unit") {
    const { layer, at } = target;
    if (step) return { ...target, at: Math.min(counts[layer + 1] - 1, Math.max(0, at + step)) };
    if (key === "ArrowLeft" && layer >= 0) return { kind: "edge", layer, to: at, from: 0 };
    if (key === "ArrowRight" && layer < columns - 2) return { kind: "edge", layer: layer + 1, to: 0, from: at };
    return null;
  }
  const { layer, to, from } = target;
  if (key === "ArrowLeft") return { kind: "unit", layer: layer - 1, at: from };
  if (key === "ArrowRight") return { kind: "unit", layer, at: to };
  if (!step) return null;
  const sources = counts[layer];
  const place = Math.min(sources * counts[layer + 1] - 1, Math.max(0, to * sources + from + step));
  return { kind: "edge", layer, to: Math.floor(place / sources), from: place % sources };
}

export const sameTarget = (one, other) => JSON.stringify(one) === JSON.stringify(other);
