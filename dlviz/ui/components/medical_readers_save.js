// The readers' table as a picture, with words above: for a file, where there is no HTML.

import { css, colourAt, inkOn } from "./scale.js";
import { wrappedLines } from "./picture.js";
import { shareText } from "./medical_plot.js";

const TABLE_CELL = [92, 38]; // width and height, with the gap between two
const TABLE_TYPE = 16;

/** `table`: rows of numbers, a row and a column for each of `names`; → a canvas `wide` pixels wide. */
export function tableCanvas({ table, names, words, share, scale, theme, wide }) {
  const ratio = window.devicePixelRatio || 1;
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  const type = (bold) => { context.font = `${bold ? 600 : 400} ${TABLE_TYPE}px ${theme.font}`; };
  type(false);
  const lines = wrappedLines(context, words, wide / ratio);
  const [across, down] = TABLE_CELL;
  const top = 24 * lines.length + 12;
  canvas.width = Math.max(wide, across * (names.length + 1) * ratio);
  canvas.height = (top + down * (names.length + 1) + 12) * ratio;
  context.scale(ratio, ratio);
  context.textBaseline = "middle";
  const write = (text, x, y, { colour = theme.text, bold = false, align = "center" } = {}) => {
    type(bold);
    Object.assign(context, { fillStyle: colour, textAlign: align });
    context.fillText(text, x, y);
  };
  lines.forEach((line, row) => write(line, 0, 24 * row + 12, { align: "left" }));
  names.forEach((name, place) => {
    write(name, across * (place + 1.5), top + down / 2, { bold: true });
    write(name, across / 2, top + down * (place + 1.5), { bold: true });
  });
  table.forEach((values, row) => values.forEach((value, column) => {
    const [x, y] = [across * (column + 1), top + down * (row + 1)];
    const colour = colourAt(scale, share(value));
    if (row !== column) {
      context.fillStyle = css(colour);
      context.fillRect(x + 1, y + 1, across - 3, down - 3);
    }
    const own = row === column;
    write(own ? "·" : shareText(value), x + across / 2, y + down / 2, own ? {} : { colour: inkOn(colour) });
  }));
  return canvas;
}
