// A component's own SVG on a canvas, in the page's font: a picture of an SVG would not have it.

import { wrappedLines } from "./picture.js";

const SVG_SIZE = 14; // of its type, as the style sheets have it

/** Paints rectangles, lines, circles, paths and words; other nodes are looked into. */
export function paintSvg(context, node, theme) {
  const paint = SVG_SHAPES[node.tagName];
  if (!paint) {
    for (const child of node.children) paintSvg(context, child, theme);
    return;
  }
  const read = (name, otherwise = 0) => Number(node.getAttribute(name) ?? otherwise);
  context.save();
  context.globalAlpha *= read("opacity", 1);
  context.lineWidth = read("stroke-width", 1);
  if (node.tagName === "text") paint(context, node, read, theme);
  else {
    const path = paint(node, read);
    for (const [way, name] of [["fill", "fill"], ["stroke", "stroke"]]) {
      const colour = node.getAttribute(name) ?? "none";
      if (colour === "none") continue;
      context[`${way}Style`] = colour;
      context[way](path);
    }
  }
  context.restore();
}

const SVG_SHAPES = {
  rect(_, read) {
    const path = new Path2D();
    path.roundRect(read("x"), read("y"), read("width"), read("height"), read("rx"));
    return path;
  },
  line(_, read) {
    const path = new Path2D();
    path.moveTo(read("x1"), read("y1"));
    path.lineTo(read("x2"), read("y2"));
    return path;
  },
  circle(_, read) {
    const path = new Path2D();
    path.arc(read("cx"), read("cy"), read("r"), 0, 2 * Math.PI);
    return path;
  },
  path: (node) => new Path2D(node.getAttribute("d")),
  text(context, node, read, theme) {
    const chosen = node.closest(".chosen");
    const quiet = node.closest(".quiet") ? theme.muted : theme.text;
    context.fillStyle = chosen ? theme.accent : quiet;
    context.font = `${chosen || node.closest(".strong") ? 700 : 400} ${SVG_SIZE}px ${theme.font}`;
    const anchor = node.getAttribute("text-anchor") ?? "start";
    context.textAlign = { start: "left", middle: "center", end: "right" }[anchor];
    context.fillText(node.textContent, read("x"), read("y"), read("textLength") || undefined);
  },
};

/** {width, height} of an SVG, from its view box. */
export function svgSize(svg) {
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  return { width, height };
}

/** Words in lines of at most `width`, from `y` down → where the next line would stand. */
export function writeLines(context, words, x, y, width, step) {
  for (const line of words ? wrappedLines(context, words, width) : []) {
    context.fillText(line, x, y);
    y += step;
  }
  return y;
}

/** A canvas of `width`×`height`, twice as fine, in the page's background; `paint` fills it. */
export function sheetOf(width, height, theme, paint) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  context.fillStyle = theme.text;
  paint(context);
  return canvas;
}
