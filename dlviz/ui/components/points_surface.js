// The big square picture: what the network says everywhere, and the points it learns from.

import { dividingFields, levelLines, paintSaid, paintSigned, reachOf } from "./points_field.js";
import { DOMAIN } from "./points_net.js";
import { colourAt, css, decodeTable } from "./scale.js";
import { curveTheme } from "./live_canvas.js";

const CALM_LINE = 1.75;

const bytesOf = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/** All that a picture is drawn with: theme, scales, the classes' colours [r, g, b], CSS inks. */
export function pointsStyle(root, data) {
  const theme = curveTheme(root);
  const name = theme.dark ? "dark" : "light";
  return {
    theme,
    table: decodeTable(data.scales[name]),
    scales: { magnitude: decodeTable(data.scales.magnitude) },
    colours: data.colours[name].map(bytesOf),
    ground: theme.dark ? [35, 38, 46] : [255, 255, 255],
    inks: { "--wrong": theme.wrong, "--accent": theme.accent, "--batch": theme.batch, "--held": theme.held },
  };
}

/** From coordinates to pixels of a square of this side, and back. */
export const placed = (value, side) => (value / DOMAIN + 1) * (side / 2);
export const unplaced = (pixel, side) => (pixel / (side / 2) - 1) * DOMAIN;

/** A mark for each class, so that colour is never all that tells them apart. */
export function tracePoint(context, kind, x, y, radius) {
  context.beginPath();
  if (kind === 1) context.rect(x - 0.88 * radius, y - 0.88 * radius, 1.76 * radius, 1.76 * radius);
  else if (kind === 2) polygon(context, [[x, y - 1.25 * radius], [x + 1.15 * radius, y + 0.8 * radius], [x - 1.15 * radius, y + 0.8 * radius]]);
  else if (kind === 3) polygon(context, [[x, y - 1.3 * radius], [x + 1.3 * radius, y], [x, y + 1.3 * radius], [x - 1.3 * radius, y]]);
  else context.arc(x, y, radius, 0, 2 * Math.PI);
}

function polygon(context, corners) {
  corners.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
}

/** How a point of this label looks: {kind, colour}. */
export function lookOf(label, { task, table, colours }) {
  if (task === "regression") return { kind: 0, colour: css(colourAt(table, (label + 1) / 2)), outlined: true };
  return { kind: label % 4, colour: css(colours[label % colours.length]) };
}

/** One point: filled if it is trained on, a ring if it is held out. */
export function drawPoint(context, x, y, { kind, colour, outlined }, { held, radius, theme }) {
  tracePoint(context, kind, x, y, radius);
  const [near, far] = theme.dark ? ["rgba(15,17,22,0.9)", "rgba(255,255,255,0.8)"] : ["rgba(255,255,255,0.95)", "rgba(20,24,34,0.8)"];
  if (outlined) {
    // A number's own colour is the ground's where the network is right: a line keeps it in sight.
    drawOutlined(context, x, y, { colour, near, far }, held ? radius : 0);
    return;
  }
  context.lineWidth = held ? 3.5 : 2;
  context.strokeStyle = near;
  if (held) {
    context.fillStyle = theme.dark ? "rgba(15,17,22,0.55)" : "rgba(255,255,255,0.7)";
    context.stroke();
    context.fill();
    context.lineWidth = 1.6;
    context.strokeStyle = colour;
    context.stroke();
    return;
  }
  context.stroke();
  context.fillStyle = colour;
  context.fill();
}

function drawOutlined(context, x, y, { colour, near, far }, ring) {
  context.fillStyle = ring ? near : colour;
  context.strokeStyle = far;
  context.lineWidth = 1;
  context.fill();
  context.stroke();
  if (!ring) return;
  context.beginPath();
  context.arc(x, y, 0.58 * ring, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
}

export const radiusFor = (count, side) => (count > 400 ? 3 : count > 150 ? 3.7 : 4.6) * Math.min(1.4, side / 380);

/** Training points over held-out points, at places given by `at(index of the point)`. */
export function drawPoints(context, { train, test }, place, look) {
  const radius = look.radius ?? radiusFor(train.length + test.length, look.side);
  test.forEach((point, index) => {
    const [x, y] = place(point, train.length + index);
    drawPoint(context, x, y, lookOf(point[2], look), { held: true, radius: radius * 0.92, theme: look.theme });
  });
  train.forEach((point, index) => {
    const [x, y] = place(point, index);
    drawPoint(context, x, y, lookOf(point[2], look), { held: false, radius, theme: look.theme });
  });
}

/** Pieces of a line, from a square of side 1. */
export function strokePieces(context, pieces, side) {
  context.beginPath();
  for (let at = 0; at < pieces.length; at += 4) {
    context.moveTo(pieces[at] * side, pieces[at + 1] * side);
    context.lineTo(pieces[at + 2] * side, pieces[at + 3] * side);
  }
  context.stroke();
}

/** Paints surfaces; small canvases are kept, and the points until they change. */
export class SurfacePainter {
  constructor() {
    this.small = new Map();
  }

  pixelsOf(size) {
    if (!this.small.has(size)) {
      const canvas = new OffscreenCanvas(size, size);
      this.small.set(size, { canvas, context: canvas.getContext("2d"), image: new ImageData(size, size) });
    }
    return this.small.get(size);
  }

  /** The network's word everywhere, and the line where it changes. */
  drawSaid(context, side, trace, style) {
    const { size } = trace;
    const outputs = trace.passed.at(-1);
    const { canvas, context: own, image } = this.pixelsOf(size);
    paintSaid(style.task, outputs, size * size, style, image.data);
    own.putImageData(image, 0, 0);
    spread(context, canvas, side);
    if (style.task === "regression") return;
    context.strokeStyle = style.theme.dark ? "rgba(255,255,255,0.85)" : "rgba(20,24,34,0.8)";
    context.lineWidth = CALM_LINE;
    context.lineCap = "round";
    for (const field of dividingFields(style.task, outputs, size * size)) strokePieces(context, levelLines(field, size), side);
  }

  /** One unit's values everywhere, and the line where it is 0. */
  drawUnit(context, side, values, size, { table, theme }) {
    const { canvas, context: own, image } = this.pixelsOf(size);
    paintSigned(values, { size, stride: 1, table, reach: reachOf(values) * 1.15 }, image.data);
    own.putImageData(image, 0, 0);
    spread(context, canvas, side);
    context.strokeStyle = theme.dark ? "rgba(255,255,255,0.6)" : "rgba(20,24,34,0.5)";
    context.lineWidth = 1.25;
    context.setLineDash([5, 4]);
    strokePieces(context, levelLines(values, size), side);
    context.setLineDash([]);
  }

  /** The points as a picture of their own, drawn again only when they or the look have changed. */
  drawPoints(context, side, scene, look, faint) {
    const ratio = context.getTransform().a;
    const key = [side, ratio, look.theme.dark, scene.task].join();
    if (this.points?.train !== scene.train || this.points.test !== scene.test || this.points.key !== key) {
      const canvas = new OffscreenCanvas(Math.max(1, Math.round(side * ratio)), Math.max(1, Math.round(side * ratio)));
      const own = canvas.getContext("2d");
      own.scale(ratio, ratio);
      drawPoints(own, scene, ([x, y]) => [placed(x, side), side - placed(y, side)], { ...look, side });
      this.points = { canvas, key, train: scene.train, test: scene.test };
    }
    context.globalAlpha = faint ? 0.35 : 1;
    context.drawImage(this.points.canvas, 0, 0, side, side);
    context.globalAlpha = 1;
  }
}

function spread(context, canvas, side) {
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, 0, 0, side, side);
}

/** Words on the picture, readable on every colour. */
export function haloText(context, text, x, y, { font, dark, text: ink }, align = "left") {
  context.font = `500 14px ${font}`;
  context.textAlign = align;
  context.lineJoin = "round";
  context.lineWidth = 3.5;
  context.strokeStyle = dark ? "rgba(15,17,22,0.8)" : "rgba(255,255,255,0.85)";
  context.strokeText(text, x, y);
  context.fillStyle = ink;
  context.fillText(text, x, y);
  context.textAlign = "left";
}

/** What the axes are, and where they end. */
export function nameAxes(context, side, theme, { across, up, low = `−${DOMAIN}`, high = String(DOMAIN) }) {
  haloText(context, low, 7, side - 8, theme);
  haloText(context, `${across}  ${high}`, side - 7, side - 8, theme, "right");
  haloText(context, `${high}  ${up}`, 7, 19, theme);
}

/** Where the keys are. */
export function drawCross(context, side, [x, y], theme) {
  const [across, down] = [placed(x, side), side - placed(y, side)];
  for (const [colour, width] of [[theme.background, 5], [theme.text, 2]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(across + 7 * dx, down + 7 * dy); // what stands there stays in sight
      context.lineTo(across + 15 * dx, down + 15 * dy);
    }
    context.stroke();
  }
}

/** A quiet frame, so that a pale surface has an end. */
export function frameSquare(context, side, theme) {
  context.strokeStyle = theme.dark ? "rgba(255,255,255,0.35)" : "rgba(20,24,34,0.35)";
  context.lineWidth = 1;
  context.strokeRect(0.5, 0.5, side - 1, side - 1);
}
