// The network as a strip of boxes: every sheet is a map, its side to scale; vectors are bars.

import { shapeSaid, shapeText } from "./layers_text.js";

const SVG = "http://www.w3.org/2000/svg";
const FACE = 44; // px of the largest side
const LEAST_FACE = 4;
const SHEET = { x: 2.6, y: 1.3 }; // how far each sheet behind shows
const MOST_SHEETS = 10;
const BAR = 9; // px, the width of a vector
const HEIGHT = 76;
const FLOOR = 57; // the boxes' lower edge, the texts stand below
const LEAST_PITCH = 34;
const LETTER = 7.4; // px a letter of a 14 px text takes at most

/** How many sheets stand for so many maps: one more where they double. */
export const sheetsOf = (maps) => Math.min(MOST_SHEETS, 1 + Math.round(Math.log2(maps)));

/** The height of a bar for so many values: 4 px more where they double. */
export const barOf = (values) => Math.min(FLOOR - 3, 5 + 4 * Math.log2(values + 1));

const changesShapes = (kind) => kind?.options.some((option) => option.type === "int");

/**
 * One box for the input and for each layer that makes other maps or values: {number, shape,
 * learns, window}, `number` 0 for the input. `window` is the side of what slides over the box before.
 */
export function boxesOf(input, layers, lines, kinds) {
  const boxes = [{ number: 0, name: "input", shape: input, learns: false, window: 0 }];
  for (const [place, layer] of layers.entries()) {
    const line = lines[place];
    if (!line?.shape) break;
    const before = boxes[boxes.length - 1].shape;
    if (String(before) === String(line.shape) && !changesShapes(kinds[layer.kind])) continue;
    const option = kinds[layer.kind]?.options.find(({ name }) => name === "kernel" || name === "size");
    const window = option ? (layer.options[option.name] ?? option.default) : 0;
    const { name, shape, parameters } = line;
    boxes.push({ number: place + 1, name, shape, learns: parameters > 0, window });
  }
  return boxes;
}

/** Where the boxes stand: {width, boxes: [{…box, x, y, width, height, sheets, text}]} in px. */
export function placeBoxes(boxes, room, marks = 0) {
  const largest = Math.max(...boxes.filter(({ shape }) => shape.length === 3).map(({ shape }) => Math.max(shape[1], shape[2])), 1);
  const scale = FACE / largest;
  const pitch = Math.max(LEAST_PITCH, room / (boxes.length + marks));
  let free = 0; // where the last text ended
  const placed = boxes.map((box, place) => {
    const maps = box.shape.length === 3;
    const side = (extent) => Math.max(LEAST_FACE, extent * scale);
    const height = maps ? side(box.shape[1]) : barOf(box.shape[0]);
    const width = maps ? side(box.shape[2]) : BAR;
    const sheets = maps ? sheetsOf(box.shape[0]) : 1;
    const centre = (place + 0.5) * pitch;
    const text = shapeText(box.shape, "×");
    const half = (text.length * LETTER) / 2;
    const begin = Math.max(centre - half, 0);
    const fits = begin >= free && begin + 2 * half <= Math.max(room, pitch * boxes.length);
    if (fits) free = begin + 2 * half + 6;
    const x = centre - (width + (sheets - 1) * SHEET.x) / 2;
    return { ...box, x, y: FLOOR - height, width, height, sheets, centre: begin + half, text: fits ? text : "", scale };
  });
  return { width: pitch * (boxes.length + marks), pitch, boxes: placed };
}

function shape(name, attributes, parent) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent.append(node);
  return node;
}

/** What slides: a square on the box before, and where it arrives. */
function drawWindow(box, before, parent) {
  const side = Math.max(3, Math.min(before.width, box.window * before.scale));
  const x = before.x + before.width - side - Math.min(4, (before.width - side) / 2);
  const y = before.y + Math.min(4, (before.height - side) / 2);
  const end = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  for (const corner of [y, y + side]) shape("line", { class: "ray", x1: x + side, y1: corner, x2: end.x, y2: end.y }, parent);
  shape("rect", { class: "window", x, y, width: side, height: side }, parent);
}

function drawBox(box, parent) {
  const group = shape("g", { class: `box${box.learns ? " learns" : ""}`, "data-number": box.number }, parent);
  const title = shape("title", {}, group);
  title.textContent = `${box.name}: ${shapeSaid(box.shape)}`;
  for (let sheet = box.sheets - 1; sheet >= 0; sheet -= 1) {
    const at = { x: box.x + sheet * SHEET.x, y: box.y - sheet * SHEET.y };
    shape("rect", { ...at, width: box.width, height: box.height, rx: 1.5 }, group);
  }
  if (box.text) shape("text", { x: box.centre, y: HEIGHT - 4 }, group).textContent = box.text;
}

/** Draw into an <svg>; `wrong` is the number of the layer that does not fit, or 0. */
export function drawStrip(svg, boxes, room, wrong) {
  const { width, pitch, boxes: placed } = placeBoxes(boxes, room, wrong ? 1 : 0);
  svg.replaceChildren();
  for (const [name, value] of Object.entries({ width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` })) svg.setAttribute(name, value);
  for (const box of placed) drawBox(box, svg);
  placed.slice(1).forEach((box, place) => {
    if (box.window && placed[place].shape.length === 3) drawWindow(box, placed[place], svg);
  });
  if (!wrong) return;
  const x = width - pitch / 2;
  const group = shape("g", { class: "stop", "data-number": wrong }, svg);
  shape("path", { d: `M${x - 9} 26l18 18m0 -18l-18 18` }, group);
  shape("text", { x, y: HEIGHT - 4 }, group).textContent = `layer ${wrong}`;
}
