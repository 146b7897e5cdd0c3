// What the network gets wrong: who is taken for whom, and the mistakes it is surest of.

import { fitted, prepare } from "./live_canvas.js";
import { confidenceText, percentText } from "./live_words.js";
import { css, inkOn, signedColour } from "./scale.js";

const NAMES_HIGH = 22; // names of the columns
const [LOWEST_CELL, HIGHEST_CELL, NARROWEST_CELL, WIDEST_CELL] = [19, 44, 27, 64];
const [MOST_WORDS, WORDS_GAP, NEXT_GAP] = [130, 8, 14]; // words beside a picture, then the next
const LINE = 17;
const PICTURE_GAP = 6;
const [SMALLEST_PICTURE, LARGEST_PICTURE] = [48, 96];
const PIXELS_SEEN = 32; // a picture of no more pixels shows them as squares

/** A class's name; its number where names are not known. */
export const classNamed = (classes, index) => classes?.[index] ?? String(index);

/** "7 said to be 1: 12 of 203 (5.9 %)". */
export function cellText(confusion, classes, row, column) {
  const total = confusion[row].reduce((sum, count) => sum + count, 0);
  const [count, name, said] = [confusion[row][column], classNamed(classes, row), classNamed(classes, column)];
  const share = total ? ` (${percentText(count / total)})` : "";
  if (row === column) return `${name} recognised: ${count} of ${total}${share}`;
  return `${name} said to be ${said}: ${count} of ${total}${share}`;
}

/** The whole matrix in a sentence. */
export function confusionText(confusion, classes) {
  let [total, wrong, worst] = [0, 0, null];
  confusion.forEach((counts, row) =>
    counts.forEach((count, column) => {
      total += count;
      if (row === column) return;
      wrong += count;
      if (count > (worst?.count ?? 0)) worst = { row, column, count };
    }),
  );
  if (!worst) return `None of ${total} held-out pictures is mistaken.`;
  const [name, said] = [classNamed(classes, worst.row), classNamed(classes, worst.column)];
  return `${wrong} of ${total} mistaken, most often ${name} for ${said} (${worst.count}×)`;
}

/** The three lines beside a picture. */
export function mistakeTexts({ label, said, confidence }, classes) {
  return [classNamed(classes, label), `says ${classNamed(classes, said)}`, confidenceText(confidence)];
}

/** Cells as large as fit, but never too small for a number; `names`: width of the longest name. */
export function matrixLayout(count, width, available, names) {
  const left = Math.min(Math.ceil(names) + 10, width * 0.3);
  const wide = Math.min(WIDEST_CELL, Math.max(NARROWEST_CELL, (width - left - 1) / count));
  const high = Math.min(HIGHEST_CELL, Math.max(LOWEST_CELL, (available - NAMES_HIGH) / count));
  return { left, top: NAMES_HIGH, wide, high, height: Math.ceil(NAMES_HIGH + count * high), width: Math.ceil(left + count * wide + 1) };
}

/** The cell [row, column] at a point, null outside. */
export function cellAt({ left, top, wide, high }, count, x, y) {
  const [row, column] = [Math.floor((y - top) / high), Math.floor((x - left) / wide)];
  return row >= 0 && column >= 0 && row < count && column < count ? [row, column] : null;
}

/** Blue where the network is right, orange where it is wrong, both by the row's share. */
function cellColour(table, counts, row, column, worst) {
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  if (row === column) return signedColour(table, -0.6 * (counts[column] / total), 1);
  return signedColour(table, 0.12 + 0.75 * Math.sqrt(counts[column] / worst), 1);
}

/** The matrix: row true, column said; `marked` is the cell under the pointer or the keys. */
export function drawMatrix(canvas, confusion, { theme, table, classes, layout, marked, size }) {
  const { context } = prepare(canvas, size);
  const { left, top, wide, high } = layout;
  const count = confusion.length;
  const worst = confusion.reduce((most, counts, row) => Math.max(most, ...counts.filter((_, column) => column !== row)), 1);
  context.textBaseline = "middle";
  for (let row = 0; row < count; row += 1) {
    const middle = top + (row + 0.5) * high;
    context.font = `${marked?.[0] === row ? "600 " : ""}14px ${theme.font}`;
    context.fillStyle = theme.text;
    context.textAlign = "right";
    context.fillText(fitted(context, classNamed(classes, row), left - 8), left - 8, middle);
    context.font = `${marked?.[1] === row ? "600 " : ""}14px ${theme.font}`;
    context.textAlign = "center";
    context.fillText(fitted(context, classNamed(classes, row), wide - 3), left + (row + 0.5) * wide, NAMES_HIGH / 2);
    context.font = `14px ${theme.font}`;
    for (let column = 0; column < count; column += 1) {
      const number = confusion[row][column];
      const [x, y] = [left + column * wide, top + row * high];
      context.strokeStyle = theme.line;
      context.lineWidth = 1;
      context.strokeRect(x + 0.5, y + 0.5, wide, high);
      if (!number) continue;
      const colour = cellColour(table, confusion[row], row, column, worst);
      context.fillStyle = css(colour);
      context.fillRect(x + 1, y + 1, wide - 1, high - 1);
      context.fillStyle = inkOn(colour);
      context.fillText(String(number), x + wide / 2, middle + 0.5);
    }
  }
  if (!marked) return;
  context.strokeStyle = theme.text;
  context.lineWidth = 2.5;
  context.strokeRect(left + marked[1] * wide + 0.5, top + marked[0] * high + 0.5, wide, high);
}

/**
 * Pictures as large as fit beside their three lines (`words` pixels wide); where not all fit, the
 * panel scrolls. → {columns, side, pitch, across, height}
 */
export function picturesLayout(count, width, available, words) {
  let best = null;
  for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
    const [across, rows] = [width / columns, Math.ceil(count / columns)];
    const room = Math.min(LARGEST_PICTURE, across - words - WORDS_GAP - NEXT_GAP);
    if (best && room < SMALLEST_PICTURE) break;
    const high = (available + PICTURE_GAP) / rows - PICTURE_GAP;
    const fits = high >= 3 * LINE;
    const side = Math.floor(Math.max(SMALLEST_PICTURE, fits ? Math.min(room, high) : Math.min(room, 3 * LINE)));
    const better = fits === best?.fits ? !fits || side > best.side : fits;
    if (!best || better) best = { columns, side, across, rows, fits };
  }
  const pitch = Math.max(best.side, 3 * LINE) + PICTURE_GAP;
  return { ...best, pitch, height: Math.max(1, best.rows * pitch - PICTURE_GAP) };
}

/** How wide the words beside the pictures get. */
export function wordsWidth(context, theme, mistakes, classes) {
  context.font = `600 14px ${theme.font}`;
  const widths = mistakes.flatMap((mistake) => mistakeTexts(mistake, classes).map((text) => context.measureText(text).width));
  return Math.min(MOST_WORDS, Math.ceil(Math.max(0, ...widths)));
}

/** One picture as it came (planes of bytes) on a small canvas of its own. */
function decoded({ channels, height, width, data }) {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const image = new ImageData(width, height);
  const plane = width * height;
  for (let place = 0; place < plane; place += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      image.data[4 * place + channel] = bytes[(channels === 3 ? channel : 0) * plane + place];
    }
    image.data[4 * place + 3] = 255;
  }
  const small = new OffscreenCanvas(width, height);
  small.getContext("2d").putImageData(image, 0, 0);
  return small;
}

/** The mistakes as pictures with what they are, what the network says, and how sure it is. */
export function drawMistakes(canvas, mistakes, { theme, classes, layout, size }) {
  const { context } = prepare(canvas, size);
  const { columns, side, pitch, across } = layout;
  context.imageSmoothingQuality = "high";
  context.textAlign = "left";
  context.textBaseline = "middle";
  mistakes.forEach((mistake, index) => {
    const left = (index % columns) * across;
    const top = Math.floor(index / columns) * pitch;
    if (mistake.picture) {
      context.imageSmoothingEnabled = Math.max(mistake.picture.width, mistake.picture.height) > PIXELS_SEEN;
      context.drawImage(decoded(mistake.picture), left, top, side, side);
      context.strokeStyle = theme.line;
      context.strokeRect(left + 0.5, top + 0.5, side - 1, side - 1);
    }
    const lines = mistakeTexts(mistake, classes);
    const first = top + Math.max(side, 3 * LINE) / 2 - LINE;
    lines.forEach((text, line) => {
      context.font = `${line === 1 ? "600 " : ""}14px ${theme.font}`;
      context.fillStyle = line === 1 ? theme.held : theme.text;
      context.fillText(fitted(context, text, across - side - WORDS_GAP - 2), left + side + WORDS_GAP, first + line * LINE);
    });
  });
}
