// Drawing of the live view: curves and filters on canvases, crisp on any screen.

import { colourAt } from "./scale.js";
import { pageTheme } from "./theme.js";

/** Colours of the curves on the page's own ground. */
export function curveTheme(element) {
  const theme = pageTheme(element);
  return {
    ...theme,
    batch: theme.dark ? "#6ebeff" : "#2f78b7",
    held: theme.dark ? "#ffac54" : "#c44a04",
  };
}

/** The context of a canvas scaled to the screen's pixels, with its size in CSS pixels. */
function prepare(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const ratio = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** Three to five round numbers from 0 to at least the top. */
function ticks(top) {
  const raw = top / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) * power;
  const values = [];
  for (let value = 0; value <= top * 1.0001; value += step) values.push(Number(value.toPrecision(6)));
  return values;
}

function line(context, points) {
  context.beginPath();
  points.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
}

/** Exponential mean: the line that the eye would draw through the noise. */
function smooth(points, column) {
  let mean = null;
  return points.map((point) => {
    mean = mean == null ? point[column] : 0.8 * mean + 0.2 * point[column];
    return [point[0], mean];
  });
}

/** Mini-batch values (thin, with their running mean) and held-out values (dots, joined). */
export function drawCurves(canvas, { steps, scores }, { theme, column, faint, total, top }) {
  const { context, width, height } = prepare(canvas);
  const [left, right, above, below] = [46, 10, 8, 26];
  const peak = top ?? Math.max(0.1, ...scores.map((p) => p[column]), ...smooth(steps, column).map((p) => p[1]), ...steps.slice(0, 1).map((p) => p[column]));
  const last = Math.max(1, total || steps.at(-1)?.[0] || 1);
  const x = (step) => left + (step / last) * (width - left - right);
  const y = (value) => height - below - (Math.min(value, peak * 1.04) / (peak * 1.04)) * (height - above - below);
  context.font = `14px ${theme.font}`;
  context.fillStyle = theme.text;
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of ticks(peak)) {
    context.fillText(top === 1 ? `${Math.round(tick * 100)}%` : String(tick), left - 6, y(tick));
    line(context, [[left, y(tick)], [width - right, y(tick)]]);
  }
  context.textBaseline = "alphabetic";
  context.fillText(`${last} steps`, width - right, height - 6);
  context.textAlign = "left";
  drawKey(context, theme, left, height - 6);
  context.globalAlpha = faint ? 0.2 : 0.3;
  context.strokeStyle = theme.batch;
  line(context, steps.map((point) => [x(point[0]), y(point[column])]));
  context.globalAlpha = faint ? 0.6 : 1;
  context.lineWidth = 2.25;
  line(context, smooth(steps, column).map(([step, value]) => [x(step), y(value)]));
  context.strokeStyle = theme.held;
  context.fillStyle = theme.held;
  line(context, scores.map((point) => [x(point[0]), y(point[column])]));
  for (const point of scores) {
    context.beginPath();
    context.arc(x(point[0]), y(point[column]), 3.5, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** Line and dots are told apart by form as well as by colour. */
function drawKey(context, theme, left, base) {
  context.lineWidth = 2.25;
  context.strokeStyle = theme.batch;
  line(context, [[left, base - 5], [left + 18, base - 5]]);
  context.fillText("training batches", left + 24, base);
  const next = left + 34 + context.measureText("training batches").width;
  context.strokeStyle = context.fillStyle = theme.held;
  line(context, [[next, base - 5], [next + 18, base - 5]]);
  context.beginPath();
  context.arc(next + 9, base - 5, 3.5, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = theme.text;
  context.fillText("held-out", next + 24, base);
}

/** The largest tile with which all fit, and how many stand in a row. */
function grid(count, width, height, gap) {
  let best = { tile: 0, perRow: 1 };
  for (let rows = 1; rows <= count; rows += 1) {
    const perRow = Math.ceil(count / rows);
    const tile = Math.min((width + gap) / perRow, (height + gap) / rows) - gap;
    if (tile > best.tile) best = { tile: Math.floor(tile), perRow };
  }
  return best;
}

/** All filters on one scale: signed colours for one channel, shades about grey for RGB. */
export function drawFilters(canvas, filters, table, theme) {
  const { context, width, height } = prepare(canvas);
  const { count, channels, height: rows, width: columns } = filters;
  const bytes = Uint8Array.from(atob(filters.data), (letter) => letter.charCodeAt(0));
  const gap = 5;
  const { tile, perRow } = grid(count, width, height, gap);
  const pixels = new ImageData(columns, rows);
  const small = new OffscreenCanvas(columns, rows);
  context.imageSmoothingEnabled = false;
  context.strokeStyle = theme.line;
  for (let index = 0; index < count; index += 1) {
    for (let place = 0; place < rows * columns; place += 1) {
      const at = (channel) => bytes[(index * channels + channel) * rows * columns + place];
      const colour = channels === 3 ? [at(0), at(1), at(2)] : colourAt(table, (at(0) - 1) / 254);
      pixels.data.set([...colour, 255], 4 * place);
    }
    small.getContext("2d").putImageData(pixels, 0, 0);
    const left = (index % perRow) * (tile + gap);
    const above = Math.floor(index / perRow) * (tile + gap);
    context.drawImage(small, left, above, tile, tile);
    context.strokeRect(left + 0.5, above + 0.5, tile - 1, tile - 1);
  }
}
