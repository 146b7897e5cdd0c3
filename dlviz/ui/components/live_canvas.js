// What all drawings of the live view share: a crisp canvas, colours, lines, words that fit.

import { pageTheme } from "./theme.js";

/** Colours of the curves on the page's own ground. */
export function curveTheme(element) {
  const theme = pageTheme(element);
  return {
    ...theme,
    batch: theme.dark ? "#6ebeff" : "#2f78b7",
    held: theme.dark ? "#ffac54" : "#c44a04",
    rate: theme.dark ? "#2fd3a3" : "#008a65",
  };
}

/** The context of a canvas scaled to the screen's pixels, with its size in CSS pixels. */
export function prepare(canvas, size = canvas.getBoundingClientRect()) {
  const { width, height } = size;
  const ratio = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** A broken line through points [x, y]. */
export function polyline(context, points) {
  context.beginPath();
  points.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
}

/** A filled bar with round corners; nothing where it has no length. */
export function bar(context, left, top, width, height) {
  if (width <= 0) return;
  context.beginPath();
  context.roundRect(left, top, width, height, Math.min(3, width / 2));
  context.fill();
}

/** The text, or as much of it as fits, with an ellipsis. */
export function fitted(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let length = text.length - 1;
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > width) length -= 1;
  return `${text.slice(0, length)}…`;
}
