// Brush strokes: a cell with its number, an outline, a label, a beam of light.

import { css, inkOn } from "./scale.js";
import { decimalText, fractionText, placesOf } from "./numbers.js";
import { numbersShown } from "./stepper_text.js";

const TEXT = 14; // no text is smaller than this
const TINTS = { red: [232, 72, 60], green: [64, 178, 98], blue: [84, 140, 245] };
const SHADE = [44, 48, 58];
const LARGEST_TEXT = 20;
const BESIDE = 6; // px that a number leaves free in its cell
const LEAST_BESIDE = 2; // where it is of the smallest size

const widths = new Map();

/** How wide a text is, measured once. */
export function textWidth(context, text, font) {
  const key = `${font}|${text}`;
  if (!widths.has(key)) {
    if (widths.size > 20000) widths.clear();
    context.font = font;
    widths.set(key, context.measureText(text).width);
  }
  return widths.get(key);
}

const numberFont = (points, theme) => `500 ${points}px ${theme.font}`;
/** Texts of the same look, with all digits as wide as a 0. */
const look = (text) => text.replace(/\d/g, "0");
const looks = (texts) => [...new Set(texts.map(look))];
const bare = (text) => text.replace(/^(\u2212?)0\./, "$1."); // −0.5 → −.5

/** Of every sign and length the largest: {value, size, places}. As decimals, the others are no wider. */
function longest(values) {
  const found = new Map();
  for (const value of values) {
    const [size, places] = [Math.abs(value), placesOf(value)];
    const before = size < 10 ? 1 : size < 100 ? 2 : size < 1000 ? 3 : Math.ceil(Math.log10(size + 1));
    const key = (before * 16 + places) * (value < 0 ? -1 : 1);
    if (!(found.get(key)?.size >= size)) found.set(key, { value, size, places });
  }
  return [...found.values()];
}

/** The ways to write these numbers all alike, the best first: {looks, text(value)}. */
function waysToWrite(values) {
  const ends = longest(values);
  const most = Math.max(0, ...ends.map(({ places }) => places));
  const ways = [];
  if (most > 0 && values.every((value) => fractionText(value) !== null)) {
    const text = (value) => fractionText(value);
    ways.push({ looks: looks(values.map(text)), text });
  }
  const largest = Math.max(0, ...ends.map(({ size }) => size));
  const least = largest >= 10 ? 0 : largest >= 0.1 ? 1 : -Math.floor(Math.log10(largest || 1));
  for (let places = most; places >= Math.min(most, least); places -= 1) {
    const shown = ends.map(({ value, size, places: own }) =>
      (value < 0 ? "\u2212" : "") + size.toFixed(Math.min(own, places)));
    ways.push({ looks: looks(shown), text: (value) => decimalText(value, places) });
    ways.push({ looks: looks(shown.map(bare)), text: (value) => bare(decimalText(value, places)) });
  }
  return ways;
}

/**
 * How to write all numbers of a grid, in one style and one size: {points, text(value)}, or null
 * where they cannot all be read in cells of `side` px.
 */
export function lettering(context, values, side, theme) {
  if (side < TEXT) return null;
  const full = Math.round(Math.min(LARGEST_TEXT, Math.max(TEXT, side * 0.44)));
  for (const way of waysToWrite(values)) {
    for (let points = full; points >= TEXT; points -= 1) {
      const font = numberFont(points, theme);
      const room = side - (points > TEXT ? BESIDE : LEAST_BESIDE);
      if (way.looks.some((text) => textWidth(context, text, font) > room)) continue;
      const known = new Map();
      const text = (value) => {
        if (!known.has(value)) known.set(value, way.text(value));
        return known.get(value);
      };
      return { points, text };
    }
  }
  return null;
}

function rounded(context, box, inset, radius) {
  const least = Math.min(box.width, box.height);
  const inner = Math.min(inset, least / 8);
  context.beginPath();
  context.roundRect(
    box.x + inner, box.y + inner, box.width - 2 * inner, box.height - 2 * inner,
    Math.min(radius, least / 5),
  );
}

const writings = new WeakMap(); // by limits, which are new whenever a number, the map or the theme is

/** How the numbers of a grid of a scene are written, chosen once for all of them and all steps. */
export function lettersOf(context, scene, kind, index) {
  const { limits, layout, theme } = scene;
  let known = writings.get(limits);
  if (known?.layout !== layout) {
    known = { layout, letters: new Map() };
    writings.set(limits, known);
  }
  const key = `${kind} ${index}`;
  if (!known.letters.has(key)) {
    const side = layout[kind][index].cell;
    const values = side < TEXT ? [] : numbersShown(scene, kind, index);
    known.letters.set(key, lettering(context, values, side, theme));
  }
  return known.letters.get(key);
}

/** A number in the middle of a box, as the lettering of its grid has it. */
export function number(context, value, box, colour, letters, theme) {
  if (!letters) return;
  context.font = numberFont(letters.points, theme);
  context.fillStyle = colour;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const middle = box.y + box.height / 2 + letters.points * 0.06;
  context.fillText(letters.text(value), box.x + box.width / 2, middle);
}

export function cell(context, box, colour, value, letters, theme) {
  rounded(context, box, 1, 4);
  context.fillStyle = css(colour);
  context.fill();
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.stroke();
  number(context, value, box, inkOn(colour), letters, theme);
}

export function emptyCell(context, box, theme) {
  rounded(context, box, 1.5, 4);
  context.setLineDash([3, 3]);
  context.strokeStyle = theme.faint;
  context.lineWidth = 1;
  context.stroke();
  context.setLineDash([]);
}

/** Lines across a box: no window looks here. */
export function hatch(context, box, theme) {
  context.save();
  context.beginPath();
  context.rect(box.x + 1, box.y + 1, box.width - 2, box.height - 2);
  context.clip();
  context.strokeStyle = theme.muted;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let at = -box.height; at < box.width; at += 7) {
    context.moveTo(box.x + at, box.y + box.height);
    context.lineTo(box.x + at + box.height, box.y);
  }
  context.stroke();
  context.restore();
}

export function outline(context, box, theme, width, dash = []) {
  rounded(context, { x: box.x - 1, y: box.y - 1, width: box.width + 2, height: box.height + 2 }, 0, 6);
  context.strokeStyle = dash.length ? theme.text : theme.accent;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

/** A ring in a cell: the winner of max pooling. */
export function ring(context, box, ink, width = 3) {
  context.beginPath();
  const radius = Math.max(2, box.width / 2 - 3.5);
  context.arc(box.x + box.width / 2, box.y + box.height / 2, radius, 0, 2 * Math.PI);
  context.strokeStyle = ink;
  context.lineWidth = Math.min(width, Math.max(1, box.width / 8));
  context.stroke();
}

const nameFont = (theme) => `600 16px ${theme.font}`;
const besideFont = (theme) => `400 15px ${theme.font}`;
const BESIDE_NAME = 6; // px between a name and what stands beside it
export const LABEL_HEIGHT = 24;
const LABEL_GAP = 8;

/** How many px a label has until the next grid: the least of all grids of a kind. */
export function labelRoom(layout, kind) {
  const grids = [...layout.inputs, ...layout.kernels, ...layout.products, ...layout.outputs];
  const rooms = layout[kind].map(({ x, y }) => {
    const right = grids.filter((other) =>
      other.x > x && other.y - LABEL_HEIGHT < y && other.y + other.height > y - LABEL_HEIGHT);
    return Math.min(layout.width, ...right.map((other) => other.x - LABEL_GAP)) - x;
  });
  return Math.min(...rooms);
}

/**
 * What of a label fits: the name, and the first of several texts beside it that leaves room; a
 * name that is too long loses its end. → {name, beside, start: px from the name's left}.
 */
export function fittingLabel(context, name, besides, room, theme) {
  const wide = (text) => textWidth(context, text, nameFont(theme));
  let shown = name;
  for (let end = name.length - 1; end > 0 && wide(shown) > room; end -= 1) {
    shown = `${name.slice(0, end).trimEnd()}…`;
  }
  const start = wide(shown) + BESIDE_NAME;
  const fits = (text) => start + textWidth(context, text, besideFont(theme)) <= room;
  return { name: shown, beside: (shown === name && besides.find(fits)) || "", start };
}

/** Over a grid: its name and, as far as there is room, one of the texts beside it. */
export function label(context, placed, name, besides, room, theme) {
  const fitting = fittingLabel(context, name, besides, room, theme);
  const y = placed.y - 13;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.font = nameFont(theme);
  context.fillStyle = theme.text;
  context.fillText(fitting.name, placed.x + 1, y);
  context.font = besideFont(theme);
  context.fillStyle = theme.muted;
  context.fillText(fitting.beside, placed.x + 1 + fitting.start, y);
}

/** The colour of a channel's value, 0…1: from dark to the channel's own hue. */
export function tinted(name, fraction) {
  const part = Math.min(1, Math.max(0, fraction));
  return SHADE.map((shade, at) => Math.round(shade + (TINTS[name][at] - shade) * part));
}

/** The corners of a beam of light from one box to another: two where it starts, two at its end. */
function beamCorners({ from, to, downward }) {
  return downward
    ? [[from.x, from.y + from.height], [from.x + from.width, from.y + from.height],
       [to.x + to.width, to.y], [to.x, to.y]]
    : [[from.x + from.width, from.y], [from.x + from.width, from.y + from.height],
       [to.x, to.y + to.height], [to.x, to.y]];
}

export function beamLight(context, beam, theme) {
  context.save();
  context.beginPath();
  beamCorners(beam).forEach((corner) => context.lineTo(...corner));
  context.globalAlpha = 0.14 * beam.strength;
  context.fillStyle = theme.accent;
  context.fill();
  context.restore();
}

/** The edges of a beam, only between the grids: over them, lines would cross numbers. */
export function beamEdges(context, beam, grids, theme) {
  const [left, right, rightEnd, leftEnd] = beamCorners(beam);
  context.save();
  for (const { x, y, width, height } of grids) {
    const open = new Path2D();
    open.rect(-1e4, -1e4, 3e4, 3e4);
    open.rect(x, y, width, height);
    context.clip(open, "evenodd");
  }
  context.globalAlpha = 0.6 * beam.strength;
  context.strokeStyle = theme.accent;
  context.lineWidth = 1.5;
  for (const [start, end] of [[left, leftEnd], [right, rightEnd]]) {
    context.beginPath();
    context.moveTo(...start);
    context.lineTo(...end);
    context.stroke();
  }
  context.restore();
}

/** A sign in a circle, on the way from one grid to the next. */
export function sign(context, x, y, text, theme) {
  const small = text.length > 1;
  context.beginPath();
  context.roundRect(x - (small ? 24 : 14), y - 14, small ? 48 : 28, 28, 14);
  context.fillStyle = theme.background;
  context.fill();
  context.strokeStyle = theme.accent;
  context.lineWidth = 1.5;
  context.stroke();
  context.fillStyle = theme.text;
  context.font = `600 ${small ? 14 : 16}px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, y + 1);
}
