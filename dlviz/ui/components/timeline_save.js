// The timeline with its chosen entry as one picture to keep.

import { savePicture } from "./picture.js";
import { paintSvg, sheetOf, svgSize, writeLines } from "./svg_paint.js";

export const TIMELINE_WIDE = 1200; // CSS pixels: every entry has its label, on a telephone, too
const [TIMELINE_EDGE, TIMELINE_PICTURE] = [24, 520];

/** `card`: heading, lines [words, size, weight]; `image`: what stands on the page beside them. */
export function timelineSheet(svg, card, image, theme) {
  const { height } = svgSize(svg);
  const shown = image?.naturalWidth ? image : null;
  const tall = shown ? (TIMELINE_PICTURE * shown.naturalHeight) / shown.naturalWidth : 0;
  const top = TIMELINE_EDGE + height + 28;
  const left = TIMELINE_EDGE + (shown ? TIMELINE_PICTURE + 40 : 0);
  const room = TIMELINE_EDGE + TIMELINE_WIDE - left;
  const write = (context) => {
    let y = top + 26;
    for (const [words, size, weight] of card) {
      context.font = `${weight} ${size}px ${theme.font}`;
      y = writeLines(context, words, left, y, room, Math.round(1.45 * size)) + 12;
    }
    return y;
  };
  const below = write(new OffscreenCanvas(1, 1).getContext("2d"));
  const whole = Math.ceil(Math.max(below, top + tall) + TIMELINE_EDGE);
  return sheetOf(TIMELINE_WIDE + 2 * TIMELINE_EDGE, whole, theme, (context) => {
    write(context);
    if (shown) context.drawImage(shown, TIMELINE_EDGE, top, TIMELINE_PICTURE, tall);
    context.translate(TIMELINE_EDGE, TIMELINE_EDGE);
    paintSvg(context, svg, theme);
  });
}

/** Hand the visitor the sheet. */
export function saveTimeline(svg, { card, picture, file }, theme) {
  const image = document.querySelector(picture);
  savePicture(timelineSheet(svg, card, image, theme), file);
}
