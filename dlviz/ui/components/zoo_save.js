// A network's strip and the inside of its chosen block as one picture to keep.

import { savePicture } from "./picture.js";
import { paintSvg, sheetOf, svgSize, writeLines } from "./svg_paint.js";

export const ZOO_WIDE = 1200; // CSS pixels of the strip
const ZOO_EDGE = 24;

/** `words`: of the block, [name, what it says]; a wide inside makes a wide picture. */
export function saveZoo(strip, inside, words, { heading, file }, theme) {
  const [above, below] = [svgSize(strip), svgSize(inside)];
  const width = Math.ceil(Math.max(ZOO_WIDE, below.width));
  const font = (size, weight) => `${weight} ${size}px ${theme.font}`;
  const write = (context) => {
    context.font = font(22, 700);
    let y = writeLines(context, heading[0], ZOO_EDGE, ZOO_EDGE + 22, width, 30);
    context.font = font(16, 400);
    y = writeLines(context, heading[1], ZOO_EDGE, y, width, 24);
    const block = y + above.height + 20;
    context.font = font(16, 700);
    writeLines(context, words[0], ZOO_EDGE, block, width, 24);
    const beside = ZOO_EDGE + context.measureText(`${words[0]} `).width;
    context.font = font(16, 400);
    context.fillText(words[1], beside, block);
    return [y, block + 16];
  };
  const [first, second] = write(new OffscreenCanvas(1, 1).getContext("2d"));
  const height = Math.ceil(second + below.height + ZOO_EDGE);
  const sheet = sheetOf(width + 2 * ZOO_EDGE, height, theme, (context) => {
    write(context);
    for (const [svg, y] of [[strip, first], [inside, second]]) {
      context.save();
      context.translate(ZOO_EDGE, y);
      paintSvg(context, svg, theme);
      context.restore();
    }
  });
  savePicture(sheet, file);
}
