// Values over the square of all points as pixels and lines. No DOM.

import { colourAt } from "./scale.js";
import { featureValues, forwardPass, gridPoints, saidAt } from "./points_net.js";

const PALE = 2.3; // classes stop short of the scale's ends, for points stand on them

/** What every unit says over a grid of size×size; kept as long as nothing has changed. */
export class GridTrace {
  constructor() {
    this.rooms = new Map();
  }

  /** → {size, inputs, passed}; the arrays are written over by the next call of this size. */
  of(layers, features, size) {
    const names = features.join();
    let room = this.rooms.get(size);
    if (room?.names !== names) {
      const { xs, ys } = gridPoints(size);
      room = { names, size, inputs: featureValues(features, xs, ys), passed: [] };
      this.rooms.set(size, room);
    }
    if (room.layers !== layers) {
      room.passed = forwardPass(layers, room.inputs, size * size, room.passed);
      room.layers = layers;
    }
    return room;
  }
}

/** The number that has the scale's last colour: 1, or the largest where a unit goes beyond. */
export function reachOf(values) {
  let most = 1;
  for (let at = 0; at < values.length; at += 1) {
    const size = Math.abs(values[at]);
    if (size > most && size < Infinity) most = size;
  }
  return most;
}

/** Signed colours of every `stride`-th value of a size×size grid, into `pixels` (RGBA) from `start`. */
export function paintSigned(values, { size, stride, table, reach }, pixels, start = 0) {
  const last = table.length / 3 - 1;
  let to = start;
  for (let row = stride >> 1; row < size; row += stride) {
    for (let column = stride >> 1; column < size; column += stride) {
      const fraction = (values[row * size + column] / reach + 1) / 2;
      const entry = 3 * Math.round(Math.min(1, Math.max(0, fraction || 0)) * last);
      pixels[to] = table[entry];
      pixels[to + 1] = table[entry + 1];
      pixels[to + 2] = table[entry + 2];
      pixels[to + 3] = 255;
      to += 4;
    }
  }
}

/** What the network says at each of `count` places, as pixels. `colours`: [r, g, b] of each class. */
export function paintSaid(task, outputs, count, { table, colours, ground }, pixels) {
  for (let at = 0; at < count; at += 1) {
    const said = saidAt(task, outputs, at);
    let colour;
    if (task === "classes") colour = mixed(said, colours, ground);
    else {
      const value = task === "regression" ? said : (2 * said - 1) / PALE;
      colour = colourAt(table, Number.isFinite(value) ? (value + 1) / 2 : 0.5);
    }
    pixels.set(colour, 4 * at);
    pixels[4 * at + 3] = 255;
  }
}

/** The likeliest class's colour, the paler the less sure; `ground` where all are alike. */
function mixed(shares, colours, ground) {
  const most = Math.max(...shares);
  if (!Number.isFinite(most)) return ground;
  const sure = (most - 1 / shares.length) / (1 - 1 / shares.length);
  const colour = colours[shares.indexOf(most) % colours.length];
  return ground.map((base, at) => Math.round(base + (colour[at] - base) * 0.55 * sure));
}

/** Fields whose zero lines divide what the network says: one, or one for each class. */
export function dividingFields(task, outputs, count) {
  if (task !== "classes") return [outputs[0]];
  return outputs.map((own, index) => {
    const field = new Float64Array(count);
    for (let at = 0; at < count; at += 1) {
      let other = -Infinity;
      outputs.forEach((values, place) => {
        if (place !== index && values[at] > other) other = values[at];
      });
      field[at] = own[at] - other;
    }
    return field;
  });
}

// Which sides of a cell a line joins, by the corners (top left 1, top right 2, bottom right 4,
// bottom left 8) that lie above the level; sides: 0 top, 1 right, 2 bottom, 3 left.
const JOINED = [[], [3, 0], [0, 1], [3, 1], [1, 2], [3, 0, 1, 2], [0, 2], [3, 2], [2, 3], [2, 0], [0, 1, 2, 3], [2, 1], [1, 3], [1, 0], [0, 3], []];

/** The line where the field is `level`, as pieces x0, y0, x1, y1 in a square of side 1. */
export function levelLines(field, size, level = 0) {
  const pieces = [];
  const across = (one, other) => (level - one) / (other - one);
  for (let row = 0; row < size - 1; row += 1) {
    for (let column = 0; column < size - 1; column += 1) {
      const at = row * size + column;
      const [a, b, c, d] = [field[at], field[at + 1], field[at + size + 1], field[at + size]];
      const kind = (a > level) + 2 * (b > level) + 4 * (c > level) + 8 * (d > level);
      const joined = JOINED[kind];
      for (const side of joined) {
        let [x, y] = [column + 0.5, row + 0.5];
        if (side === 0) x += across(a, b);
        else if (side === 1) [x, y] = [x + 1, y + across(b, c)];
        else if (side === 2) [x, y] = [x + across(d, c), y + 1];
        else y += across(a, d);
        pieces.push(x / size, y / size);
      }
    }
  }
  return pieces;
}
