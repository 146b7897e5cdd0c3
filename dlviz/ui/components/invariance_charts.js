// Curves over a change, one a picture, with a line at the value that is looked at.

import { distanceText, tickText } from "./invariance_words.js";

const [LEFT, RIGHT, TOP, BOTTOM] = [46, 12, 12, 26];
const TYPE = 14;

/** Where a chart of this size has its axes. */
export function chartArea(width, height) {
  return { left: LEFT, top: TOP, width: width - LEFT - RIGHT, height: height - TOP - BOTTOM };
}

/** The number of the value nearest to a place across a chart. */
export function valueUnder(x, area, values) {
  const [first, last] = [values[0], values.at(-1)];
  const wanted = first + ((x - area.left) / area.width) * (last - first);
  return values.reduce((best, value, at) => (
    Math.abs(value - wanted) < Math.abs(values[best] - wanted) ? at : best), 0);
}

/** Ticks of an axis from 0 to `limit`: at most five, at round numbers. */
export function ticksUpTo(limit) {
  const rough = limit / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((part) => part * power).find((part) => part >= rough * 0.999);
  const ticks = [];
  for (let place = 0; place * step <= limit * 1.001; place += 1) ticks.push(place * step);
  return ticks;
}

/** A symbol, filled: circle, square, diamond, triangle or a tilted cross. */
export function drawSymbol(context, symbol, x, y, size) {
  context.beginPath();
  if (symbol === "circle") context.arc(x, y, size, 0, 7);
  else if (symbol === "square") context.rect(x - size, y - size, 2 * size, 2 * size);
  else {
    const corners = {
      diamond: [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
      triangle: [[0, -1.25], [1.2, 0.9], [-1.2, 0.9]],
      cross: [[-1, -0.3], [-0.3, -0.3], [-0.3, -1], [0.3, -1], [0.3, -0.3], [1, -0.3],
        [1, 0.3], [0.3, 0.3], [0.3, 1], [-0.3, 1], [-0.3, 0.3], [-1, 0.3]].map(([a, b]) => [a * 1.25, b * 1.25]),
    }[symbol];
    corners.forEach(([a, b], at) => context[at ? "lineTo" : "moveTo"](x + a * size, y + b * size));
    context.closePath();
  }
  context.fill();
}

function drawAxes(context, area, chart, values, kind, theme) {
  context.font = `${TYPE}px ${theme.font}`;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  for (const tick of ticksUpTo(chart.limit)) {
    const y = area.top + area.height * (1 - tick / chart.limit);
    context.strokeStyle = theme.line;
    context.beginPath();
    context.moveTo(area.left, y);
    context.lineTo(area.left + area.width, y);
    context.stroke();
    context.fillStyle = theme.muted;
    context.textAlign = "right";
    context.fillText(tick === 0 ? "0" : distanceText(tick).replace(/0$/, ""), area.left - 7, y);
  }
  context.textBaseline = "alphabetic";
  const [first, last] = [values[0], values.at(-1)];
  for (let part = 0; part <= 4; part += 1) {
    const value = first + ((last - first) * part) / 4;
    context.textAlign = part === 4 ? "right" : "center";
    const x = area.left + (area.width * part) / 4 + (part === 4 ? 8 : 0);
    context.fillText(tickText(kind, value), x, area.top + area.height + 19);
  }
}

/**
 * Paint a chart of the given size at the context's origin. `chart`: {rows: N×P numbers, limit,
 * mark: a height with words, or null}; `look`: {values, known, kind, at, colours, dashes, symbols}.
 */
export function paintChart(context, width, height, chart, look, theme) {
  const { values, known, kind, at } = look;
  const area = chartArea(width, height);
  const across = (value) => area.left + (area.width * (value - values[0])) / (values.at(-1) - values[0]);
  const down = (value) => area.top + area.height * (1 - Math.min(1.02, value / chart.limit));
  drawAxes(context, area, chart, values, kind, theme);
  if (chart.mark && chart.mark.at <= chart.limit) {
    context.strokeStyle = theme.muted;
    context.setLineDash([2, 4]);
    context.beginPath();
    context.moveTo(area.left, down(chart.mark.at));
    context.lineTo(area.left + area.width, down(chart.mark.at));
    context.stroke();
    context.fillStyle = theme.muted;
    context.textAlign = "left";
    context.fillText(chart.mark.words, area.left + 4, down(chart.mark.at) - 6);
  }
  context.setLineDash([]);
  context.strokeStyle = theme.text;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(across(values[at]), area.top - 4);
  context.lineTo(across(values[at]), area.top + area.height);
  context.stroke();
  chart.rows.forEach((row, index) => {
    context.strokeStyle = context.fillStyle = look.colours[index];
    context.lineWidth = 2.25;
    context.lineJoin = "round";
    context.setLineDash(look.dashes[index]);
    context.beginPath();
    let broken = true;
    row.forEach((value, place) => {
      if (known[place]) context[broken ? "moveTo" : "lineTo"](across(values[place]), down(value));
      broken = !known[place];
    });
    context.stroke();
    context.setLineDash([]);
    if (known[at]) drawSymbol(context, look.symbols[index], across(values[at]), down(row[at]), 5);
  });
}
