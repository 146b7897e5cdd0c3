// The plane as a picture to keep: where one is, the picture there, the legend and both walks.

import { pointText, whereText } from "./plane_data.js";
import { paintCuts, paintField } from "./plane_draw.js";

const [EDGE, SIDE, PICTURE, BESIDE, HEAD] = [20, 460, 300, 460, 84];
export const SHEET_WIDE = 4 * EDGE + SIDE + PICTURE + BESIDE;
const SHEET_TALL = HEAD + SIDE + 26;

/** Paint a sheet, `ratio` pixels of the canvas to each of its own, and size the canvas to it. */
export function paintSheet(canvas, ratio, { data, theme, cutTitle, point, picture }) {
  const [width, height] = [Math.round(ratio * SHEET_WIDE), Math.round(ratio * SHEET_TALL)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, SHEET_WIDE, SHEET_TALL);
  const write = (text, x, y, size, { weight = 400, most = SHEET_WIDE - x - EDGE } = {}) => {
    context.fillStyle = theme.text;
    context.font = `${weight} ${size}px ${theme.font}`;
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    context.fillText(text, x, y, most);
  };
  write(data.heading, EDGE, 34, 19, { weight: 600 });
  write(pointText(data, point), EDGE, 62, 16);
  const placed = (x, y, paint) => {
    context.save();
    context.translate(x, y);
    paint();
    context.restore();
  };
  placed(EDGE, HEAD, () => paintField(context, SIDE, data, point, theme));
  const [middle, right] = [2 * EDGE + SIDE, 3 * EDGE + SIDE + PICTURE];
  write(whereText(data, point), middle, HEAD + 14, 14, { most: PICTURE });
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, middle, HEAD + 24, PICTURE, (PICTURE * data.height) / data.width);
  data.regions.forEach((region, index) => {
    const [x, y] = [right + (index % 2) * (BESIDE / 2), HEAD + 28 * Math.floor(index / 2)];
    context.fillStyle = region.colour;
    context.fillRect(x, y, 22, 22);
    context.fillStyle = "#10131a";
    context.font = `600 15px ${theme.font}`;
    context.fillText(region.letter, x + 6, y + 16);
    const words = `${region.name} ${Math.round(100 * region.share)} %`;
    write(words, x + 30, y + 17, 15, { most: BESIDE / 2 - 40 });
  });
  const below = HEAD + 28 * Math.ceil(data.regions.length / 2) + 24;
  write(cutTitle, right, below, 14, { most: BESIDE });
  placed(right, below + 8, () => paintCuts(context, BESIDE, 260, data, point, theme));
}
