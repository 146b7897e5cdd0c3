// Painting the ladder (all stages, up and down) and the pictures of one step.

import { signedColour } from "./scale.js";
import { endsOf, mapOf, winnersOf } from "./deconv_data.js";

const [HEAD, BAND, GAP] = [40, 24, 14];
const [LEAST_CELL, MOST_CELL] = [62, 68];
const CAPTION = 22;

/** A canvas of one pixel a value, in the signed scale. */
function signedBitmap({ values, limit, rows, columns }, table) {
  return bitmapOf(rows, columns, (at) => signedColour(table, values[at], limit));
}

/** Three channels as a little colour picture around grey. */
function colourBitmap(values, limit, rows, columns) {
  const size = rows * columns;
  const level = (value) => Math.round(255 * Math.min(1, Math.max(0, value / (2 * limit) + 0.5)));
  return bitmapOf(rows, columns, (at) => [0, 1, 2].map((channel) => level(values[channel * size + at])));
}

function bitmapOf(rows, columns, colour) {
  const canvas = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  for (let at = 0; at < rows * columns; at += 1) image.data.set([...colour(at), 255], 4 * at);
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Bitmaps of everything that is shown, made once a theme. */
export class DescentBitmaps {
  constructor(tensors, steps, table) {
    Object.assign(this, { tensors, steps, table, made: new Map() });
  }

  kept(key, make) {
    if (!this.made.has(key)) this.made.set(key, make());
    return this.made.get(key);
  }

  up(number, at) {
    const tensor = this.tensors[number];
    if (number > 0) return this.kept(`up ${number} ${at}`, () => signedBitmap(mapOf(tensor, "up", at), this.table));
    const [channels, rows, columns] = tensor.shape;
    const size = rows * columns;
    const colour = (at) => [0, 1, 2].map((channel) => tensor.levels[(channels === 3 ? channel : 0) * size + at]);
    return this.kept("pixels", () => bitmapOf(rows, columns, colour));
  }

  down(number, at) {
    const tensor = this.tensors[number];
    const [channels, rows, columns] = tensor.shape;
    if (number > 0 || channels !== 3)
      return this.kept(`down ${number} ${at}`, () => signedBitmap(mapOf(tensor, "down", number > 0 ? at : 0), this.table));
    return this.kept("projection", () => colourBitmap(tensor.down.values, tensor.down.limit, rows, columns));
  }

  /** The filter from the arriving channel to the leaving one; for pixels in colour. */
  filter(place, arriving, leaving, toPixels) {
    const { values, limit, shape } = this.steps[place].filters;
    const [, count, rows, columns] = shape;
    const size = rows * columns;
    const one = (to) => values.subarray((arriving * count + to) * size, (arriving * count + to + 1) * size);
    if (toPixels && count === 3) {
      const all = values.subarray(arriving * 3 * size, (arriving + 1) * 3 * size);
      return this.kept(`filter ${place} ${arriving}`, () => colourBitmap(all, limit, rows, columns));
    }
    const map = { values: one(toPixels ? 0 : leaving), limit, rows, columns };
    return this.kept(`filter ${place} ${arriving} ${leaving}`, () => signedBitmap(map, this.table));
  }
}

function image(context, bitmap, box, theme, { accent = false } = {}) {
  context.imageSmoothingEnabled = bitmap.width > box.size;
  context.drawImage(bitmap, box.x, box.y, box.size, box.size);
  context.strokeStyle = accent ? theme.accent : theme.line;
  context.lineWidth = accent ? 3 : 1;
  context.strokeRect(box.x - 0.5, box.y - 0.5, box.size + 1, box.size + 1);
}

/** Where the ladder's columns stand, given the room there is. */
export function ladderLayout(count, width) {
  const room = Math.floor(width / count);
  const cell = Math.min(MOST_CELL, Math.max(LEAST_CELL, room - GAP));
  const step = Math.max(room, cell + GAP);
  const columns = Array.from({ length: count }, (_, at) => at * step + (step - cell) / 2);
  return { columns, cell, step, width: step * count, height: HEAD + 2 * cell + BAND + 6, up: HEAD, down: HEAD + cell + BAND };
}

/** All stages: going up above, coming down below; what the signal has not reached yet is empty. */
export function paintLadder(context, layout, state) {
  const { bitmaps, theme, place, chosen } = state;
  const { tensors } = bitmaps;
  const { arriving, leaving } = endsOf(place, tensors.length);
  context.textAlign = "center";
  tensors.forEach((tensor, number) => {
    const x = layout.columns[number];
    const at = chosen[tensor.group] ?? 0;
    const own = number === leaving || number === arriving;
    const [channels, rows, columns] = tensor.shape;
    context.fillStyle = theme.text;
    context.font = `${own ? 600 : 400} 15px ${theme.font}`;
    context.fillText(tensor.name, x + layout.cell / 2, 15);
    context.fillStyle = theme.muted;
    context.font = `400 14px ${theme.font}`;
    context.fillText(`${rows}\u00d7${columns}\u00d7${channels}`, x + layout.cell / 2, 34);
    image(context, bitmaps.up(number, at), { x, y: layout.up, size: layout.cell }, theme);
    const box = { x, y: layout.down, size: layout.cell };
    if (number >= leaving) image(context, bitmaps.down(number, at), box, theme, { accent: own });
    else blank(context, box, theme);
    if (number > 0) chevrons(context, layout, number, place > 0 && number === arriving, theme);
  });
  context.textAlign = "left";
  context.fillStyle = theme.muted;
  context.font = `400 14px ${theme.font}`;
  const middle = layout.up + layout.cell + 17;
  context.fillText("\u2191 going up, left to right", layout.columns[0], middle);
  const words = "\u2193 the signal coming down, right to left";
  const end = layout.columns.at(-1) + layout.cell;
  context.textAlign = "right";
  context.fillText(words, end, middle);
  context.textAlign = "left";
}

function blank(context, { x, y, size }, theme) {
  context.setLineDash([3, 4]);
  context.strokeStyle = theme.faint;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
  context.setLineDash([]);
}

function chevrons(context, layout, number, now, theme) {
  const x = (layout.columns[number - 1] + layout.cell + layout.columns[number]) / 2;
  for (const [top, way] of [[layout.up, 1], [layout.down, -1]]) {
    const y = top + layout.cell / 2;
    context.strokeStyle = now && way < 0 ? theme.accent : theme.muted;
    context.lineWidth = now && way < 0 ? 3 : 1.5;
    context.beginPath();
    context.moveTo(x - 2.5 * way, y - 5);
    context.lineTo(x + 2.5 * way, y);
    context.lineTo(x - 2.5 * way, y + 5);
    context.stroke();
  }
}

/** The pictures of a step: [{caption, bitmap, marks?, what}], three of them. */
export function picturesOf(state, data) {
  const { bitmaps, place, chosen } = state;
  const { tensors, steps } = bitmaps;
  const { arriving, leaving } = endsOf(place, tensors.length);
  const step = steps[place];
  const at = (number) => chosen[tensors[number].group] ?? 0;
  const named = (number) => (number === 0 ? "pixels" : `${tensors[number].name}, ${tensors[number].channels[at(number)]}`);
  const up = (number) => ({ caption: `up: ${named(number)}`, bitmap: bitmaps.up(number, at(number)), what: "up", number });
  const down = (number, word) => ({ caption: `${word}: ${named(number)}`, bitmap: bitmaps.down(number, at(number)), what: "down", number });
  if (step.kind === "start") {
    const [, row, column] = data.unit;
    return [
      { ...up(0), caption: "what the unit sees", field: data.field },
      { ...up(arriving), caption: "its map: click a place", marks: [[row, column]], pick: true },
      down(arriving, "starts"),
    ];
  }
  const ends = [down(arriving, "arrives"), down(leaving, "leaves")];
  if (step.filters) {
    const bitmap = bitmaps.filter(place, at(arriving), at(leaving), leaving === 0);
    const size = step.filters.shape.slice(2).join("\u00d7");
    return [ends[0], { caption: `${size} filter between`, bitmap, what: "filter", small: true }, down(leaving, "sum of all")];
  }
  const below = up(leaving);
  if (step.switches) below.marks = marksOf(step.switches, tensors[arriving], tensors[leaving], at(arriving));
  return [below, ...ends];
}

/** Where the maxima sat: [row, column, whether any signal goes there]; those with signal last. */
function marksOf(switches, pooled, before, at) {
  const width = before.shape[2];
  const marks = [...winnersOf(switches, mapOf(pooled, "down", at).values, at)];
  return marks.map(([place, told]) => [Math.floor(place / width), place % width, told]).sort((a, b) => a[2] - b[2]);
}

/** Three boxes side by side. */
export function pictureBoxes(width) {
  const size = Math.floor((width - 2 * GAP - 4) / 3);
  return [0, 1, 2].map((at) => ({ x: 2 + at * (size + GAP), y: CAPTION, size }));
}

export const picturesHeight = (width) => pictureBoxes(width)[0].size + CAPTION + 4;

export function paintPictures(context, pictures, boxes, theme) {
  pictures.forEach((picture, at) => {
    const box = boxes[at];
    context.fillStyle = theme.text;
    context.font = `400 14px ${theme.font}`;
    context.fillText(picture.caption, box.x, 15, box.size);
    const inset = picture.small ? box.size * 0.22 : 0;
    const shown = { x: box.x + inset, y: box.y + inset, size: box.size - 2 * inset };
    image(context, picture.bitmap, shown, theme);
    if (picture.marks) rings(context, picture, shown, theme);
    if (picture.field) frame(context, picture, shown);
  });
}

function rings(context, { marks, bitmap }, box, theme) {
  const [wide, high] = [box.size / bitmap.width, box.size / bitmap.height];
  const radius = Math.max(2.2, Math.min(9, wide * 0.36));
  for (const [row, column, told = true] of marks) {
    const [x, y] = [box.x + (column + 0.5) * wide, box.y + (row + 0.5) * high];
    for (const [colour, line] of told ? [[theme.background, 5], [theme.accent, 3]] : [[theme.muted, 1]]) {
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.stroke();
    }
  }
}

function frame(context, { field, bitmap }, box) {
  const scale = box.size / bitmap.width;
  const [x0, y0, x1, y1] = field;
  for (const [colour, line] of [["#14161b", 5], ["#ffac54", 2.5]]) {
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.strokeRect(box.x + x0 * scale + 2, box.y + y0 * scale + 2, (x1 - x0) * scale - 4, (y1 - y0) * scale - 4);
  }
}
