// The canvases of an evolution: the table of channels by snapshots, one cell large, its picture.

import { answerText, snapshotText } from "./evolution_words.js";

const CELL_GAP = 5; // CSS pixels between two cells
const LABEL = 46; // of a row, at its left
const HEADER = 24;
const JUMP = ["#10131a", "#ffac54"]; // dark around bright: seen on any picture
const FILM_CELL = 128;

/** How the table is laid out: as large as fits, never below `smallest`: {cell, width, height}. */
export function evolutionLayout(rows, columns, width, height, smallest) {
  const across = Math.floor((width - LABEL) / columns) - CELL_GAP;
  const down = Math.floor((height - HEADER) / rows) - CELL_GAP;
  const cell = Math.max(smallest, Math.min(across, down));
  const step = cell + CELL_GAP;
  return { cell, step, width: LABEL + columns * step, height: HEADER + rows * step };
}

/** [row, column] under a point; a row's label has column −1, the header row −1. Null outside. */
export function evolutionCellAt(layout, rows, columns, x, y) {
  const row = y < HEADER ? -1 : Math.floor((y - HEADER) / layout.step);
  const column = x < LABEL ? -1 : Math.floor((x - LABEL) / layout.step);
  return row < rows && column < columns && (row >= 0 || column >= 0) ? [row, column] : null;
}

export function evolutionLeft(layout, column) {
  return LABEL + column * layout.step;
}

function drawCell(context, { image, sheet }, number, [x, y, side]) {
  const { across, width, height } = sheet;
  const share = side / Math.max(width, height);
  const [wide, high] = [width * share, height * share];
  context.imageSmoothingEnabled = share < 1;
  const from = [(number % across) * width, Math.floor(number / across) * height, width, height];
  context.drawImage(image, ...from, x + (side - wide) / 2, y + (side - high) / 2, wide, high);
}

function frame(context, x, y, width, height, thick) {
  for (const [line, colour] of [[thick + 2, JUMP[0]], [thick, JUMP[1]]]) {
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.strokeRect(x, y, width, height);
  }
}

/** All cells; `marks`: {at, row} or null for a picture to keep. */
export function drawEvolution(canvas, scene, pictures, layout, marks, theme, ratio) {
  const context = canvas.getContext("2d");
  [canvas.width, canvas.height] = [layout.width * ratio, layout.height * ratio].map(Math.round);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, layout.width, layout.height);
  const { cell, step } = layout;
  if (marks) {
    context.fillStyle = theme.line;
    context.fillRect(LABEL + marks.at * step - CELL_GAP, 0, cell + 2 * CELL_GAP, layout.height);
  }
  writeSteps(context, scene, layout, marks, theme);
  scene.channels.forEach((channel, row) => {
    const y = HEADER + row * step;
    context.textAlign = "right";
    context.font = `${marks?.row === row ? 700 : 400} 15px ${theme.font}`;
    context.fillStyle = marks?.row === row ? theme.accent : theme.text;
    context.fillText(String(channel), LABEL - 8, y + cell / 2 + 5);
    scene.steps.forEach((_, at) => {
      const x = LABEL + at * step;
      const number = row * scene.steps.length + at;
      drawCell(context, pictures, number, [x, y, cell]);
      if (scene.places[row][at] < 0) silent(context, x, y, cell, theme);
      else if (scene.jumps[row][at]) frame(context, x + 1, y + 1, cell - 2, cell - 2, 2);
      if (marks?.row === row && marks.at === at) outlineCell(context, x, y, cell, theme);
    });
  });
}

function silent(context, x, y, cell, theme) {
  context.textAlign = "center";
  context.fillStyle = theme.muted;
  context.font = `400 16px ${theme.font}`;
  context.fillText("–", x + cell / 2, y + cell / 2 + 5);
}

function outlineCell(context, x, y, cell, theme) {
  context.strokeStyle = theme.accent;
  context.lineWidth = 3;
  context.strokeRect(x - 2, y - 2, cell + 4, cell + 4);
}

/** The steps above their columns, as many as have room; the current one always. */
function writeSteps(context, scene, layout, marks, theme) {
  context.textAlign = "center";
  const { cell, step } = layout;
  const place = (at) => {
    const half = context.measureText(String(scene.steps[at].step)).width / 2 + 4;
    const middle = Math.max(LABEL + half - 8, LABEL + at * step + cell / 2);
    return [middle - half, middle + half, middle];
  };
  context.font = `700 15px ${theme.font}`;
  const taken = marks ? [place(marks.at)] : [];
  const write = (at, [, , middle]) => context.fillText(String(scene.steps[at].step), middle, HEADER - 8);
  context.fillStyle = theme.accent;
  if (marks) write(marks.at, taken[0]);
  context.font = `400 15px ${theme.font}`;
  context.fillStyle = theme.muted;
  scene.steps.forEach((_, at) => {
    const here = place(at);
    if (taken.some(([from, to]) => here[0] < to && from < here[1])) return;
    taken.push(here);
    write(at, here);
  });
  context.textAlign = "left";
  context.fillText("step", 0, HEADER - 8);
}

/** One cell of a sheet, as large as its canvas is wide. */
export function drawLarge(canvas, pictures, number, ratio) {
  const side = Math.max(1, Math.round(canvas.clientWidth * ratio));
  canvas.width = canvas.height = side;
  if (number >= 0) drawCell(canvas.getContext("2d"), pictures, number, [0, 0, side]);
}

/** A whole picture with what the unit sees of it. */
export function drawSource(canvas, pictures, number, box, ratio) {
  drawLarge(canvas, pictures, number, ratio);
  if (number < 0) return;
  const scale = canvas.width / Math.max(pictures.sheet.width, pictures.sheet.height);
  const [x0, y0, x1, y1] = box.map((value) => value * scale);
  const thick = 2 * ratio;
  const sides = [x1 - x0, y1 - y0].map((side) => Math.max(thick, side - 2 * thick));
  if (x1 > x0 && y1 > y0) frame(canvas.getContext("2d"), x0 + thick, y0 + thick, ...sides, thick);
}

/** A frame of the film: every channel's projection at one snapshot, the patch below. */
export function drawFilmFrame(canvas, scene, sheets, at, theme) {
  const step = FILM_CELL + 2 * CELL_GAP;
  const shown = [sheets.projections, sheets.patches].filter(Boolean);
  const [width, height] = [scene.channels.length * step, 34 + shown.length * step + 26];
  if (canvas.width !== width) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  context.fillStyle = theme.text;
  context.font = `600 18px ${theme.font}`;
  context.textAlign = "left";
  context.fillText(width > 500 ? snapshotText(scene.steps[at]) : `Step ${scene.steps[at].step}`, CELL_GAP, 23);
  scene.channels.forEach((channel, row) => {
    const x = CELL_GAP + row * step;
    shown.forEach((pictures, part) => {
      const y = 34 + CELL_GAP + part * step;
      drawCell(context, pictures, row * scene.steps.length + at, [x, y, FILM_CELL]);
      if (scene.jumps[row][at] && scene.places[row][at] >= 0) frame(context, x, y, FILM_CELL, FILM_CELL, 3);
    });
    context.fillStyle = theme.text;
    context.font = `400 15px ${theme.font}`;
    const value = scene.places[row][at] < 0 ? "silent" : answerText(scene.values[row][at]);
    context.fillText(`${channel}: ${value}`, x, height - 8);
  });
}
