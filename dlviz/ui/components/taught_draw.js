// A taught run's pictures: each on a canvas of its own, frames and labels over it.

import { prepare } from "./live_canvas.js";

const LABEL = 14; // px

/** PNG in base64 → a bitmap. */
export async function bitmapOf(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return createImageBitmap(new Blob([bytes], { type: "image/png" }));
}

/** A picture over the whole canvas, its pixels sharp where they are few, and its boxes. */
export function drawPicture(canvas, bitmap, { boxes, width, height }, colours, size) {
  const { context, width: wide, height: high } = prepare(canvas, size);
  context.imageSmoothingEnabled = wide < width;
  context.drawImage(bitmap, 0, 0, wide, high);
  for (const box of boxes) drawBox(context, box, { colours, across: wide / width, down: high / height, wide });
}

function drawBox(context, box, { colours, across, down, wide }) {
  const [left, above] = [box.x * across, box.y * down];
  const colour = colours[box.colour % colours.length];
  context.setLineDash(box.dashed ? [5, 4] : []);
  for (const [width, style] of [[4, "rgba(0, 0, 0, 0.55)"], [2, colour]]) {
    context.lineWidth = width;
    context.strokeStyle = style;
    context.strokeRect(left, above, box.width * across, box.height * down);
  }
  context.setLineDash([]);
  if (!box.label) return;
  context.font = `600 ${LABEL}px sans-serif`;
  const room = context.measureText(box.label).width + 6;
  const start = Math.max(0, Math.min(left, wide - room));
  const base = above > LABEL + 4 ? above - 3 : above + LABEL + 2;
  context.fillStyle = "rgba(0, 0, 0, 0.72)";
  context.fillRect(start, base - LABEL, room, LABEL + 4);
  context.fillStyle = colour;
  context.fillText(box.label, start + 3, base);
}

/** All pictures with their titles in rows, for a file. */
export function drawSheetOf(items, colours, theme) {
  const side = 240;
  const [perRow, line, gap] = [Math.min(items.length, 4), 26, 8];
  const highest = Math.max(...items.map(({ item }) => (side * item.height) / item.width));
  const rows = Math.ceil(items.length / perRow);
  const sheet = document.createElement("canvas");
  const context = Object.assign(sheet, {
    width: perRow * (side + gap) - gap,
    height: rows * (highest + line + gap) - gap,
  }).getContext("2d");
  context.fillStyle = theme.background;
  context.fillRect(0, 0, sheet.width, sheet.height);
  items.forEach(({ item, bitmap }, index) => {
    const [left, above] = [(index % perRow) * (side + gap), Math.floor(index / perRow) * (highest + line + gap)];
    const one = document.createElement("canvas");
    drawPicture(one, bitmap, item, colours, { width: side, height: (side * item.height) / item.width });
    context.drawImage(one, left, above, side, (side * item.height) / item.width);
    context.fillStyle = theme.text;
    context.font = `15px ${theme.font}`;
    context.fillText(item.title, left, above + highest + 18, side);
  });
  return sheet;
}
