// The loupe's arithmetic: the same numbers, in the same order, as dlviz.figures.filtering.

import { decodeTable, signedColour } from "./scale.js";

/** The data with its pixels decoded and its windows laid out. */
export function sceneOf(data) {
  const reach = data.dilation * (data.size - 1) + 1;
  const places = (length) => Math.floor((length - reach) / data.stride) + 1;
  return {
    ...data,
    pixels: decodeTable(data.pixels),
    reach,
    rows: places(data.height),
    columns: places(data.width),
    offset: Math.max(0, Math.floor((reach - data.stride) / 2)),
  };
}

/** A pixel of the window of an answer: 0 … 255. */
function pixelUnder(scene, plane, row, column, down, across) {
  const y = row * scene.stride + down * scene.dilation;
  const x = column * scene.stride + across * scene.dilation;
  return scene.pixels[(plane * scene.height + y) * scene.width + x];
}

/** The size×size pixels that an answer sees. */
export function windowOf(scene, plane, row, column) {
  const places = [...Array(scene.size).keys()];
  return places.map((down) =>
    places.map((across) => pixelUnder(scene, plane, row, column, down, across)));
}

/** One number: what a plane's kernel (or pooling) makes of one window. */
export function answerOf(scene, plane, row, column) {
  const { op, size } = scene;
  const kernel = scene.kernels?.[plane];
  let total = 0;
  for (let down = 0; down < size; down += 1) {
    for (let across = 0; across < size; across += 1) {
      const pixel = pixelUnder(scene, plane, row, column, down, across);
      if (kernel) total += kernel[down][across] * pixel;
      else if (op === "max_pool") total = Math.max(total, pixel);
      else total += pixel;
    }
  }
  return op === "average_pool" ? total / (size * size) : total;
}

/** The number of each plane, in a list. */
export function partsOf(scene, row, column) {
  return [...Array(scene.planes).keys()].map((plane) => answerOf(scene, plane, row, column));
}

/** The numbers of the map (or of the three maps) at a place. */
export function answersOf(scene, row, column) {
  const parts = partsOf(scene, row, column);
  return scene.summed ? [parts.reduce((sum, part) => sum + part)] : parts;
}

/** Which place of the window is the largest, [down, across]: the first of equal ones. */
export function winnerOf(window) {
  const flat = window.flat();
  const place = flat.indexOf(Math.max(...flat));
  return [Math.floor(place / window.length), place % window.length];
}

const byteOf = (value) => Math.floor(Math.min(255, Math.max(0, value)) + 0.5);

/** The colour [r, g, b] of the numbers of one place. */
export function colourOfAnswers({ signed, by }, answers, table) {
  if (signed && answers.length === 1) return signedColour(table, answers[0], by);
  const bytes = answers.map((value) => byteOf(signed ? ((value / by + 1) / 2) * 255 : value / by));
  return bytes.length === 1 ? [bytes[0], bytes[0], bytes[0]] : bytes;
}

/** The picture before as RGBA bytes. */
export function bytesBefore(scene) {
  const count = scene.width * scene.height;
  const bytes = new Uint8ClampedArray(4 * count);
  for (let place = 0; place < count; place += 1) {
    for (let colour = 0; colour < 3; colour += 1) {
      const plane = scene.planes === 3 ? colour : 0;
      bytes[4 * place + colour] = scene.pixels[plane * count + place];
    }
    bytes[4 * place + 3] = 255;
  }
  return bytes;
}

/** The map after as RGBA bytes, one pixel for each answer. */
export function bytesAfter(scene, table) {
  const bytes = new Uint8ClampedArray(4 * scene.rows * scene.columns);
  let at = 0;
  for (let row = 0; row < scene.rows; row += 1) {
    for (let column = 0; column < scene.columns; column += 1) {
      bytes.set(colourOfAnswers(scene, answersOf(scene, row, column), table), at);
      bytes[at + 3] = 255;
      at += 4;
    }
  }
  return bytes;
}

/** The answer [row, column] that stands at (or nearest to) a pixel of the picture. */
export function answerAt(scene, y, x) {
  const nearest = (pixel, count) =>
    Math.min(count - 1, Math.max(0, Math.floor((pixel - scene.offset) / scene.stride)));
  return [nearest(y, scene.rows), nearest(x, scene.columns)];
}
