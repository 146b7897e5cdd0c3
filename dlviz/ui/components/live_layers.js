// What goes on inside the layers: one row each with gradient, update, dead units and weights.

import { bar, fitted, polyline, prepare } from "./live_canvas.js";
import { percentText, powerText, sizeText, thousandsText } from "./live_words.js";

export const NARROW = 640; // below this width a row takes two lines
const GRADIENTS = [-7, 2]; // exponents of ten; fixed, so that a bar's length means the same always
const UPDATES = [-6, 0];
const HEALTHY_UPDATE = [-4, -2]; // about a thousandth of the weights a step
// From here on a row is red: the babysitter's own thresholds (dlviz/core/babysitter.py).
const LEARNERS = ["conv", "dense", "residual"];
const WEAK = 1 / 200;
const STRONG = 100;
const MANY_DEAD = 0.5;
const HEAD = 40;
const FOOT = 24; // a line of words below the rows
const HEALTHY = "healthy, about 1/1000 of the weights per step";
const [LOWEST_ROW, HIGHEST_ROW] = [25, 46];
const VALUE = 76; // room for a number beside its bar
const GAP = 18;

/**
 * The rows of a health report: one per layer with weights; a ReLU's dead units stand in the row
 * of the layer that feeds it. `weaker`: {times, than}, how many times weaker its gradient is than
 * the last layer's, where that is very weak. `lost`: an update was made, but the gradient was no
 * number.
 */
export function layerRows({ step, layers }) {
  const rows = [];
  for (const { name, kind, gradient = null, weight = null, update = null, dead = null, histogram = null } of layers) {
    const last = rows.at(-1);
    if (gradient != null || weight != null) {
      rows.push({ name, kind, gradient, weight, update, dead, histogram, lost: gradient == null && step > 0 });
    } else if (dead != null && last && last.dead == null) {
      last.dead = dead;
    } else if (dead != null) {
      rows.push({ name, kind, gradient, weight, update, dead, histogram, lost: false });
    }
  }
  const learners = rows.filter(({ kind, gradient }) => LEARNERS.includes(kind) && gradient != null);
  const end = learners.at(-1);
  return rows.map((row) => {
    const share = learners.includes(row) && end.gradient ? row.gradient / end.gradient : 1;
    return { ...row, weaker: share < WEAK ? { times: 1 / share, than: end.name } : null };
  });
}

/** Where a number stands on an axis of powers of ten, 0…1. */
export function onPowers(value, [low, high]) {
  if (!(value > 0)) return 0;
  return Math.min(1, Math.max(0, (Math.log10(value) - low) / (high - low)));
}

/** The canvas's height: rows fill what is there, and go beyond it rather than get too low. */
export function layersHeight(count, available, width) {
  const each = width < NARROW ? 58 : LOWEST_ROW;
  return Math.max(width < NARROW ? 0 : available, HEAD + count * each + FOOT);
}

/** Columns as [left, right] in pixels. */
export function layersLayout(width, height, count, names) {
  const narrow = width < NARROW;
  const row = narrow ? 58 : Math.min(HIGHEST_ROW, (height - HEAD - FOOT) / Math.max(1, count));
  const first = Math.min(narrow ? 92 : 160, names);
  if (narrow) return { narrow, row, columns: { name: [0, first], gradient: [first + 12, width] } };
  const rest = width - first - 4 * GAP;
  const columns = { name: [0, first] };
  let left = first + GAP;
  for (const [name, share] of [["gradient", 0.42], ["update", 0.22], ["dead", 0.15], ["weights", 0.21]]) {
    columns[name] = [left, left + share * rest];
    left += share * rest + GAP;
  }
  return { narrow, row, columns };
}

/** The same in words, for a screen reader. */
export function layersText(rows) {
  return rows
    .map(({ name, gradient, dead, weaker }) =>
      [
        gradient == null ? name : `${name}: gradient ${sizeText(gradient)}`,
        weaker && weakText(weaker),
        dead != null && `${percentText(dead)} dead`,
      ]
        .filter(Boolean)
        .join(", "),
    )
    .join("; ");
}

export function weakText({ times, than }) {
  if (!Number.isFinite(times)) return "no gradient arrives";
  const round = times < 1e6 ? thousandsText(Number(times.toPrecision(2))) : sizeText(times);
  return `${round}× weaker than ${than}`;
}

/** All rows of a report. */
export function drawLayers(canvas, rows, { theme, size }) {
  const { context, width, height } = prepare(canvas, size);
  context.font = `600 15px ${theme.font}`;
  const names = Math.ceil(Math.max(50, ...rows.map(({ name }) => context.measureText(name).width)));
  const { narrow, row, columns } = layersLayout(width, height, rows.length, names);
  drawHeads(context, theme, columns, HEAD + rows.length * row, rows.some(({ dead }) => dead != null));
  rows.forEach((entry, index) => {
    const top = HEAD + index * row;
    context.strokeStyle = theme.line;
    context.lineWidth = 1;
    polyline(context, [[0, top + 0.5], [width, top + 0.5]]);
    const high = narrow ? 28 : row;
    context.fillStyle = entry.weaker ? theme.wrong : theme.text;
    words(context, theme, fitted(context, entry.name, columns.name[1]), 0, top + high / 2, "600 15px");
    drawGradient(context, theme, entry, columns.gradient, top, high);
    if (narrow) drawSecondLine(context, theme, entry, columns.gradient, top + high);
    else {
      drawUpdate(context, theme, entry, columns.update, top, high);
      drawDead(context, theme, entry, columns.dead, top, high);
      drawWeights(context, theme, entry, columns.weights, top, high);
    }
  });
  drawFoot(context, theme, narrow, HEAD + rows.length * row + FOOT / 2 + 2);
}

/** What the band behind the updates means; on a telephone there is none. */
function drawFoot(context, theme, narrow, middle) {
  context.fillStyle = theme.muted;
  if (narrow) words(context, theme, `update: ${HEALTHY}`, 0, middle);
  else {
    words(context, theme, `green: ${HEALTHY}`, 22, middle);
    context.globalAlpha = 0.35;
    context.fillStyle = theme.rate;
    context.fillRect(0, middle - 7, 15, 13);
    context.globalAlpha = 1;
  }
}

function words(context, theme, text, left, middle, font = "14px", align = "left") {
  context.font = `${font} ${theme.font}`;
  context.textAlign = align;
  context.textBaseline = "middle";
  context.fillText(text, left, middle);
}

/** Titles, powers of ten with their lines, and the band of healthy updates. */
function drawHeads(context, theme, columns, base, relus) {
  const title = (text, [left]) => words(context, theme, text, left, 9, "600 14px");
  context.fillStyle = theme.text;
  title("layer", columns.name);
  title("size of the gradient", columns.gradient);
  drawPowers(context, theme, columns.gradient, GRADIENTS, [-6, -4, -2, 0, 2], base);
  if (!columns.update) return;
  const [left, right] = axisOf(columns.update);
  const at = (exponent) => left + onPowers(10 ** exponent, UPDATES) * (right - left);
  context.globalAlpha = 0.16;
  context.fillStyle = theme.rate;
  context.fillRect(at(HEALTHY_UPDATE[0]), HEAD, at(HEALTHY_UPDATE[1]) - at(HEALTHY_UPDATE[0]), base - HEAD);
  context.globalAlpha = 1;
  context.fillStyle = theme.text;
  title("update ÷ weights", columns.update);
  if (relus) title("dead ReLUs", columns.dead);
  title("weights", columns.weights);
  drawPowers(context, theme, columns.update, UPDATES, [-5, -3, -1], base);
}

const axisOf = ([left, right]) => [left, right - VALUE];

function drawPowers(context, theme, column, powers, ticks, base) {
  const [left, right] = axisOf(column);
  context.fillStyle = theme.muted;
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  for (const exponent of ticks) {
    const place = left + onPowers(10 ** exponent, powers) * (right - left);
    words(context, theme, powerText(exponent), place, 29, "14px", "center");
    polyline(context, [[place, HEAD], [place, base]]);
  }
}

function drawGradient(context, theme, { gradient, weaker, lost }, column, top, high) {
  context.fillStyle = theme.wrong;
  if (lost) words(context, theme, "▲ no number", column[0], top + high / 2, "600 14px");
  if (gradient == null) return;
  const [left, right] = axisOf(column);
  const long = onPowers(gradient, GRADIENTS) * (right - left);
  const thick = Math.min(18, high - 9);
  const middle = top + high / 2;
  const alarming = weaker || gradient > STRONG;
  context.fillStyle = alarming ? theme.wrong : theme.batch;
  bar(context, left, middle - thick / 2, long, thick);
  const sign = weaker ? "▼ " : gradient > STRONG ? "▲ " : "";
  context.fillStyle = alarming ? theme.wrong : theme.text;
  words(context, theme, sign + sizeText(gradient), column[1] - VALUE + 8, middle, alarming ? "600 14px" : "14px");
  if (!weaker) return;
  const text = weakText(weaker);
  context.font = `14px ${theme.font}`;
  const wide = context.measureText(text).width;
  if (long + wide + 20 > right - left) return;
  context.fillStyle = theme.background;
  context.fillRect(left + long + 6, middle - 9, wide + 6, 18);
  context.fillStyle = theme.wrong;
  words(context, theme, text, left + long + 9, middle);
}

function drawUpdate(context, theme, { update }, column, top, high) {
  if (update == null) return;
  const [left, right] = axisOf(column);
  const middle = top + high / 2;
  context.fillStyle = theme.batch;
  context.beginPath();
  context.arc(left + onPowers(update, UPDATES) * (right - left), middle, 5.5, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = theme.text;
  words(context, theme, sizeText(update), column[1] - VALUE + 8, middle);
}

function drawDead(context, theme, { dead }, column, top, high) {
  if (dead == null) return;
  const [left, right] = axisOf(column);
  const [middle, thick] = [top + high / 2, Math.min(18, high - 9)];
  context.strokeStyle = theme.faint;
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, middle - thick / 2 + 0.5, right - left - 1, thick - 1);
  const many = dead >= MANY_DEAD;
  context.fillStyle = many ? theme.wrong : theme.held;
  context.fillRect(left, middle - thick / 2, dead * (right - left), thick);
  context.fillStyle = many ? theme.wrong : theme.text;
  words(context, theme, percentText(dead), column[1] - VALUE + 8, middle, many ? "600 14px" : "14px");
}

/** The weights' histogram between its ends, with a line at 0. */
function drawWeights(context, theme, { histogram }, [left, right], top, high) {
  if (!histogram) return;
  const [low, most, counts] = histogram;
  const side = 58;
  const [from, to, base] = [left + side, right - side, top + high - 4];
  const peak = Math.max(1, ...counts);
  const wide = (to - from) / counts.length;
  context.fillStyle = theme.batch;
  context.globalAlpha = 0.75;
  counts.forEach((count, index) => {
    const tall = (count / peak) * (high - 8);
    context.fillRect(from + index * wide, base - tall, Math.max(1, wide + 0.3), tall);
  });
  context.globalAlpha = 1;
  context.strokeStyle = theme.text;
  context.lineWidth = 1;
  if (low < 0 && most > 0) {
    const zero = from + (-low / (most - low)) * (to - from);
    polyline(context, [[zero, top + 3], [zero, base]]);
  }
  context.fillStyle = theme.muted;
  words(context, theme, sizeText(low), from - 5, base - 8, "14px", "right");
  words(context, theme, sizeText(most), to + 5, base - 8);
}

/** On a telephone: update and dead units as words, the weights as a small area. */
function drawSecondLine(context, theme, entry, [left, right], top) {
  const lines = [
    entry.update != null && `update ÷ weights ${sizeText(entry.update)}`,
    entry.dead != null && `${percentText(entry.dead)} dead`,
  ].filter(Boolean);
  context.fillStyle = entry.dead >= MANY_DEAD ? theme.wrong : theme.muted;
  words(context, theme, fitted(context, lines.join(" · "), right), 0, top + 13);
  context.font = `14px ${theme.font}`;
  const used = context.measureText(lines.join(" · ")).width;
  if (entry.histogram && used + 70 < right) {
    const counts = entry.histogram[2];
    const [from, peak, wide] = [Math.max(used + 14, right - 90), Math.max(1, ...counts), 90 / counts.length];
    context.fillStyle = theme.batch;
    counts.forEach((count, index) => {
      const tall = (count / peak) * 22;
      if (from + (index + 1) * wide <= right) context.fillRect(from + index * wide, top + 25 - tall, wide, tall);
    });
  }
}
