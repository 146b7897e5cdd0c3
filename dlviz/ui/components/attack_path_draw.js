// The chart of an attack's path: probabilities above, distances to the picture below, over steps.

import { pathNumber } from "./attack_path_math.js";

export const PATH_COLOURS = { clean: "#56b4e9", rival: "#e69f00", aim: "#009e73", far: "#cc79a7", length: "#999999" };
const [PATH_LEFT, PATH_RIGHT, PATH_ABOVE, PATH_BELOW, PATH_GAP] = [44, 12, 8, 24, 26];
const PATH_LETTERS = 14;

/** Where the two charts stand: {left, width, upper: [top, height], lower: [top, height]}. */
export function pathAreas(width, height) {
  const whole = height - PATH_ABOVE - PATH_BELOW - PATH_GAP;
  const upper = Math.round(whole * 0.66);
  return {
    left: PATH_LEFT,
    width: width - PATH_LEFT - PATH_RIGHT,
    upper: [PATH_ABOVE, upper],
    lower: [PATH_ABOVE + upper + PATH_GAP, whole - upper],
  };
}

/** The step nearest to a place across the chart. */
export function pathStepAt(x, area, last) {
  return Math.min(last, Math.max(0, Math.round(((x - area.left) / area.width) * last)));
}

/** What is drawn: lines of shares, and lines of distances as shares of their own largest. */
export function pathLines(data) {
  const { steps, aimed } = data;
  const scaled = (name) => {
    const most = Math.max(...steps.map((one) => one[name])) || 1;
    return steps.map((one) => one[name] / most);
  };
  return {
    upper: [
      { values: steps.map((one) => one.top), colour: "muted", dash: [2, 4], mark: "" },
      { values: steps.map((one) => one.clean), colour: PATH_COLOURS.clean, dash: [], mark: "○" },
      { values: steps.map((one) => one.rival), colour: aimed ? PATH_COLOURS.aim : PATH_COLOURS.rival, dash: [], mark: "●" },
    ],
    lower: [
      { values: scaled("farthest"), colour: PATH_COLOURS.far, dash: [] },
      { values: scaled("length"), colour: PATH_COLOURS.length, dash: [6, 4] },
    ],
  };
}

function drawAxes(context, area, data, theme) {
  context.font = `${PATH_LETTERS}px ${theme.font}`;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const share of [0, 0.5, 1]) {
    const y = area.upper[0] + area.upper[1] * (1 - share);
    context.strokeStyle = theme.line;
    context.strokeRect(area.left, y, area.width, 0);
    context.fillStyle = theme.muted;
    context.fillText(`${100 * share}%`, area.left - 5, y);
  }
  const [top, high] = area.lower;
  context.strokeRect(area.left, top + high, area.width, 0);
  context.textBaseline = "alphabetic";
  context.textAlign = "center";
  const last = data.steps.length - 1;
  const every = [1, 2, 5, 10, 20, 50].find((one) => last / one <= 12) ?? 100;
  for (let step = 0; step <= last; step += every) {
    context.fillText(pathNumber(step, data.random), area.left + (area.width * step) / Math.max(1, last), top + high + 18);
  }
  const most = (name) => Math.max(...data.steps.map((one) => one[name]));
  context.textAlign = "left";
  context.fillStyle = PATH_COLOURS.far;
  const first = `L∞ up to ${Number(most("farthest").toPrecision(3))}/255`;
  context.fillText(first, area.left, top - 7);
  const wide = context.measureText(`${first}   `).width;
  context.fillStyle = theme.muted;
  context.fillText(`- - L2 up to ${most("length").toFixed(2)}`, area.left + wide, top - 7);
}

function drawLine(context, area, [top, high], { values, colour, dash }, theme, dots) {
  const x = (at) => area.left + (area.width * at) / Math.max(1, values.length - 1);
  const y = (value) => top + high * (1 - value);
  context.strokeStyle = context.fillStyle = colour === "muted" ? theme.muted : colour;
  context.lineWidth = colour === "muted" ? 1.5 : 2.5;
  context.setLineDash(dash);
  context.beginPath();
  values.forEach((value, at) => (at ? context.lineTo(x(at), y(value)) : context.moveTo(x(at), y(value))));
  context.stroke();
  context.setLineDash([]);
  if (!dots || values.length > 40) return;
  values.forEach((value, at) => {
    context.beginPath();
    context.arc(x(at), y(value), 3, 0, 2 * Math.PI);
    context.fill();
  });
}

/** Both charts, and a line at the current step. */
export function paintPathChart(context, width, height, data, step, theme) {
  const area = pathAreas(width, height);
  drawAxes(context, area, data, theme);
  const lines = pathLines(data);
  for (const line of lines.upper) drawLine(context, area, area.upper, line, theme, line.colour !== "muted");
  for (const line of lines.lower) drawLine(context, area, area.lower, line, theme, false);
  const x = area.left + (area.width * step) / Math.max(1, data.steps.length - 1);
  context.strokeStyle = theme.text;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x, area.upper[0]);
  context.lineTo(x, area.lower[0] + area.lower[1]);
  context.stroke();
}
