// The stepper's arithmetic. Where the window stands was worked out by the server (data.axis, once
// for both directions); here the numbers under it are multiplied and added up, so that an edited
// cell shows at once. Tested number by number against dlviz.core.sliding.

const ZERO = -1; // stands in axis.drawn where there is no input but a zero

/** What stands at a place of a drawn plane: an input cell, its copy in the border, or a zero. */
export function drawnValue(data, plane, row, column) {
  const { drawn } = data.axis;
  if (drawn[row] === ZERO || drawn[column] === ZERO) return 0;
  return data.image[plane][drawn[row]][drawn[column]];
}

/** Whether a place shows the input itself, not a copy in its border, nor a zero. */
export function isOwn(data, row, column) {
  return data.axis.own[row] && data.axis.own[column];
}

/** The kernel of a map for a plane, as it multiplies: turned where the operation turns it. */
export function weightsOf(data, map, plane) {
  const kernel = data.kernels[map][data.separate ? 0 : plane];
  return data.halfTurn ? [...kernel].reverse().map((row) => [...row].reverse()) : kernel;
}

/** Which planes a map is made of. */
export function planesOf(data, map) {
  return data.separate ? [map] : data.planes.map((_, plane) => plane);
}

/** Row and column of a step's output. */
export function placeOf(data, step) {
  return [Math.floor(step / data.count), step % data.count];
}

/** The numbers of a plane under the window of a step, k×k. */
export function windowOf(data, plane, step) {
  const { starts, taps } = data.axis;
  const [row, column] = placeOf(data, step);
  return taps.map((down) =>
    taps.map((across) => drawnValue(data, plane, starts[row] + down, starts[column] + across)),
  );
}

/** Sum row by row, in the order in which the server adds. */
function sumOf(numbers) {
  let sum = 0;
  for (const row of numbers) for (const value of row) sum += value;
  return sum;
}

/** The place [row, column] of the largest number, the first of equal ones, as torch has it. */
export function winnerOf(window) {
  let [row, column] = [0, 0];
  window.forEach((values, down) =>
    values.forEach((value, across) => {
      if (value > window[row][column]) [row, column] = [down, across];
    }),
  );
  return [row, column];
}

/**
 * Everything about one step of one map: `planes`, a list of {plane, window, products, sum};
 * `winner` where the largest is taken; `total` before and `value` after the ReLU.
 */
export function stepParts(data, map, step) {
  const planes = planesOf(data, map).map((plane) => {
    const window = windowOf(data, plane, step);
    if (data.kernels === null) return { plane, window, products: window, sum: sumOf(window) };
    const weights = weightsOf(data, map, plane);
    const products = window.map((row, down) => row.map((value, at) => value * weights[down][at]));
    return { plane, window, weights, products, sum: sumOf(products) };
  });
  let [total, winner] = [0, null];
  if (data.op === "max_pool") {
    winner = winnerOf(planes[0].window);
    total = planes[0].window[winner[0]][winner[1]];
  } else if (data.op === "average_pool") {
    total = planes[0].sum / data.axis.taps.length ** 2;
  } else {
    for (const { sum } of planes) total += sum;
    total += data.bias;
  }
  return { planes, winner, total, value: data.relu ? Math.max(total, 0) : total };
}

/** All outputs, a list of count·count numbers for each map, and each map's largest |product|. */
export function outputsOf(data) {
  const steps = Array.from({ length: data.count ** 2 }, (_, step) => step);
  const products = data.maps.map(() => 0);
  const valueAt = (map, step) => {
    const parts = stepParts(data, map, step);
    for (const part of parts.planes) {
      for (const row of part.products) {
        for (const one of row) products[map] = Math.max(products[map], Math.abs(one));
      }
    }
    return parts.value;
  };
  const outputs = data.maps.map((_, map) => steps.map((step) => valueAt(map, step)));
  return { outputs, products };
}

/** Which outputs along one axis have an input cell (or a copy of it) under their window. */
function reachAlong(axis, cell) {
  const sees = (start) => axis.taps.some((tap) => axis.drawn[start + tap] === cell);
  return axis.starts.flatMap((start, output) => (sees(start) ? [output] : []));
}

/** The steps that an input cell [row, column] takes part in. */
export function stepsReached(data, row, column) {
  const columns = reachAlong(data.axis, column);
  return reachAlong(data.axis, row).flatMap((down) => columns.map((at) => down * data.count + at));
}

/** The places along the drawn axis that show an input cell: itself and its copies. */
export function placesShowing(data, cell) {
  return data.axis.drawn.flatMap((shown, place) => (shown === cell ? [place] : []));
}
