// A step of the descent as one picture with its words, to be saved or filmed.

import { ladderLayout, paintLadder, paintPictures, pictureBoxes, picturesHeight, picturesOf } from "./deconv_draw.js";
import { wrappedLines } from "./picture.js";

const [SAVED_WIDTH, SAVED_EDGE, SAVED_LINE, SAVED_PANEL] = [1120, 16, 24, 560];

/** Paint step `place` onto a canvas, `ratio` screen pixels to a pixel. */
export function paintSaved(canvas, ratio, state, data) {
  const { theme, place, bitmaps } = state;
  const layout = ladderLayout(bitmaps.tensors.length, SAVED_WIDTH);
  const pictures = picturesHeight(SAVED_PANEL);
  const [width, height] = [layout.width + 2 * SAVED_EDGE, layout.height + pictures + 56 + 3 * SAVED_EDGE];
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  context.fillStyle = theme.text;
  context.font = `600 18px ${theme.font}`;
  context.fillText(data.title, SAVED_EDGE, SAVED_EDGE + 16);
  context.translate(SAVED_EDGE, SAVED_EDGE + 36);
  paintLadder(context, layout, state);
  context.translate(0, layout.height + SAVED_EDGE);
  paintPictures(context, picturesOf(state, data), pictureBoxes(SAVED_PANEL), theme);
  const step = data.steps[place];
  context.fillStyle = theme.text;
  context.font = `600 17px ${theme.font}`;
  context.fillText(step.title, SAVED_PANEL + 24, 30);
  context.font = `400 16px ${theme.font}`;
  wrappedLines(context, step.said, layout.width - SAVED_PANEL - 24).forEach((line, at) => {
    context.fillText(line, SAVED_PANEL + 24, 30 + (at + 1) * SAVED_LINE);
  });
}

export const SAVED_TOTAL = SAVED_WIDTH + 2 * SAVED_EDGE;
