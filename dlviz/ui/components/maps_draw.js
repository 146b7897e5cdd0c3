// The canvases of the feature maps: the wall, the picture below one map, and a file of the wall.

import { fieldOf, groundOf } from "./maps_data.js";

const GAP = 4; // CSS pixels between two maps
const LARGEST = 132; // CSS pixels of a map in the wall
const FRAME = ["#ffffff", "#10131a", "#ffac54"]; // seen on any picture

/** How the wall is laid out: as large as fits, never below `smallest`: {side, columns, rows}. */
export function layoutOf(count, width, height, smallest) {
  let best = smallest;
  for (let side = LARGEST; side > smallest; side -= 1) {
    const across = Math.floor((width + GAP) / (side + GAP));
    if (across >= 1 && Math.ceil(count / across) * (side + GAP) - GAP <= height) {
      best = side;
      break;
    }
  }
  const columns = Math.max(1, Math.min(count, Math.floor((width + GAP) / (best + GAP))));
  return { side: best, columns, rows: Math.ceil(count / columns) };
}

/** Which place of the order lies under a point of the wall; −1 for none. */
export function cellAt(layout, count, x, y) {
  const [column, row] = [x, y].map((at) => Math.floor(at / (layout.side + GAP)));
  const place = row * layout.columns + column;
  return column < 0 || column >= layout.columns || place < 0 || place >= count ? -1 : place;
}

function cut(context, coloured, layer, map, [x, y, width, height]) {
  const [high, wide] = layer.cell;
  const [left, top] = [(map % layer.across) * wide, Math.floor(map / layer.across) * high];
  context.imageSmoothingEnabled = width < wide; // enlarged with hard edges, reduced softly
  context.drawImage(coloured, left, top, wide, high, x, y, width, height);
}

/** One map alone, for the strip. */
export function drawThumb(canvas, coloured, layer, map, ratio) {
  canvas.width = canvas.height = 32 * ratio;
  cut(canvas.getContext("2d"), coloured, layer, map, [0, 0, canvas.width, canvas.height]);
}

/** All maps in their order; the chosen one and the one under the pointer framed. */
export function drawWall(canvas, coloured, layer, order, layout, marks, theme, ratio) {
  const step = layout.side + GAP;
  const [width, height] = [layout.columns * step - GAP, layout.rows * step - GAP];
  const pixels = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) [canvas.width, canvas.height] = pixels;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  const corner = (place) => [(place % layout.columns) * step, Math.floor(place / layout.columns) * step];
  order.forEach((map, place) => cut(context, coloured, layer, map, [...corner(place), layout.side, layout.side]));
  for (const [map, colour, thick] of [[marks.hovered, theme.text, 2], [marks.chosen, theme.accent, 3]]) {
    const place = order.indexOf(map);
    if (place < 0) continue;
    context.strokeStyle = colour;
    context.lineWidth = thick;
    const [x, y] = corner(place);
    context.strokeRect(x + thick / 2, y + thick / 2, layout.side - thick, layout.side - thick);
  }
}

/** The picture, one map laid over it where its places look, its strongest place and that one's field. */
export function drawOver(canvas, picture, laid, layer, map, alone, ratio) {
  const width = canvas.clientWidth;
  const scale = (width * ratio) / picture.width;
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = scale < 1;
  context.drawImage(picture.image, 0, 0, canvas.width, canvas.height);
  if (alone) return;
  const ground = groundOf(layer, picture);
  const [high, wide] = layer.cell;
  const area = [ground.x, ground.y, ground.width * wide, ground.height * high];
  context.imageSmoothingEnabled = false;
  context.drawImage(laid, ...area.map((value) => value * scale));
  const [value, row, column] = layer.peaks[map];
  if (value <= 0) return;
  const field = fieldOf(layer, row, column);
  if (field) outline(context, field.map((value) => value * scale), ratio);
  const [x, y] = [
    ground.x + (ground.width / layer.step) * (column + 0.5),
    ground.y + (ground.height / layer.step) * (row + 0.5),
  ];
  cross(context, Math.min(Math.max(x, 0), picture.width) * scale, Math.min(Math.max(y, 0), picture.height) * scale, ratio);
}

function outline(context, [x0, y0, x1, y1], ratio) {
  for (const [thick, colour] of [[4, FRAME[1]], [2, FRAME[2]]]) {
    const line = thick * ratio;
    context.lineWidth = line;
    context.strokeStyle = colour;
    // Just inside, so that a field as large as the picture is framed too.
    const [beside, least] = [2 * ratio, 2 * ratio];
    const [width, height] = [x1 - x0, y1 - y0].map((side) => Math.max(least, side - 2 * beside));
    context.strokeRect(x0 + beside, y0 + beside, width, height);
  }
}

function cross(context, x, y, ratio) {
  const [near, far] = [6 * ratio, 13 * ratio]; // open in the middle: a small field lies there
  for (const [thick, colour] of [[5, FRAME[1]], [2, FRAME[0]]]) {
    context.lineWidth = thick * ratio;
    context.strokeStyle = colour;
    context.beginPath();
    for (const [right, down] of [[-1, 0], [1, 0], [0, -1], [0, 1]]) {
      context.moveTo(x + right * near, y + down * near);
      context.lineTo(x + right * far, y + down * far);
    }
    context.stroke();
  }
}
