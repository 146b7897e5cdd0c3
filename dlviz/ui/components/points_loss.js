// The loss as a function of two weights, all others as they are. No DOM.

import { forwardFrom, forwardPass, meanLoss, numberAt, penaltyOf, placeName, readPlace } from "./points_net.js";
import { unitName } from "./points_words.js";

const LEAST_REACH = 2; // the picture goes at least so far to each side of the path

/** The values at which the surface is computed: `size` of them from low to high. */
export const axisValues = ([low, high], size) => Array.from({ length: size }, (_, at) => low + ((high - low) * at) / (size - 1));

/** All weights and biases, for each layer as {into, places: [[name, words], …]}. */
export function allPlaces(layers, scene) {
  const named = { ...scene, layers };
  const short = (target) => unitName(target, named).replace(/ of layer \d+/, "");
  return layers.map(({ w }, layer) => ({
    into: layer < layers.length - 1 ? `into layer ${layer + 1}` : "into the output",
    places: w.flatMap((row, to) => [
      ...row.map((_, from) => [placeName({ kind: "weight", layer, to, from }), `w ${short({ layer: layer - 1, at: from })} → ${short({ layer, at: to })}`]),
      [placeName({ kind: "bias", layer, to }), `bias of ${short({ layer, at: to })}`],
    ]),
  }));
}

/** The two weights to begin with: of the first unit from the first two inputs. */
export function firstPlaces(layers) {
  const second = layers[0].w[0].length > 1 ? "weight:0:0:1" : "bias:0:0";
  return ["weight:0:0:0", second];
}

/** What the picture is a picture of, in two short lines. */
export function lossWords({ penalty, dropout }) {
  const more = penalty?.l1 || penalty?.l2 ? " + penalties" : "";
  return [`J of the training points${more}${dropout ? ", no dropout" : ""}`, "all other weights as they are now"];
}

/** The same weight stands on one axis only: of each list the other's choice cannot be taken. */
export function forbidTwice(lists) {
  lists.forEach((list, axis) => {
    for (const option of list.options) option.disabled = option.value === lists[1 - axis].value;
  });
}

/** A range of the path's numbers with room around it, in halves; it grows, and never shrinks. */
export function rangeAround(numbers, before) {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const reach = Math.max(LEAST_REACH, 0.35 * (most - least));
  const range = [Math.floor(2 * (least - reach)) / 2, Math.ceil(2 * (most + reach)) / 2];
  if (!before) return range;
  const inside = least >= before[0] && most <= before[1];
  return inside ? before : [Math.min(before[0], range[0]), Math.max(before[1], range[1])];
}

/**
 * Row after row of the loss, the highest value of the second weight first, as a generator; what it
 * returns is the whole surface. `inputs`: the training points' features, `labels` theirs;
 * `penalty`: {l1, l2} of the weights, which counts as the run descends it.
 */
export function* lossRows(layers, { names, ranges, size }, { task, inputs, labels, penalty }) {
  const [first, second] = names.map(readPlace);
  const own = layers.map(({ w, b, g }) => ({ w: w.map((row) => [...row]), b: [...b], g }));
  const put = ({ kind, layer, to, from }, value) => {
    if (kind === "bias") own[layer].b[to] = value;
    else own[layer].w[to][from] = value;
  };
  const depth = Math.min(first.layer, second.layer);
  const count = labels.length;
  const given = depth ? forwardPass(own.slice(0, depth), inputs, count).at(-1) : inputs;
  const [across, up] = ranges.map((range) => axisValues(range, size));
  const losses = new Float64Array(size * size);
  let room;
  for (let row = 0; row < size; row += 1) {
    put(second, up[size - 1 - row]);
    for (let column = 0; column < size; column += 1) {
      put(first, across[column]);
      room = forwardFrom(own, depth, given, count, room);
      losses[row * size + column] = meanLoss(task, room.at(-1), labels) + penaltyOf(own, penalty);
    }
    yield row;
  }
  return losses;
}

/** The whole surface at once. */
export function lossSurface(...given) {
  const rows = lossRows(...given);
  for (;;) {
    const { done, value } = rows.next();
    if (done) return value;
  }
}

/** Computes a surface a few milliseconds at a time; the last whole one is shown meanwhile. */
export class LossWork {
  constructor() {
    this.shown = null;
  }

  /** `key`: what the surface depends on; `make()` begins it. → whether there is more to do. */
  advance(key, make, milliseconds) {
    const [stale, idle] = [this.shown?.key !== key, !this.rows];
    if (stale && idle) Object.assign(this, { ...make(), key });
    if (!this.rows) return false;
    const until = performance.now() + milliseconds;
    while (performance.now() < until) {
      const { done, value } = this.rows.next();
      if (!done) continue;
      this.shown = { ...this.frame, key: this.key, losses: value };
      this.rows = null;
      return this.key !== key;
    }
    return true;
  }

  forget() {
    Object.assign(this, { shown: null, rows: null });
  }
}

/** The numbers at two places of a network. */
export const numbersAt = (layers, names) => names.map((name) => numberAt(layers, readPlace(name)) ?? NaN);
