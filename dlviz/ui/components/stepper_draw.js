// One picture of one step. A scene in, pixels out; nothing is remembered here.

import { css, colourAt, inkOn, signedColour } from "./scale.js";
import { boxOf } from "./stepper_layout.js";
import { equalsSign, numberText, termsOf } from "./stepper_text.js";

const TEXT = 14; // no text is smaller than this
const ease = (part) => part * part * (3 - 2 * part);
/** How far a part of the animation, from `begin` to `end`, has come: 0…1. */
const during = (progress, begin, end) =>
  ease(Math.min(1, Math.max(0, (progress - begin) / (end - begin))));
const between = (from, to, part) => from + (to - from) * part;

function rounded(context, box, inset, radius) {
  context.beginPath();
  context.roundRect(
    box.x + inset, box.y + inset, box.width - 2 * inset, box.height - 2 * inset, radius,
  );
}

function number(context, text, box, colour, theme) {
  const full = Math.round(Math.min(20, Math.max(TEXT, box.width * 0.44)));
  for (const points of [full, TEXT]) {
    context.font = `500 ${points}px ${theme.font}`;
    if (context.measureText(text).width > box.width - 3) continue;
    context.fillStyle = colour;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, box.x + box.width / 2, box.y + box.height / 2 + points * 0.06);
    return;
  }
}

function cell(context, box, colour, value, theme) {
  rounded(context, box, 1, 4);
  context.fillStyle = css(colour);
  context.fill();
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.stroke();
  number(context, numberText(value), box, inkOn(colour), theme);
}

function emptyCell(context, box, theme) {
  rounded(context, box, 1.5, 4);
  context.setLineDash([3, 3]);
  context.strokeStyle = theme.faint;
  context.lineWidth = 1;
  context.stroke();
  context.setLineDash([]);
}

function outline(context, box, theme, width) {
  rounded(context, box, -1, 6);
  context.strokeStyle = theme.accent;
  context.lineWidth = width;
  context.stroke();
}

function label(context, placed, name, sizes, theme) {
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

/** The corners of a beam of light from one box to another: two where it starts, two at its end. */
function beamCorners({ from, to, downward }) {
  return downward
    ? [[from.x, from.y + from.height], [from.x + from.width, from.y + from.height],
       [to.x + to.width, to.y], [to.x, to.y]]
    : [[from.x + from.width, from.y], [from.x + from.width, from.y + from.height],
       [to.x, to.y + to.height], [to.x, to.y]];
}

function beamLight(context, beam, theme) {
  context.save();
  context.beginPath();
  beamCorners(beam).forEach((corner) => context.lineTo(...corner));
  context.globalAlpha = 0.14 * beam.strength;
  context.fillStyle = theme.accent;
  context.fill();
  context.restore();
}

function beamEdges(context, beam, theme) {
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

function badge(context, x, y, text, theme) {
  context.beginPath();
  context.arc(x, y, 14, 0, 2 * Math.PI);
  context.fillStyle = theme.background;
  context.fill();
  context.strokeStyle = theme.accent;
  context.lineWidth = 1.5;
  context.stroke();
  context.fillStyle = theme.text;
  context.font = `600 16px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, y + 1);
}

/** Where the window of a step stands on the (padded) input. */
export function windowBox(data, layout, step) {
  const row = Math.floor(step / data.columns) * data.stride;
  const column = (step % data.columns) * data.stride;
  return boxOf(layout.input, row, column, data.kernel.length, data.kernel[0].length);
}

function drawInput(context, scene) {
  const { data, layout, theme, limits, tables } = scene;
  const [rows, columns] = [data.image.length, data.image[0].length];
  data.image.forEach((values, row) =>
    values.forEach((value, column) => {
      const box = boxOf(layout.input, row, column);
      const border = Math.min(row, column, rows - 1 - row, columns - 1 - column) < data.padding;
      if (!border) {
        cell(context, box, colourAt(tables.grey, value / limits.image), value, theme);
        return;
      }
      emptyCell(context, box, theme);
      number(context, "0", box, theme.muted, theme);
    }),
  );
  const inner = [rows - 2 * data.padding, columns - 2 * data.padding];
  const zeros = data.padding ? `, ${data.padding} of zeros around` : "";
  label(context, layout.input, "input", `${inner[0]}×${inner[1]}${zeros}`, theme);
}

function drawKernel(context, scene) {
  const { data, layout, theme, limits, tables } = scene;
  data.kernel.forEach((weights, row) =>
    weights.forEach((weight, column) => {
      const colour = signedColour(tables.signed, weight, limits.kernel);
      cell(context, boxOf(layout.kernel, row, column), colour, weight, theme);
    }),
  );
  label(context, layout.kernel, "kernel", `${data.kernel.length}×${data.kernel[0].length}`, theme);
}

function drawProducts(context, scene) {
  const { data, layout, theme, limits, tables, step, progress } = scene;
  const lit = during(progress, 0.35, 0.65);
  data.products[step].forEach((values, row) =>
    values.forEach((value, column) => {
      const box = boxOf(layout.product, row, column);
      emptyCell(context, box, theme);
      context.save();
      context.globalAlpha = lit;
      cell(context, box, signedColour(tables.signed, value, limits.products), value, theme);
      context.restore();
    }),
  );
  outline(context, layout.product, theme, 2);
  label(context, layout.product, "window ⊙ kernel", "", theme);
}

function drawOutput(context, scene) {
  const { data, layout, theme, limits, tables, step, progress } = scene;
  const landed = during(progress, 0.65, 1);
  data.output.forEach((value, index) => {
    const box = boxOf(layout.output, Math.floor(index / data.columns), index % data.columns);
    if (index > step) return emptyCell(context, box, theme);
    const colour = signedColour(tables.signed, value, limits.output);
    if (index < step) return cell(context, box, colour, value, theme);
    emptyCell(context, box, theme);
    context.save();
    context.globalAlpha = landed;
    cell(context, box, colour, value, theme);
    context.restore();
    return outline(context, box, theme, 3);
  });
  label(context, layout.output, "output", `${data.rows}×${data.columns}`, theme);
}

/** The sum as pieces {text, colour, bold}, a list for each line. */
function sumLines(scene) {
  const { data, layout, theme, step } = scene;
  const rows = termsOf(data, step).map((terms, row) =>
    terms.flatMap((term, column) => [
      ...(row + column ? [{ text: column ? " + " : "+ ", colour: theme.muted }] : []),
      { text: term.text, colour: term.value ? theme.text : theme.muted, bold: term.value !== 0 },
    ]),
  );
  const value = data.output[step];
  const total = [
    { text: `${equalsSign(value)} `, colour: theme.text },
    { text: numberText(value), chip: true },
  ];
  if (layout.sum.rows > 1) return [...rows, total];
  const inOneLine = rows.flatMap((row, index) => (index ? [{ text: " " }, ...row] : row));
  return [[...inOneLine, { text: " " }, ...total]];
}

function drawSum(context, scene) {
  const { data, layout, theme, limits, tables, step } = scene;
  const { x, y, line, align, rows } = layout.sum;
  context.textAlign = "left";
  context.textBaseline = "middle";
  sumLines(scene).forEach((pieces, index) => {
    const font = (piece) => `${piece.bold || piece.chip ? 600 : 400} ${sumSize(rows)}px ${theme.font}`;
    const widths = pieces.map((piece) => {
      context.font = font(piece);
      return context.measureText(piece.text).width;
    });
    const whole = widths.reduce((sum, width) => sum + width, 0);
    let at = align === "center" ? (layout.width - whole) / 2 : x;
    const middle = y + (index + 0.5) * line;
    pieces.forEach((piece, place) => {
      let ink = piece.colour;
      if (piece.chip) {
        const colour = signedColour(tables.signed, data.output[step], limits.output);
        const box = { x: at + 1, y: middle - 15, width: widths[place] + 16, height: 30 };
        rounded(context, box, 0, 6);
        context.fillStyle = css(colour);
        context.fill();
        outline(context, box, theme, 2);
        ink = inkOn(colour);
        at += 9;
      }
      context.font = font(piece);
      context.fillStyle = ink ?? theme.text;
      context.fillText(piece.text, at, middle + 1);
      at += widths[place];
    });
  });
}

const sumSize = (rows) => (rows > 1 ? 16 : 19);

/** The widths that the longest sum of all steps needs: {whole, row}, in CSS pixels. */
export function measureSums(context, data, theme) {
  const width = (text, points) => {
    context.font = `600 ${points}px ${theme.font}`;
    return context.measureText(text).width;
  };
  let [whole, row] = [0, 0];
  data.output.forEach((value, step) => {
    const lines = termsOf(data, step).map((terms) => terms.map((term) => term.text).join(" + "));
    whole = Math.max(whole, width(`${lines.join(" + ")} = ${numberText(value)}`, sumSize(1)) + 24);
    row = Math.max(row, ...lines.map((line) => width(`+ ${line}`, sumSize(2))));
  });
  return { whole, row };
}

/**
 * scene: {data, layout, theme, tables, limits, step, before, progress}; `before` is the step
 * that the animation comes from, `progress` 0…1 how far it is.
 */
export function draw(context, scene) {
  const { data, layout, theme, step, before, progress } = scene;
  context.fillStyle = theme.background;
  context.fillRect(0, 0, layout.width, layout.height);

  const [from, to] = [windowBox(data, layout, before), windowBox(data, layout, step)];
  const slid = during(progress, 0, 0.45);
  const now = { ...to, x: between(from.x, to.x, slid), y: between(from.y, to.y, slid) };
  const target = boxOf(layout.output, Math.floor(step / data.columns), step % data.columns);
  const beams = [
    { from: now, to: layout.product, downward: layout.mode === "stacked", strength: 1 },
    {
      from: layout.product, to: target, downward: layout.mode !== "wide",
      strength: during(progress, 0.5, 0.8),
    },
  ];
  // Light falls behind the cells, its edges are seen in front of them: numbers stay clear.
  for (const beam of beams) beamLight(context, beam, theme);
  drawInput(context, scene);
  drawKernel(context, scene);
  drawProducts(context, scene);
  drawOutput(context, scene);
  for (const beam of beams) beamEdges(context, beam, theme);
  outline(context, now, theme, 3.5);
  if (layout.mode === "wide") {
    const { x, y, width, height } = layout.product;
    const part = (layout.output.x - x - width) / 2 / (target.x - x - width);
    const middle = between(y + height / 2, target.y + target.height / 2, part);
    badge(context, between(x + width, target.x, part), middle, "Σ", theme);
  }
  drawSum(context, scene);
}
