// Brush strokes: a cell with its number, an outline, a label, a beam of light.

import { css, inkOn } from "./scale.js";
import { numberText } from "./numbers.js";

const TEXT = 14; // no text is smaller than this
const TINTS = { red: [232, 72, 60], green: [64, 178, 98], blue: [84, 140, 245] };
const SHADE = [44, 48, 58];

function rounded(context, box, inset, radius) {
  const least = Math.min(box.width, box.height);
  const inner = Math.min(inset, least / 8);
  context.beginPath();
  context.roundRect(
    box.x + inner, box.y + inner, box.width - 2 * inner, box.height - 2 * inner,
    Math.min(radius, least / 5),
  );
}

/** A number in the middle of a box, if it fits there at a readable size, or does as ".12". */
export function number(context, text, box, colour, theme) {
  const full = Math.round(Math.min(20, Math.max(TEXT, box.width * 0.44)));
  for (const [points, shown] of [[full, text], [TEXT, text], [TEXT, text.replace("0.", ".")]]) {
    if (points > box.height) return;
    context.font = `500 ${points}px ${theme.font}`;
    if (context.measureText(shown).width > box.width - 3) continue;
    context.fillStyle = colour;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(shown, box.x + box.width / 2, box.y + box.height / 2 + points * 0.06);
    return;
  }
}

export function cell(context, box, colour, value, theme) {
  rounded(context, box, 1, 4);
  context.fillStyle = css(colour);
  context.fill();
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.stroke();
  number(context, numberText(value), box, inkOn(colour), theme);
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

export function label(context, placed, name, sizes, theme) {
  const y = placed.y - 13;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.font = `600 16px ${theme.font}`;
  context.fillStyle = theme.text;
  context.fillText(name, placed.x + 1, y);
  const start = placed.x + 1 + context.measureText(`${name} `).width + 2;
  context.font = `400 15px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.fillText(sizes, start, y);
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

export function beamEdges(context, beam, theme) {
  const [left, right, rightEnd, leftEnd] = beamCorners(beam);
  context.save();
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
