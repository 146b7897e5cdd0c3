// The arithmetic of a step in words.

import { equalsSign, MINUS, numberText } from "./numbers.js";
import { placeOf, stepParts } from "./stepper_math.js";

const bracketed = (text) => (text.startsWith(MINUS) ? `(${text})` : text);

/** The terms of one plane's sum, row by row of the window: "2·3", "(−1)·4"; [[{text, value}, …], …]. */
export function termsOf({ window, weights, products }) {
  const written = (value, row, column) =>
    row + column ? bracketed(numberText(value)) : numberText(value);
  return window.map((values, row) =>
    values.map((value, column) => {
      const weight = weights ? `\u00b7${bracketed(numberText(weights[row][column]))}` : "";
      return { text: written(value, row, column) + weight, value: products[row][column] };
    }),
  );
}

/** The numbers that a plane's sum is made of; what is multiplied by zero does not count. */
export function numbersOf({ window, weights, products }) {
  return window.flatMap((values, row) =>
    values.flatMap((value, column) => {
      if (products[row][column] === 0) return [];
      return weights ? [value, weights[row][column]] : [value];
    }),
  );
}

/** A number as a further term: "3", "(−1)". */
export const addedText = (value) => bracketed(numberText(value));

/** "1·1 + 0·0 + … = 4": the whole arithmetic of a step, every channel and the bias included. */
export function sumText(data, map, step) {
  const { planes, total, value } = stepParts(data, map, step);
  const written = planes.map((part) => termsOf(part).flat().map((term) => term.text));
  const after = data.relu ? `, after the ReLU ${numberText(value)}` : "";
  const result = (...numbers) => `${equalsSign(total, ...numbers)} ${numberText(total)}${after}`;
  if (data.op === "max_pool") return `the largest of ${written[0].join(", ")} ${result()}`;
  if (data.op === "average_pool") {
    return `(${written[0].join(" + ")}) / ${written[0].length} ${result(...numbersOf(planes[0]))}`;
  }
  const bias = data.bias ? ` + ${addedText(data.bias)}` : "";
  if (planes.length === 1) {
    return `${written[0].join(" + ")}${bias} ${result(data.bias, ...numbersOf(planes[0]))}`;
  }
  const channels = planes.map((part, at) => {
    const sign = equalsSign(part.sum, ...numbersOf(part));
    return `${data.planes[part.plane]} ${written[at].join(" + ")} ${sign} ${numberText(part.sum)}`;
  });
  const sums = planes.map(({ sum }, at) => (at ? addedText(sum) : numberText(sum))).join(" + ");
  const whole = result(data.bias, ...planes.map(({ sum }) => sum));
  return `${channels.join("; ")}; together ${sums}${bias} ${whole}`;
}

/** What a screen reader says about a step. */
export function spoken(data, map, step) {
  const [row, column] = placeOf(data, step).map((place) => place + 1);
  const which = data.maps.length > 1 ? `, ${data.maps[map]}` : "";
  const place = `Step ${step + 1} of ${data.count ** 2}, row ${row}, column ${column}${which}`;
  return `${place}: ${sumText(data, map, step)}`;
}
