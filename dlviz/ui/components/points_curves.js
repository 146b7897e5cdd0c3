// Loss and accuracy in a low strip each: batches with their running mean, held-out values as dots.

import { polyline, prepare } from "./live_canvas.js";
import { perColumn, smoothed, spannedSteps } from "./live_draw.js";
import { lossText, sizeText } from "./live_words.js";
import { changeMarks, groupedCount, stripText } from "./points_words.js";

const CLIPPED = "; below 0 it is drawn at 0";
const STRIP = { left: 44, right: 12, above: 6, below: 18 };

/** The highest value an axis has to show, rounded up to 1, 2 or 5 of a power of ten. */
export function roundTop(most) {
  if (!(most > 0) || !Number.isFinite(most)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].find((factor) => factor * power >= most * 0.999) * power;
}

/** Points [step, value] that can be drawn. */
const drawable = (points, column) => points.filter((point) => Number.isFinite(point[column])).map((point) => [point[0], point[column]]);

const highest = (points) => points.reduce((most, [, value]) => Math.max(most, value), 0);

/**
 * `column`: 1 the loss, 2 the measure; `top`: where the axis ends, if that is known; `at`: the step
 * that is looked back at; `marks`: steps at which a hand changed something; `floor`: the axis's end.
 */
export function drawStrip(canvas, { steps, scores }, { theme, column, total, top, at, marks, percent, floor = "0", size }) {
  const { context, width, height } = prepare(canvas, size);
  const [batch, held] = [drawable(steps, column), drawable(scores, column)];
  const mean = smoothed(batch);
  const peak = top ?? roundTop(Math.max(highest(held), highest(mean)));
  const { left, right, above, below } = STRIP;
  const last = spannedSteps(total, Math.max(batch.at(-1)?.[0] ?? 0, held.at(-1)?.[0] ?? 0));
  const x = (step) => left + (step / last) * (width - left - right);
  const y = (value) => height - below - (Math.min(Math.max(value, 0), peak) / peak) * (height - above - below);
  const line = (points) => polyline(context, perColumn(points.map(([step, value]) => [x(step), y(value)]), width));
  drawGround(context, theme, { peak, percent, floor, y, width, height, last: batch.length || held.length ? last : 0 });
  drawSteps(context, theme, { marks, at, x, above, base: height - below });
  context.lineJoin = "round";
  context.strokeStyle = theme.batch;
  context.globalAlpha = 0.3;
  context.lineWidth = 1;
  line(batch);
  context.globalAlpha = 1;
  context.lineWidth = 2;
  line(mean);
  context.strokeStyle = context.fillStyle = theme.held;
  line(held);
  const dots = held.length < width / 14 ? held : held.slice(-1);
  for (const [step, value] of dots) {
    context.beginPath();
    context.arc(x(step), y(value), 3, 0, 2 * Math.PI);
    context.fill();
  }
}

function drawGround(context, theme, { peak, percent, floor, y, width, height, last }) {
  const { left, right } = STRIP;
  context.font = `14px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of [0, peak / 2, peak]) {
    const base = Math.round(y(value)) + 0.5;
    polyline(context, [[left, base], [width - right, base]]);
    if (value !== peak / 2) context.fillText(percent ? `${100 * value} %` : value ? sizeText(value) : floor, left - 6, base + (value ? 3 : -1));
  }
  context.textBaseline = "alphabetic";
  if (last) context.fillText(`${groupedCount(last)} steps`, width - right, height - 3);
  context.textAlign = "left";
}

function drawSteps(context, theme, { marks, at, x, above, base }) {
  context.lineWidth = 1.5;
  context.strokeStyle = theme.rate;
  context.setLineDash([2, 3]);
  for (const [step] of marks) polyline(context, [[x(step), above], [x(step), base]]);
  context.setLineDash([]);
  if (at == null) return;
  context.strokeStyle = theme.text;
  polyline(context, [[x(at), above], [x(at), base]]);
}

/** Both strips with their words; `at`: the step that is looked back at. */
export function drawStrips(part, known, { theme, task, at }) {
  const { frame, steps, scores } = known;
  const [batch, held] = [steps.at(-1), scores.at(-1)];
  const shared = { theme, total: frame?.total, at, marks: changeMarks(frame?.interventions) };
  const regression = task === "regression";
  const measure = regression ? "R²" : "accuracy";
  if (part.measureTitle.textContent !== measure) part.measureTitle.textContent = measure;
  part.lossCanvas.setAttribute("aria-label", stripText("loss", batch, held, 1, lossText));
  part.measureCanvas.setAttribute("aria-label", stripText(measure, batch, held, 2, (value) => value.toFixed(3), regression ? CLIPPED : ""));
  drawStrip(part.lossCanvas, known, { ...shared, column: 1 });
  drawStrip(part.measureCanvas, known, { ...shared, column: 2, top: 1, percent: !regression, floor: regression ? "≤ 0" : "0" });
}
