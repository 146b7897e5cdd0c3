// The arithmetic of a step in words.

import { MINUS, writerOf } from "./numbers.js";
import { placeOf, planesOf, stepParts, weightsOf, windowOf } from "./stepper_math.js";

const bracketed = (text) => (text.startsWith(MINUS) ? `(${text})` : text);

/** A number as a further term: "3", "(−1)"; `writer` as writerOf gives it, here and below. */
export const addedText = (value, writer) => bracketed(writer.text(value));

/** The first of several terms, or a further one. */
export const termText = (value, at, writer) => (at ? addedText(value, writer) : writer.text(value));

/** The terms of one plane's sum, row by row of the window: "2·3", "(−1)·4"; [[{text, value}, …], …]. */
export function termsOf({ window, weights, products }, writer) {
  return window.map((values, row) =>
    values.map((value, column) => {
      const weight = weights ? `\u00b7${addedText(weights[row][column], writer)}` : "";
      return { text: termText(value, row + column, writer) + weight, value: products[row][column] };
    }),
  );
}

/** All numbers of a plane's terms. */
export const everyNumber = ({ window, weights }) => [...window.flat(), ...(weights ?? []).flat()];

/** The numbers that a plane's sum is made of; what is multiplied by zero does not count. */
export function numbersOf({ window, weights, products }) {
  return window.flatMap((values, row) =>
    values.flatMap((value, column) => {
      if (products[row][column] === 0) return [];
      return weights ? [value, weights[row][column]] : [value];
    }),
  );
}

/** "1·1 + 0·0 + … = 4": the whole arithmetic of a step, every channel and the bias included. */
export function sumText(data, map, step) {
  const { planes, total, value } = stepParts(data, map, step);
  const sums = planes.length > 1 ? planes.map(({ sum }) => sum) : [];
  const writer = writerOf([data.bias, total, ...sums, ...planes.flatMap(everyNumber)]);
  const written = planes.map((part) => termsOf(part, writer).flat().map((term) => term.text));
  const after = data.relu ? `, after the ReLU ${writer.text(value)}` : "";
  const result = (...numbers) => `${writer.sign(total, ...numbers)} ${writer.text(total)}${after}`;
  if (data.op === "max_pool") return `the largest of ${written[0].join(", ")} ${result()}`;
  if (data.op === "average_pool") {
    return `(${written[0].join(" + ")}) / ${written[0].length} ${result(...numbersOf(planes[0]))}`;
  }
  const bias = data.bias ? ` + ${addedText(data.bias, writer)}` : "";
  if (planes.length === 1) {
    return `${written[0].join(" + ")}${bias} ${result(data.bias, ...numbersOf(planes[0]))}`;
  }
  const channels = planes.map((part, at) => {
    const sign = writer.sign(part.sum, ...numbersOf(part));
    return `${data.planes[part.plane]} ${written[at].join(" + ")} ${sign} ${writer.text(part.sum)}`;
  });
  const together = sums.map((sum, at) => termText(sum, at, writer)).join(" + ");
  return `${channels.join("; ")}; together ${together}${bias} ${result(data.bias, ...sums)}`;
}

/** What a screen reader says about a step. */
export function spoken(data, map, step) {
  const [row, column] = placeOf(data, step).map((place) => place + 1);
  const which = data.maps.length > 1 ? `, ${data.maps[map]}` : "";
  const place = `Step ${step + 1} of ${data.count ** 2}, row ${row}, column ${column}${which}`;
  return `${place}: ${sumText(data, map, step)}`;
}

/** All numbers that a grid ever shows; inputs and kernels are written alike in all channels. */
export function numbersShown({ data, map, outputs }, kind, index) {
  if (kind === "outputs") return outputs[index];
  if (kind === "inputs") return data.image.flat(2);
  if (kind === "kernels") return data.separate ? data.kernels.flat(3) : data.kernels[map].flat(2);
  const found = new Set();
  for (const of of data.separate ? data.maps.keys() : [map]) addProducts(found, data, of);
  return [...found];
}

/** Every product, or number in a pool's window, of all steps of a map. */
function addProducts(found, data, map) {
  for (const plane of planesOf(data, map)) {
    const weights = data.kernels && weightsOf(data, map, plane);
    for (let step = 0; step < data.count ** 2; step += 1) {
      windowOf(data, plane, step).forEach((values, row) =>
        values.forEach((value, column) => found.add(weights ? value * weights[row][column] : value)));
    }
  }
}
