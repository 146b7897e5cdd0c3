// The points as the last hidden layer sees them: two units as axes, or the two directions in which
// they differ most (principal axes). No DOM.

import { featureValues, forwardPass } from "./points_net.js";

const SWEEPS = 30;

/** Eigenvalues and -vectors (columns) of a small symmetric matrix, by Jacobi's rotations. */
export function eigenOf(matrix) {
  const size = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = a.map((_, at) => a.map((__, to) => Number(at === to)));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (let p = 0; p < size; p += 1) {
      for (let q = p + 1; q < size; q += 1) {
        if (Math.abs(a[p][q]) < 1e-300) continue;
        const angle = 0.5 * Math.atan2(2 * a[p][q], a[q][q] - a[p][p]);
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        for (let k = 0; k < size; k += 1) [a[k][p], a[k][q]] = [cos * a[k][p] - sin * a[k][q], sin * a[k][p] + cos * a[k][q]];
        for (let k = 0; k < size; k += 1) [a[p][k], a[q][k]] = [cos * a[p][k] - sin * a[q][k], sin * a[p][k] + cos * a[q][k]];
        for (let k = 0; k < size; k += 1) [v[k][p], v[k][q]] = [cos * v[k][p] - sin * v[k][q], sin * v[k][p] + cos * v[k][q]];
      }
    }
  }
  return { values: a.map((row, at) => row[at]), vectors: v };
}

const product = (one, other) => one.reduce((sum, value, at) => sum + value * other[at], 0);

/**
 * Two axes turned within their plane, and turned over where that helps, until they lie as near as
 * can be to those of `before` (Procrustes); `shares` of the variance along them turn as well.
 */
export function nearestAxes([first, second], [one, other], before) {
  if (before?.[0].length !== first.length) {
    // An axis has no sign of its own: its first part is not negative.
    const upright = (axis) => (axis.find((value) => Math.abs(value) > 1e-9) < 0 ? axis.map((value) => -value) : axis);
    return { axes: [upright(first), upright(second)], shares: [one, other] };
  }
  const turned = [second, second.map((value) => -value)].map((over) => {
    const along = product(first, before[0]) + product(over, before[1]);
    const round = product(over, before[0]) - product(first, before[1]);
    return { over, along, round, near: Math.hypot(along, round) };
  });
  const { over, along, round, near } = turned[0].near >= turned[1].near ? turned[0] : turned[1];
  const [cos, sin] = near > 0 ? [along / near, round / near] : [1, 0];
  return {
    axes: [first.map((value, at) => cos * value + sin * over[at]), over.map((value, at) => cos * value - sin * first[at])],
    shares: [cos * cos * one + sin * sin * other, sin * sin * one + cos * cos * other],
  };
}

/**
 * The plane of the two principal axes of the first `count` points: {mean, axes: [2][unit], shares:
 * [2] of the variance}. `before`: axes found last, so that a picture does not turn between two
 * frames: where two variances are nearly the same, the axes themselves turn at a breath.
 */
export function principalAxes(units, count, before) {
  const mean = units.map((values) => values.subarray(0, count).reduce((sum, value) => sum + value, 0) / count);
  const covariance = units.map((one, p) =>
    units.map((other, q) => {
      let sum = 0;
      for (let at = 0; at < count; at += 1) sum += (one[at] - mean[p]) * (other[at] - mean[q]);
      return sum / count;
    }),
  );
  const { values, vectors } = eigenOf(covariance);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0) || 1;
  const order = values.map((_, at) => at).sort((one, other) => values[other] - values[one]);
  const largest = order.slice(0, 2);
  const axes = largest.map((column) => vectors.map((row) => row[column]));
  const shares = largest.map((column) => Math.max(0, values[column]) / total);
  return { mean, ...nearestAxes(axes, shares, before) };
}

/** All points of a scene, training first, as features; kept until the scene changes. */
export class SceneInputs {
  of({ train, test, features }) {
    const names = features.join();
    if (this.train !== train || this.test !== test || this.names !== names) {
      const all = [...train, ...test];
      this.inputs = featureValues(features, all.map(([x]) => x), all.map(([, y]) => y));
      this.trained = this.inputs.map((values) => values.slice(0, train.length));
      this.labels = train.map(([, , label]) => label);
      Object.assign(this, { train, test, names, count: all.length });
    }
    return this;
  }
}

/**
 * Where the last hidden layer puts the points: {xs, ys, across, up, flat, fixed, axes}; flat: its
 * plane is all there is, so that it can be coloured; fixed: [low, high] of its units, if they have.
 */
export function hiddenPlaces(layers, inputs, count, trained, before) {
  const depth = layers.length - 2;
  if (depth < 0) return null;
  const units = forwardPass(layers.slice(0, -1), inputs, count).at(-1);
  const name = (at) => `unit ${at + 1}`;
  const fixed = { tanh: [-1.15, 1.15], sigmoid: [-0.1, 1.1] }[layers[depth].g];
  if (units.length === 1) {
    // One unit is a line: the points are spread across it so that they do not hide each other.
    const ys = Float64Array.from({ length: count }, (_, at) => ((at * 0.618034) % 1) - 0.5);
    return { xs: units[0], ys, across: name(0), up: "", line: true, fixed };
  }
  if (units.length === 2) return { xs: units[0], ys: units[1], across: name(0), up: name(1), flat: true, fixed };
  const { mean, axes, shares } = principalAxes(units, trained, before);
  const along = (axis) => {
    const places = new Float64Array(count);
    units.forEach((values, unit) => {
      for (let at = 0; at < count; at += 1) places[at] += axis[unit] * (values[at] - mean[unit]);
    });
    return places;
  };
  const percent = (share) => `${Math.round(100 * share)} %`;
  return {
    xs: along(axes[0]),
    ys: along(axes[1]),
    across: `1st axis, ${percent(shares[0])}`,
    up: `2nd axis, ${percent(shares[1])} of the variance`,
    axes,
  };
}

/** A range [low, high] for these numbers that moves only where it has to, or could be half as wide. */
export function steadyRange(values, before) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return before ?? [-1, 1];
  const width = Math.max(high - low, 1e-3);
  if (!before) return [low - 0.2 * width, high + 0.2 * width];
  const span = before[1] - before[0];
  const holds = Math.min(low - before[0], before[1] - high) > 0.04 * span && width > 0.45 * span;
  return holds ? before : [low - 0.2 * width, high + 0.2 * width];
}
