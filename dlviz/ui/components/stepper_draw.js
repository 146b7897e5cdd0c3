// One picture of one step. A scene in, pixels out; nothing is remembered here.

import { colourAt, inkOn, signedColour } from "./scale.js";
import { boxOf } from "./stepper_layout.js";
import {
  drawnValue, isOwn, placeOf, placesShowing, planesOf, stepsReached, weightsOf,
} from "./stepper_math.js";
import {
  beamEdges, beamLight, cell, emptyCell, hatch, label, LABEL_HEIGHT, labelRoom, lettersOf, number, outline,
  ring, sign, tinted,
} from "./stepper_paint.js";
import { drawSum } from "./stepper_sum.js";
import { writerOf } from "./numbers.js";

const HOVER_DASH = [5, 3];
const ease = (part) => part * part * (3 - 2 * part);
/** How far a part of the animation, from `begin` to `end`, has come: 0…1. */
const during = (progress, begin, end) =>
  ease(Math.min(1, Math.max(0, (progress - begin) / (end - begin))));
const between = (from, to, part) => from + (to - from) * part;

/** Where the window of a step stands on a drawn input. */
export function windowBox(data, placed, step) {
  const { starts, taps } = data.axis;
  const [row, column] = placeOf(data, step);
  const reach = taps[taps.length - 1] + 1;
  return boxOf(placed, starts[row], starts[column], reach, reach);
}

/** The colour of an input number: grey or the channel's hue; blue to orange if any is negative. */
function inputColour(scene, plane, value) {
  const { data, limits, tables } = scene;
  if (limits.signed) return signedColour(tables.signed, value, limits.image);
  const name = data.planes[plane];
  if (name === "input") return colourAt(tables.grey, value / limits.image);
  return tinted(name, value / limits.image);
}

function drawInputCell(context, scene, plane, row, column, letters) {
  const { data, layout, theme } = scene;
  const { drawn, uncovered } = data.axis;
  const box = boxOf(layout.inputs[plane], row, column);
  const value = drawnValue(data, plane, row, column);
  if (isOwn(data, row, column)) {
    cell(context, box, inputColour(scene, plane, value), value, letters, theme);
  } else if (drawn[row] >= 0 && drawn[column] >= 0) {
    context.save();
    context.globalAlpha = 0.45; // a copy in the border
    cell(context, box, inputColour(scene, plane, value), value, letters, theme);
    context.restore();
  } else {
    emptyCell(context, box, theme);
    number(context, 0, box, theme.muted, letters, theme);
  }
  if (uncovered.includes(row) || uncovered.includes(column)) hatch(context, box, theme);
}

/** The inputs and the kernels: what stays the same from step to step. */
export function drawStill(context, scene) {
  const { data, layout, theme } = scene;
  const side = data.axis.drawn.length;
  const own = data.image[0].length;
  const room = labelRoom(layout, "inputs");
  layout.inputs.forEach((placed, plane) => {
    const letters = lettersOf(context, scene, "inputs", plane);
    for (let row = 0; row < side; row += 1) {
      for (let column = 0; column < side; column += 1) {
        drawInputCell(context, scene, plane, row, column, letters);
      }
    }
    const size = `${own}×${own}`;
    const added = data.op === "transposed" ? ", stretched" : side > own ? `, with border ${side}×${side}` : "";
    label(context, placed, data.planes[plane], [size + added, size], room, theme);
  });
}

function drawKernels(context, scene) {
  const { data, layout, theme, limits, tables, map, turning } = scene;
  const size = data.axis.taps.length;
  const room = layout.kernels.length ? labelRoom(layout, "kernels") : 0;
  const besides = data.halfTurn ? ["turned 180°", "↻"] : [`${size}×${size}`];
  layout.kernels.forEach((placed, plane) => {
    const letters = lettersOf(context, scene, "kernels", plane);
    if (data.separate && layout.kernels.length > 1) drawKernel(plane, plane);
    else drawKernel(map, plane);

    function drawKernel(which, of) {
      const centre = [placed.x + placed.width / 2, placed.y + placed.height / 2];
      weightsOf(data, which, of).forEach((weights, row) =>
        weights.forEach((weight, column) => {
          const box = boxOf(placed, row, column);
          if (turning < 1) {
            // Each cell travels on a circle; its number stays upright.
            const angle = Math.PI * (1 - ease(turning));
            const [x, y] = [box.x + box.width / 2 - centre[0], box.y + box.height / 2 - centre[1]];
            box.x = centre[0] + x * Math.cos(angle) - y * Math.sin(angle) - box.width / 2;
            box.y = centre[1] + x * Math.sin(angle) + y * Math.cos(angle) - box.height / 2;
          }
          cell(context, box, signedColour(tables.signed, weight, limits.kernel), weight, letters, theme);
        }),
      );
      label(context, placed, "kernel", besides, room, theme);
    }
  });
}

/** The parts of the focused map, and for channels of their own those of every map. */
function partsShown(scene) {
  const { data, layout, parts, partsOf, step } = scene;
  if (!data.separate || layout.products.length === 1) return parts.planes.map((part) => ({ part, parts }));
  return layout.products.map((_, plane) => {
    const own = plane === scene.map ? parts : partsOf(plane, step);
    return { part: own.planes[0], parts: own };
  });
}

const SIGNS = { convolution: "Σ", transposed: "Σ", max_pool: "max", average_pool: "mean" };

function drawProducts(context, scene) {
  const { data, layout, theme, limits, tables, progress } = scene;
  const lit = during(progress, 0.35, 0.65);
  const room = labelRoom(layout, "products");
  const narrow = layout.mode === "channels";
  const name = !data.kernels ? "window" : narrow ? "products" : "window ⊙ kernel";
  partsShown(scene).forEach(({ part, parts }, at) => {
    const placed = layout.products[at];
    const letters = lettersOf(context, scene, "products", at);
    part.products.forEach((values, row) =>
      values.forEach((value, column) => {
        const box = boxOf(placed, row, column);
        const colour = data.kernels
          ? signedColour(tables.signed, value, limits.products)
          : inputColour(scene, part.plane, value);
        emptyCell(context, box, theme);
        context.save();
        context.globalAlpha = lit;
        cell(context, box, colour, value, letters, theme);
        const [down, across] = parts.winner ?? [];
        if (row === down && column === across) ring(context, box, inkOn(colour));
        context.restore();
      }),
    );
    outline(context, placed, theme, 2);
    label(context, placed, name, parts.winner ? ["ring: largest"] : [], room, theme);
  });
  drawPartSums(context, scene);
}

/** Under the products of several channels: what each adds up to. */
function drawPartSums(context, scene) {
  const { data, layout, theme } = scene;
  const results = partsShown(scene).map(({ part, parts }) => (data.kernels ? part.sum : parts.total));
  const writer = writerOf(results);
  layout.sums.forEach((sum, at) => {
    context.font = `600 16px ${theme.font}`;
    context.textAlign = "left";
    context.fillStyle = theme.text;
    const text = `${SIGNS[data.op]} ${writer.sign(results[at])} ${writer.text(results[at])}`;
    context.fillText(text, sum.x, sum.y + sum.height / 2);
  });
}

function drawOutputs(context, scene) {
  const { data, layout, theme, limits, tables, step, progress, outputs, map } = scene;
  const landed = during(progress, 0.65, 1);
  const room = labelRoom(layout, "outputs");
  layout.outputs.forEach((placed, which) => {
    const letters = lettersOf(context, scene, "outputs", which);
    outputs[which].forEach((value, index) => {
      const box = boxOf(placed, ...placeOf(data, index));
      if (index > step) return emptyCell(context, box, theme);
      const colour = signedColour(tables.signed, value, limits.output(which));
      if (index < step) return cell(context, box, colour, value, letters, theme);
      emptyCell(context, box, theme);
      context.save();
      context.globalAlpha = landed;
      cell(context, box, colour, value, letters, theme);
      context.restore();
      return outline(context, box, theme, which === map ? 3 : 1.5);
    });
    label(context, placed, data.maps[which], [`${data.count}×${data.count}`], room, theme);
  });
}

/** What is connected with the cell under the pointer: {kind, index, cell} as partAt gives it. */
function drawHover(context, scene) {
  const { data, layout, theme, hover } = scene;
  if (!hover) return;
  if (hover.kind === "outputs") {
    const step = hover.cell[0] * data.count + hover.cell[1];
    for (const plane of planesOf(data, hover.index)) {
      outline(context, windowBox(data, layout.inputs[plane], step), theme, 2.5, HOVER_DASH);
    }
    outline(context, boxOf(layout.outputs[hover.index], ...hover.cell), theme, 2.5, HOVER_DASH);
  } else if (hover.kind === "inputs" && hover.source) {
    const [row, column] = hover.source;
    for (const down of placesShowing(data, row)) {
      for (const across of placesShowing(data, column)) {
        outline(context, boxOf(layout.inputs[hover.index], down, across), theme, 2.5, HOVER_DASH);
      }
    }
    layout.outputs.forEach((placed, map) => {
      if (!planesOf(data, map).includes(hover.index)) return;
      for (const step of stepsReached(data, row, column)) {
        outline(context, boxOf(placed, ...placeOf(data, step)), theme, 2.5, HOVER_DASH);
      }
    });
  }
}

/** Max pooling remembers where each winner stood: a ring in the input for every step so far. */
function drawSwitches(context, scene) {
  const { data, layout, step, partsOf, progress } = scene;
  if (data.op !== "max_pool") return;
  layout.inputs.forEach((placed, plane) => {
    for (let done = 0; done <= step; done += 1) {
      if (done === step && progress < 0.65) return;
      const { winner, value } = partsOf(plane, done);
      const [row, column] = placeOf(data, done);
      const at = [data.axis.starts[row] + winner[0], data.axis.starts[column] + winner[1]];
      ring(context, boxOf(placed, ...at), inkOn(inputColour(scene, plane, value)), 2);
    }
  });
}

/** The window's outline; a dilated one's cells as well, since it skips those between. */
function drawWindow(context, scene, placed, window) {
  const { data, layout, theme } = scene;
  const { taps } = data.axis;
  outline(context, window, theme, layout.mode === "channels" ? 2.5 : 3.5);
  if (taps.length < 2 || taps[1] === 1) return;
  for (const down of taps) {
    for (const across of taps) {
      const [x, y] = [window.x + across * placed.cell, window.y + down * placed.cell];
      outline(context, { x: x + 2, y: y + 2, width: placed.cell - 4, height: placed.cell - 4 }, theme, 2.5);
    }
  }
}

function beamsOf(scene, windows, target) {
  const { layout, progress } = scene;
  const product = layout.products[0];
  return [
    { from: windows[0], to: product, downward: layout.mode === "stacked", strength: 1 },
    { from: product, to: target, downward: layout.mode !== "wide", strength: during(progress, 0.5, 0.8) },
  ];
}

/** Everything: `still` paints what drawStill drew, perhaps from memory. */
export function draw(context, scene, still = () => drawStill(context, scene)) {
  const { data, layout, theme, step, before, progress, map } = scene;
  context.fillStyle = theme.background;
  context.fillRect(0, 0, layout.width, layout.height);

  const slid = during(progress, 0, 0.45);
  const windows = layout.inputs.map((placed) => {
    const [from, to] = [windowBox(data, placed, before), windowBox(data, placed, step)];
    return { ...to, x: between(from.x, to.x, slid), y: between(from.y, to.y, slid) };
  });
  const target = boxOf(layout.outputs[map], ...placeOf(data, step));
  const beams = layout.mode === "channels" ? [] : beamsOf(scene, windows, target);
  // Light falls behind the cells and its edges end at them: numbers stay clear.
  for (const beam of beams) beamLight(context, beam, theme);
  still();
  drawSwitches(context, scene);
  drawKernels(context, scene);
  drawProducts(context, scene);
  drawOutputs(context, scene);
  const others = layout.outputs.map(({ x, y, width, height }, which) =>
    which === map ? { x, y, width, height } : { x, y: y - LABEL_HEIGHT, width, height: height + LABEL_HEIGHT });
  const closed = [...layout.inputs, ...layout.kernels, ...layout.products, ...others];
  for (const beam of beams) beamEdges(context, beam, closed, theme);
  for (const [plane, window] of windows.entries()) drawWindow(context, scene, layout.inputs[plane], window);
  if (layout.mode === "wide") {
    const { x, y, width, height } = layout.products[0];
    const part = (layout.outputs[0].x - x - width) / 2 / (target.x - x - width);
    const middle = between(y + height / 2, target.y + target.height / 2, part);
    sign(context, between(x + width, target.x, part), middle, SIGNS[data.op], theme);
  }
  drawHover(context, scene);
  drawSum(context, scene);
}
