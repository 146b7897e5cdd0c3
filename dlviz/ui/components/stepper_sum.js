// The arithmetic of a step under the grids: written out, in as many lines as the longest needs.

import { css, inkOn, signedColour } from "./scale.js";
import { writerOf } from "./numbers.js";
import { textWidth } from "./stepper_paint.js";
import { addedText, everyNumber, numbersOf, termsOf, termText } from "./stepper_text.js";

const CHIP = 9; // room at each side of a result
const MOST_TERMS = 27; // more than three 3×3 kernels: zeros are left out
const MOST_LINES = 6;
const SAMPLES = 40; // steps whose sums are measured
const LEAST = 14; // px: no text is smaller

const plain = (text, muted = true) => ({ text, muted });
const joined = (lists, between) =>
  lists.flatMap((list, at) => (at ? [{ ...plain(between), glue: true }, ...list] : list));

const rowSums = ({ products }) => products.map((row) => row.reduce((sum, value) => sum + value, 0));

const isLong = (part) => part.products.flat().length > MOST_TERMS;

/** What stands left of the sign: {shown: all its numbers, counted: those that a rounding would change}. */
function numbersWritten(data, { planes }, short) {
  const [part] = planes;
  if (data.kernels === null) {
    const shown = short || isLong(part) ? [] : everyNumber(part);
    return { shown, counted: data.op === "max_pool" ? [] : shown };
  }
  if (planes.length > 1 || short) {
    const sums = planes.length > 1 ? planes.map(({ sum }) => sum) : rowSums(part);
    return { shown: [data.bias, ...sums], counted: [data.bias, ...sums] };
  }
  const counted = [data.bias, ...numbersOf(part)];
  return { shown: isLong(part) ? counted : [data.bias, ...everyNumber(part)], counted };
}

/** The products of one plane, or the sums of its rows where there are too many for a line each. */
function productPieces(part, short, writer) {
  if (short) {
    const pieces = rowSums(part).map((sum, at) => [{ text: termText(sum, at, writer), bold: true }]);
    return [plain("row by row: "), ...joined(pieces, " + ")];
  }
  const terms = termsOf(part, writer).flat();
  const kept = isLong(part) ? terms.filter(({ value }) => value !== 0) : terms;
  const pieces = kept.map(({ text, value }) => [{ text, muted: value === 0, bold: value !== 0 }]);
  const left = terms.length - kept.length;
  const zeros = left ? [[plain(kept.length ? `${left} zeros` : "only zeros")]] : [];
  return joined([...pieces, ...zeros], " + ");
}

/** A window's numbers and what becomes of them. */
function pooledPieces(data, part, short, writer) {
  const terms = termsOf(part, writer).flat().map(({ text }) => [{ text, bold: true }]);
  const few = short || isLong(part) ? [[plain(`${terms.length} numbers`)]] : terms;
  return data.op === "max_pool"
    ? [plain("largest of  "), ...joined(few, ", ")]
    : [plain("("), ...joined(few, " + "), plain(`) / ${terms.length}`)];
}

/** The whole sum as pieces {text, muted, bold, chip}, all its numbers written in one way. */
export function sumPieces(data, parts, short) {
  const { planes, total, value } = parts;
  const { shown, counted } = numbersWritten(data, parts, short);
  const writer = writerOf([total, ...shown]);
  const sign = writer.sign(total, ...counted);
  const result = [plain(` ${sign} `, false), { text: writer.text(total), chip: total }];
  if (data.relu) result.push(plain("  ReLU → ", false), { text: writer.text(value), chip: value });
  if (data.kernels === null) return [...pooledPieces(data, planes[0], short, writer), ...result];
  const pieces = planes.length === 1
    ? productPieces(planes[0], short, writer)
    : joined(
        planes.map(({ plane, sum }, at) => [
          plain(`${data.planes[plane]} `), { text: termText(sum, at, writer), bold: true },
        ]), " + ");
  const bias = data.bias ? [plain(" + bias "), { text: addedText(data.bias, writer), bold: true }] : [];
  return [...pieces, ...bias, ...result];
}

/** Break pieces into lines no wider than `width`; each piece gets its own `width` and `font`. */
function flow(context, pieces, width, points, family) {
  const measured = pieces.map((piece) => {
    const font = `${piece.bold || piece.chip !== undefined ? 600 : 400} ${points}px ${family}`;
    const around = piece.chip === undefined ? 0 : 2 * CHIP;
    return { ...piece, font, width: textWidth(context, piece.text, font) + around };
  });
  const lines = [{ pieces: [], width: 0 }];
  measured.forEach((piece, at) => {
    let line = lines[lines.length - 1];
    const next = measured[at + 1];
    const needed = piece.width + (next?.glue ? next.width : 0); // what is glued on stays with it
    if (line.width + needed > width && line.pieces.length && !piece.glue) {
      line = { pieces: [], width: 0 };
      lines.push(line);
    }
    line.pieces.push(piece);
    line.width += piece.width;
  });
  return lines;
}

/** How to write the sums of this view: {points, line, lines, short, height}, the same for all steps. */
export function planSum(context, data, partsOfStep, width, theme) {
  const points = width >= 600 ? 19 : 16;
  const count = data.count ** 2;
  const stride = Math.max(1, Math.floor(count / SAMPLES));
  const plan = (short) => {
    let most = 1;
    for (let step = 0; step < count; step += stride) {
      const pieces = sumPieces(data, partsOfStep(step), short);
      most = Math.max(most, flow(context, pieces, width, points, theme.font).length);
    }
    return most;
  };
  let [short, lines] = [false, plan(false)];
  if (lines > MOST_LINES) [short, lines] = [true, plan(true)];
  const line = width >= 600 ? 32 : 28;
  return { points, line, lines, short, width, height: lines * line };
}

/** A step's sum in the planned lines: smaller, at last shorter, where those measured needed fewer. */
export function linesOf(context, data, parts, plan, theme) {
  for (const short of [plan.short, true]) {
    const pieces = sumPieces(data, parts, short);
    for (let points = plan.points; points >= LEAST; points -= 1) {
      const lines = flow(context, pieces, plan.width, points, theme.font);
      if (lines.length <= plan.lines) return lines;
    }
  }
  return flow(context, sumPieces(data, parts, true), plan.width, LEAST, theme.font);
}

/** Write the sum of a step under the grids. */
export function drawSum(context, scene) {
  const { data, layout, theme, limits, tables, parts } = scene;
  const { plan, left } = layout;
  const lines = linesOf(context, data, parts, plan, theme);
  context.textAlign = "left";
  context.textBaseline = "middle";
  const centred = layout.mode === "wide" && plan.lines === 1;
  lines.forEach((line, index) => {
    let x = centred ? (layout.width - line.width) / 2 : left;
    const middle = layout.under + (index + 0.5) * plan.line;
    for (const piece of line.pieces) {
      let ink = piece.muted ? theme.muted : theme.text;
      let at = x;
      if (piece.chip !== undefined) {
        const colour = signedColour(tables.signed, piece.chip, limits.output(scene.map));
        context.beginPath();
        context.roundRect(x + 1, middle - plan.line / 2 + 3, piece.width - 2, plan.line - 6, 6);
        context.fillStyle = css(colour);
        context.fill();
        context.strokeStyle = theme.accent;
        context.lineWidth = 2;
        context.stroke();
        ink = inkOn(colour);
        at += CHIP;
      }
      context.font = piece.font;
      context.fillStyle = ink;
      context.fillText(piece.text, at, middle + 1);
      x += piece.width;
    }
  });
}
