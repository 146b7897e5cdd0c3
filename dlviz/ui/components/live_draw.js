// The live view's curves and first-layer filters, drawn on canvases.

import { polyline, prepare } from "./live_canvas.js";
import { rateText, stepsText, tickText } from "./live_words.js";
import { colourAt } from "./scale.js";

const MARGIN = { left: 48, right: 10, above: 8, below: 26 };
const RATE_TOP = 0.9; // the highest learning rate stands so high in the chart
const SHORT_RUN = 2000; // steps; of a longer one less is shown while it is young

/** Three to five round numbers from 0 to at least the top. */
function ticks(top) {
  const raw = top / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) * power;
  const values = [];
  for (let value = 0; value <= top * 1.0001; value += step) values.push(Number(value.toPrecision(6)));
  return values;
}

/** Exponential mean of the points [x, y]: the line that the eye would draw through the noise. */
export function smoothed(points) {
  let mean = null;
  return points.map(([x, y]) => {
    mean = mean == null ? y : 0.8 * mean + 0.2 * y;
    return [x, mean];
  });
}

/** Where several points share a pixel column, their lowest and highest: it looks the same. */
export function perColumn(points, width) {
  if (points.length <= 2 * width) return points;
  const kept = [];
  let column = null;
  let [low, high] = [null, null];
  const close = () => {
    if (low) kept.push(...(low === high ? [low] : [low, high].sort((a, b) => a[0] - b[0])));
  };
  for (const point of points) {
    if (Math.round(point[0]) !== column) {
      close();
      column = Math.round(point[0]);
      low = high = point;
    }
    if (point[1] < low[1]) low = point;
    if (point[1] > high[1]) high = point;
  }
  close();
  return kept;
}

/** The steps that the axis spans: of a long run a half, a quarter, … as long as that is enough. */
export function spannedSteps(total, now) {
  let span = Math.max(1, total || now || 1);
  while (span > SHORT_RUN && now < 0.48 * span) span /= 2;
  return Math.ceil(span);
}

const known = (points, column) => points.filter((point) => Number.isFinite(point[column]));

function largest(points) {
  return points.reduce((most, [, y]) => Math.max(most, y), 0);
}

/**
 * Mini-batch values (thin, with their running mean) and held-out values (dots, joined).
 * `top`: the axis ends there, else at the largest value; `rates`: with the learning rate, on a
 * scale of its own; `marks`: changes by hand, [step, words], without the words if `mute`.
 */
export function drawCurves(canvas, { steps, scores }, { theme, column, faint, total, top, rates, marks = [], mute, size }) {
  const { context, width, height } = prepare(canvas, size);
  const { right, above, below } = MARGIN;
  const [all, held] = [known(steps, column), known(scores, column)];
  const batch = all.map((point) => [point[0], point[column]]);
  const mean = smoothed(batch);
  const peak = top ?? Math.max(0.1, largest(held.map((point) => [0, point[column]])), largest(mean));
  const last = spannedSteps(total, all.at(-1)?.[0] ?? 0);
  const empty = !all.length && !held.length;
  const scale = axis(context, theme, empty ? null : peak, top === 1);
  const { left } = scale;
  const x = (step) => left + (step / last) * (width - left - right);
  const y = (value) => height - below - (Math.min(value, peak * 1.04) / (peak * 1.04)) * (height - above - below);
  const placed = (points) => perColumn(points.map(([step, value]) => [x(step), y(value)]), width);
  drawGrid(context, theme, { ...scale, y, width });
  drawMarks(context, theme, marks, x, { above, base: height - below });
  context.globalAlpha = faint ? 0.2 : 0.3;
  context.lineWidth = 1;
  context.strokeStyle = theme.batch;
  polyline(context, placed(batch));
  context.globalAlpha = faint ? 0.6 : 1;
  const rate = rates ? drawRate(context, theme, steps, x, { base: height - below, high: height - above - below }) : null;
  context.lineWidth = 2.25;
  context.strokeStyle = theme.batch;
  polyline(context, placed(mean));
  context.strokeStyle = context.fillStyle = theme.held;
  polyline(context, held.map((point) => [x(point[0]), y(point[column])]));
  for (const point of held) {
    context.beginPath();
    context.arc(x(point[0]), y(point[column]), 3.5, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
  const taken = mute ? [] : nameMarks(context, theme, marks, x, { above, width });
  if (rate) nameRate(context, theme, rate, { taken, left, width });
  drawKey(context, theme, { last: total || !empty ? last : 0, total, rate: rate?.newest, left, width, base: height - 6 });
}

/** The numbers at the axis as [value, text], and where the chart begins beside them; `peak` null: a bare line. */
function axis(context, theme, peak, percent) {
  context.font = `14px ${theme.font}`;
  const written = (tick) => (percent ? `${Math.round(tick * 100)} %` : tickText(tick));
  const numbers = peak == null ? [[0, ""]] : ticks(peak).map((tick) => [tick, written(tick)]);
  const widest = Math.max(0, ...numbers.map(([, text]) => context.measureText(text).width));
  return { numbers, left: Math.max(MARGIN.left, Math.ceil(widest) + 8) };
}

function drawGrid(context, theme, { numbers, left, y, width }) {
  context.fillStyle = theme.text;
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const [tick, text] of numbers) {
    context.fillText(text, left - 6, y(tick));
    polyline(context, [[left, y(tick)], [width - MARGIN.right, y(tick)]]);
  }
  context.textBaseline = "alphabetic";
}

/** A vertical line where a hand changed something. */
function drawMarks(context, theme, marks, x, { above, base }) {
  context.strokeStyle = theme.rate;
  context.lineWidth = 1.5;
  context.setLineDash([2, 3]);
  for (const [step] of marks) polyline(context, [[x(step), above], [x(step), base]]);
  context.setLineDash([]);
}

/** The new values beside the lines, above all curves, where there is room; → [left, right] of each. */
function nameMarks(context, theme, marks, x, { above, width }) {
  context.textAlign = "left";
  const taken = [];
  for (const [step, words] of marks) {
    const wide = context.measureText(words).width;
    const start = Math.min(x(step) + 4, width - wide - 4);
    if (taken.length && start < taken.at(-1)[1]) continue;
    context.fillStyle = theme.background;
    context.fillRect(start - 1, above, wide + 2, 16);
    context.fillStyle = theme.rate;
    context.fillText(words, start, above + 12);
    taken.push([start, start + wide + 8]);
  }
  return taken;
}

/** Where the highest values of points [step, rate] first end: [step, rate]. */
export function endOfHighest(points) {
  const most = points.reduce((found, [, rate]) => Math.max(found, rate), 0);
  const first = points.findIndex(([, rate]) => rate === most);
  let end = first;
  while (points[end + 1]?.[1] === most) end += 1;
  return points[end];
}

/**
 * The learning rate from 0 to its highest, thin and dashed; → its newest and highest value and
 * where the highest stands, null if unknown.
 */
function drawRate(context, theme, steps, x, { base, high }) {
  const points = known(steps, 3).map((point) => [point[0], point[3]]);
  if (!points.length) return null;
  const [step, most] = endOfHighest(points);
  const y = (rate) => base - (rate / (most || 1)) * RATE_TOP * high;
  context.strokeStyle = theme.rate;
  context.lineWidth = 1.5;
  context.setLineDash([6, 4]);
  polyline(context, perColumn(points.map(([at, rate]) => [x(at), y(rate)]), context.canvas.width));
  context.setLineDash([]);
  return { newest: points.at(-1)[1], most, at: [x(step), y(most)] };
}

/** The highest learning rate at its line: the axis beside it is the loss's. */
function nameRate(context, theme, { most, at }, { taken, left, width }) {
  const text = rateText(most);
  const wide = context.measureText(text).width;
  const start = Math.max(left + 4, Math.min(at[0] - wide, width - MARGIN.right - wide));
  const covered = taken.some(([from, to]) => start < to && start + wide > from);
  const base = at[1] + (covered ? 15 : -4);
  context.fillStyle = theme.background;
  context.fillRect(start - 2, base - 12, wide + 4, 14);
  context.textAlign = "left";
  context.fillStyle = theme.rate;
  context.fillText(text, start, base);
}

/** Curves are told apart by form as well as by colour; short names where there is little room. */
function drawKey(context, theme, { last, total, rate, left, width, base }) {
  const [steps, short] = last ? [stepsText(last, total), String(last)] : ["", ""];
  const names = (long) => [
    { form: "line", colour: theme.batch, text: long ? "training batches" : "batches" },
    { form: "dots", colour: theme.held, text: "held-out" },
    ...(rate == null ? [] : [{ form: "dashes", colour: theme.rate, text: `${long ? "learning " : ""}rate ${rateText(rate)}` }]),
  ];
  const needs = (key) => key.reduce((sum, { text }) => sum + 36 + context.measureText(text).width, 0);
  const room = width - left - MARGIN.right - context.measureText(steps).width;
  const spare = width - left - MARGIN.right - context.measureText(short).width;
  let key = names(true);
  if (needs(key) > room) key = names(false);
  context.textAlign = "right";
  context.fillStyle = theme.text;
  const end = needs(key) <= room ? steps : needs(key) <= spare ? short : "";
  context.fillText(end, width - MARGIN.right, base);
  context.textAlign = "left";
  let start = left;
  for (const { form, colour, text } of key) {
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = form === "dashes" ? 1.5 : 2.25;
    context.setLineDash(form === "dashes" ? [6, 4] : []);
    polyline(context, [[start, base - 5], [start + 18, base - 5]]);
    context.setLineDash([]);
    if (form === "dots") {
      context.beginPath();
      context.arc(start + 9, base - 5, 3.5, 0, 2 * Math.PI);
      context.fill();
    }
    context.fillStyle = theme.text;
    context.fillText(text, start + 23, base);
    start += 36 + context.measureText(text).width;
  }
}

/** The largest tile with which all fit, and how many stand in a row. */
function tiling(count, width, height, gap) {
  let best = { tile: 0, perRow: 1 };
  for (let rows = 1; rows <= count; rows += 1) {
    const perRow = Math.ceil(count / rows);
    const tile = Math.min((width + gap) / perRow, (height + gap) / rows) - gap;
    if (tile > best.tile) best = { tile: Math.floor(tile), perRow };
  }
  return best;
}

/** All filters on one scale: signed colours for one channel, shades about grey for RGB. */
export function drawFilters(canvas, filters, table, { theme, size }) {
  const { context, width, height } = prepare(canvas, size);
  const { count, channels, height: rows, width: columns } = filters;
  const bytes = Uint8Array.from(atob(filters.data), (letter) => letter.charCodeAt(0));
  const gap = 5;
  const { tile, perRow } = tiling(count, width, height, gap);
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
