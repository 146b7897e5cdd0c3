// The plane and the cuts through it, painted on any canvas: the page's and the saved picture's.

import { cutOf } from "./plane_data.js";

const FIELD = { left: 44, right: 10, top: 10, bottom: 46 };
const CUTS = { left: 40, right: 12, top: 10, bottom: 42 };
const TYPE = 14;
const SOLID = "#d55e00"; // the horizontal axis
const DASHED = "#0072b2"; // the vertical one, which is the control
const SURE_FROM = 0.35; // of a class's colour stays where the network is least sure

/** Where the square plot lies in a canvas of this side. */
export function fieldArea(side) {
  const size = side - Math.max(FIELD.left + FIELD.right, FIELD.top + FIELD.bottom);
  return { left: FIELD.left, top: FIELD.top, size };
}

/** The point of the plane under a place of the canvas, unrounded. */
export function pointUnder(data, side, x, y) {
  const area = fieldArea(side);
  const cell = area.size / (2 * data.half + 1);
  const of = (place) => (place / cell - data.half - 0.5) * data.unit;
  return [of(x - area.left), -of(y - area.top)];
}

function rgbIn(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

function paintCells(context, area, data, theme) {
  const side = 2 * data.half + 1;
  const paper = theme.dark ? [20, 22, 27] : [255, 255, 255];
  const colours = data.regions.map((region) => rgbIn(region.colour));
  const edge = (place) => Math.round((area.size * place) / side);
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const at = row * side + column;
      const share = SURE_FROM + (1 - SURE_FROM) * data.confidence[at];
      const mixed = colours[data.ranks[at]].map((value, part) => (
        Math.round(share * value + (1 - share) * paper[part])));
      context.fillStyle = `rgb(${mixed})`;
      const [left, right] = [edge(column), edge(column + 1)];
      const [top, bottom] = [edge(side - 1 - row), edge(side - row)];
      // Under its neighbours to the right and above, which come later: no seams when scaled.
      const [wide, high] = [column + 1 < side ? 1 : 0, row + 1 < side ? 1 : 0];
      context.fillRect(area.left + left, area.top + top - high, right - left + wide, bottom - top + high);
    }
  }
}

function paintBorders(context, area, data) {
  const side = 2 * data.half + 1;
  const cell = area.size / side;
  context.strokeStyle = "#10131a";
  context.lineWidth = 1.5;
  context.beginPath();
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const at = row * side + column;
      const [x, y] = [area.left + column * cell, area.top + (side - 1 - row) * cell];
      if (column + 1 < side && data.ranks[at] !== data.ranks[at + 1]) {
        context.moveTo(x + cell, y);
        context.lineTo(x + cell, y + cell);
      }
      if (row + 1 < side && data.ranks[at] !== data.ranks[at + side]) {
        context.moveTo(x, y);
        context.lineTo(x + cell, y);
      }
    }
  }
  context.stroke();
}

function haloed(context, text, x, y) {
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = "#ffffff";
  context.strokeText(text, x, y);
  context.fillStyle = "#10131a";
  context.fillText(text, x, y);
}

function paintLetters(context, area, data, theme) {
  const side = 2 * data.half + 1;
  const cell = area.size / side;
  context.font = `600 19px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const [row, column, rank] of data.marks) {
    const [right, up] = [column - data.half, row - data.half];
    const x = area.left + (column + 0.5) * cell;
    const y = area.top + (side - 0.5 - row) * cell;
    // The walks stay free.
    const aside = Math.abs(right) <= 1 && up >= 0 ? (right > 0 ? 16 : -16) : 0;
    const away = Math.abs(up) <= 1 && right >= 0 && !aside ? (up < 0 ? 16 : -16) : 0;
    haloed(context, data.regions[rank].letter, x + aside, y + away);
  }
}

/** From the picture to the rim: solid and orange to the right, dashed and blue upwards. */
function paintWalks(context, area, data) {
  const side = 2 * data.half + 1;
  const cell = area.size / side;
  const at = ([x, y]) => [area.left + (data.half + x + 0.5) * cell, area.top + (data.half - y + 0.5) * cell];
  for (const [end, colour, dash] of [[[data.half, 0], SOLID, []], [[0, data.half], DASHED, [7, 5]]]) {
    for (const [ink, width] of [["#ffffff", 5], [colour, 2.5]]) {
      context.strokeStyle = ink;
      context.lineWidth = width;
      context.setLineDash(dash);
      context.beginPath();
      context.moveTo(...at([0, 0]));
      context.lineTo(...at(end));
      context.stroke();
    }
    context.setLineDash([]);
    context.fillStyle = colour;
    for (let step = 1; step <= data.half; step += 1) {
      const [x, y] = at(end.map((part) => (part ? step : 0)));
      context.beginPath();
      if (end[0]) context.arc(x, y, 3, 0, 7);
      else context.rect(x - 3, y - 3, 6, 6);
      context.fill();
    }
  }
  const [x, y] = at([0, 0]);
  context.fillStyle = "#10131a";
  context.strokeStyle = "#ffffff";
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, 5, 0, 7);
  context.fill();
  context.stroke();
}

function paintAxes(context, area, data, theme) {
  const most = data.half * data.unit;
  const cell = area.size / (2 * data.half + 1);
  context.fillStyle = theme.text;
  context.font = `${TYPE}px ${theme.font}`;
  context.textBaseline = "middle";
  for (const part of [-1, -0.5, 0, 0.5, 1]) {
    const steps = part * most;
    const text = steps < 0 ? `\u2212${-steps}` : String(steps);
    const along = (data.half + part * data.half + 0.5) * cell;
    context.textAlign = "center";
    context.fillText(text, area.left + along, area.top + area.size + 13);
    context.textAlign = "right";
    context.fillText(text, area.left - 6, area.top + area.size - along);
  }
  context.textAlign = "center";
  context.fillText(`steps of 1/255 along ${data.axes[0]}`, area.left + area.size / 2, area.top + area.size + 34);
  context.save();
  context.translate(9, area.top + area.size / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(`along ${data.axes[1]}`, 0, 0);
  context.restore();
}

/** Where one is: a ring on the point. */
function paintPoint(context, area, data, [across, up]) {
  const cell = area.size / (2 * data.half + 1);
  const x = area.left + (data.half + across / data.unit + 0.5) * cell;
  const y = area.top + (data.half - up / data.unit + 0.5) * cell;
  for (const [ink, width] of [["#ffffff", 6], ["#10131a", 3]]) {
    context.strokeStyle = ink;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, 9, 0, 7);
    context.stroke();
  }
}

/** Paint the plane into the square [0, side]² of a context. */
export function paintField(context, side, data, point, theme) {
  const area = fieldArea(side);
  context.setLineDash([]);
  paintCells(context, area, data, theme);
  paintBorders(context, area, data);
  paintWalks(context, area, data);
  paintLetters(context, area, data, theme);
  paintAxes(context, area, data, theme);
  paintPoint(context, area, data, point);
}

/** Paint the target's probability along both axes. */
export function paintCuts(context, width, height, data, point, theme) {
  const most = data.half * data.unit;
  const area = {
    left: CUTS.left, top: CUTS.top,
    width: width - CUTS.left - CUTS.right, height: height - CUTS.top - CUTS.bottom,
  };
  const across = (steps) => area.left + (area.width * (steps + most)) / (2 * most);
  const down = (share) => area.top + area.height * (1 - share);
  context.font = `${TYPE}px ${theme.font}`;
  context.textBaseline = "middle";
  context.setLineDash([]);
  context.lineWidth = 1;
  for (const share of [0, 0.5, 1]) {
    context.strokeStyle = theme.line;
    context.beginPath();
    context.moveTo(area.left, down(share));
    context.lineTo(area.left + area.width, down(share));
    context.stroke();
    context.fillStyle = theme.muted;
    context.textAlign = "right";
    context.fillText(share === 0.5 ? "0.5" : String(share), area.left - 7, down(share));
  }
  context.textAlign = "center";
  for (const part of [-1, -0.5, 0, 0.5, 1]) {
    const steps = part * most;
    context.fillText(steps < 0 ? `\u2212${-steps}` : String(steps), across(steps), area.top + area.height + 13);
  }
  context.fillText("steps of 1/255", area.left + area.width / 2, area.top + area.height + 32);
  for (const [axis, colour, dash] of [[1, theme.dark ? "#56b4e9" : DASHED, [7, 5]], [0, SOLID, []]]) {
    const cut = cutOf(data, axis);
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = 2.5;
    context.setLineDash(dash);
    context.beginPath();
    cut.forEach(([steps, share], place) => context[place ? "lineTo" : "moveTo"](across(steps), down(share)));
    context.stroke();
    context.setLineDash([]);
    const on = point[1 - axis] === 0 ? cut.find(([steps]) => steps === point[axis]) : null;
    for (const [steps, share] of cut) {
      const size = on && steps === on[0] ? 7 : 3;
      context.beginPath();
      if (axis) context.rect(across(steps) - size, down(share) - size, 2 * size, 2 * size);
      else context.arc(across(steps), down(share), size, 0, 7);
      context.fill();
    }
  }
}
