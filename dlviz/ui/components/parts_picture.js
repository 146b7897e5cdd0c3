// The pictures with their boxes and all rows as one picture, to be saved.

import { savePicture } from "./picture.js";
import { KINDS, cellText, onScale } from "./parts_rows.js";

const [PAGE, EDGE_SPACE, ROW, NAME_COLUMN, NUMBERS] = [1120, 20, 30, 130, 150];

function paintTrack(context, result, x, y, wide, limit, theme) {
  context.fillStyle = theme.line;
  context.fillRect(x, y, wide, 1);
  for (const [kind, , colour, down] of KINDS) {
    const lift = down - 10;
    const [mean, deviation] = result[kind];
    const at = (value) => x + (wide * onScale(value, limit)) / 100;
    context.fillStyle = colour;
    context.fillRect(at(mean - deviation), y + lift - 1, at(mean + deviation) - at(mean - deviation), 3);
    context.beginPath();
    const [middle, level] = [at(mean), y + lift + 0.5];
    if (kind === "part") context.arc(middle, level, 5, 0, 7);
    else if (kind === "random") context.rect(middle - 4.5, level - 4.5, 9, 9);
    else [[0, -6], [6, 0], [0, 6], [-6, 0]].forEach(([right, low]) => context.lineTo(middle + right, level + low));
    context.fill();
  }
}

/** Hand the visitor what is shown; `images` are the decoded pictures. */
export function saveParts(data, chosen, images, theme) {
  const side = Math.min(200, (PAGE - 14 * (images.length - 1)) / images.length);
  const tall = (side * data.height) / data.width;
  const height = 120 + tall + ROW * (data.parts.length + 2);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 2 * (PAGE + 2 * EDGE_SPACE), height: 2 * height });
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  const write = (text, x, y, weight = 400, most = PAGE) => {
    context.fillStyle = theme.text;
    context.font = `${weight} 16px ${theme.font}`;
    context.fillText(text, x, y, most);
  };
  write(`${data.heading} · covered: ${chosen.name}`, EDGE_SPACE, 32, 600);
  write(chosen.sentence, EDGE_SPACE, 60);
  context.imageSmoothingEnabled = false;
  images.forEach((image, at) => {
    const x = EDGE_SPACE + at * (side + 14);
    const scale = side / data.width;
    context.drawImage(image, x, 78, side, tall);
    const [x0, y0, x1, y1] = chosen.boxes[at];
    const place = [x + x0 * scale, 78 + y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale];
    context.fillStyle = "#808080";
    context.fillRect(...place);
    context.strokeStyle = "#ffffff";
    context.strokeRect(...place);
  });
  const top = 78 + tall + 30;
  const wide = (PAGE - NAME_COLUMN) / data.layers.length;
  write(`Δ, 0 to ${data.limit}`, EDGE_SPACE, top, 600, NAME_COLUMN - 10);
  data.layers.forEach((title, at) => {
    const words = `${title}${at ? "" : ": ● this part, ◆ one place, ■ random places"}`;
    write(words, EDGE_SPACE + NAME_COLUMN + at * wide, top, 600, wide - 10);
  });
  data.parts.forEach((part, number) => {
    const y = top + ROW * (number + 1);
    write(part.name, EDGE_SPACE, y, part === chosen ? 600 : 400, NAME_COLUMN - 10);
    (part.results || []).forEach((result, at) => {
      const x = EDGE_SPACE + NAME_COLUMN + at * wide;
      paintTrack(context, result, x, y - 5, wide - NUMBERS - 20, data.limit, theme);
      write(cellText(result), x + wide - NUMBERS, y, 400, NUMBERS - 10);
    });
  });
  savePicture(canvas, `${data.file}.png`);
}
