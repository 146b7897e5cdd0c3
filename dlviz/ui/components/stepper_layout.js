// Where everything stands, from the width alone: numbers change, places do not.

const LABEL = 28; // height of a line of label over a grid
const SIZE = 44; // of a cell, in CSS pixels, where there is room
const SMALLEST = 26; // of a cell that holds a number of 14 px
const MID_WIDTH = 132; // room for the words "window ⊙ kernel"
const MARGIN = 4; // at both sides, for the outline of a window at the edge
const TALLEST = 308; // of the input grid: title, controls and stepper share one screen

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const size = (grid) => ({ width: grid.columns * grid.cell, height: grid.rows * grid.cell });

function grid(shape, cell, x, y) {
  const placed = { rows: shape[0], columns: shape[1], cell: Math.floor(cell), x, y };
  return { ...placed, ...size(placed) };
}

/** Input, then kernel above products, then output: left to right. */
function wide(width, shapes) {
  const { input, kernel, output } = shapes;
  const gap = clamp(width * 0.09, 44, 120);
  const room = width - 2 * gap - MID_WIDTH;
  const cell = Math.min(SIZE, room / (input[1] + output[1]), Math.max(30, TALLEST / input[0]));
  const outCell = Math.min(
    SIZE, (room - input[1] * cell) / output[1], Math.max(30, TALLEST / output[0]),
  );
  const mid = Math.min(SIZE, MID_WIDTH / kernel[1]);
  const placed = {
    mode: "wide", cell: Math.min(cell, outCell),
    input: grid(input, cell, 0, 0), kernel: grid(kernel, mid, 0, 0),
    product: grid(kernel, mid, 0, 0), output: grid(output, outCell, 0, 0),
  };
  const middle = 2 * placed.kernel.height + LABEL + 8;
  const tall = Math.max(placed.input.height, middle, placed.output.height);
  const top = (height) => LABEL + Math.round((tall - height) / 2);
  const left = (room - placed.input.width - placed.output.width) / 2;
  placed.input.x = Math.round(left);
  placed.input.y = top(placed.input.height);
  placed.kernel.x = Math.round(left + placed.input.width + gap + (MID_WIDTH - placed.kernel.width) / 2);
  placed.kernel.y = top(middle);
  placed.product.x = placed.kernel.x;
  placed.product.y = placed.kernel.y + placed.kernel.height + LABEL + 8;
  placed.output.x = Math.round(left + placed.input.width + 2 * gap + MID_WIDTH);
  placed.output.y = top(placed.output.height);
  return { ...placed, under: LABEL + tall + 14 };
}

/** A telephone: input with kernel and products at its side, output below the products. */
function compact(width, shapes) {
  const { input, kernel, output } = shapes;
  const gap = 22;
  const cell = Math.min(SIZE, (width - gap - MID_WIDTH) / input[1]);
  const mid = Math.min(SIZE, MID_WIDTH / kernel[1]);
  const first = grid(input, cell, 0, LABEL);
  const top = grid(kernel, mid, first.width + gap, LABEL);
  const product = grid(kernel, mid, top.x, top.y + top.height + LABEL + 4);
  const bottom = Math.max(first.y + first.height, product.y + product.height);
  const last = grid(output, Math.max(cell, SMALLEST), 0, bottom + LABEL + 12);
  last.x = width - last.width;
  return {
    mode: "compact", cell, input: first, kernel: top, product, output: last,
    under: last.y + last.height + 14,
  };
}

/** A telephone and a large border: one below the other. */
function stacked(width, shapes) {
  const { input, kernel, output } = shapes;
  const fit = (columns) => Math.min(SIZE, width / columns);
  const first = grid(input, fit(input[1]), 0, LABEL);
  const mid = Math.min(SIZE, (width - 40) / (2 * kernel[1]));
  const y = first.y + first.height + LABEL + 12;
  const top = grid(kernel, mid, 0, y);
  const product = grid(kernel, mid, Math.max(top.width + 40, MID_WIDTH + 20), y);
  const last = grid(output, fit(output[1]), 0, y + top.height + LABEL + 12);
  return {
    mode: "stacked", cell: first.cell, input: first, kernel: top, product, output: last,
    under: last.y + last.height + 14,
  };
}

/** The sum: in one line if the longest fits, else a line for each row of the kernel. */
function placeSum(layout, width, shapes, text) {
  const line = layout.mode === "wide" ? 34 : 28;
  const rows = shapes.kernel[0];
  const beside = width - layout.output.width - 20;
  if (layout.mode === "compact" && text.row <= beside) {
    const height = line * (rows + 1);
    const y = layout.output.y + Math.max(0, (layout.output.height - height) / 2);
    return { x: MARGIN, y, line, rows, align: "left", bottom: y + height };
  }
  const single = text.whole <= width;
  const bottom = layout.under + line * (single ? 1 : rows + 1);
  const align = single && layout.mode === "wide" ? "center" : "left";
  return { x: MARGIN, y: layout.under, line, rows: single ? 1 : rows, align, bottom };
}

/**
 * width: CSS pixels to use. shapes: {input, kernel, output} as [rows, columns].
 * text: widths of the longest sum of all steps: {whole, row}.
 */
export function arrange(width, shapes, text) {
  const inner = width - 2 * MARGIN;
  const tries = inner >= 600 ? [wide, compact] : [compact];
  const fits = tries.map((place) => place(inner, shapes)).find((tried) => tried.cell >= SMALLEST);
  const layout = fits ?? stacked(inner, shapes);
  for (const name of ["input", "kernel", "product", "output"]) layout[name].x += MARGIN;
  const sum = placeSum(layout, inner, shapes, text);
  const bottom = Math.max(sum.bottom, layout.output.y + layout.output.height);
  return { ...layout, sum, width, height: Math.ceil(bottom) + 6 };
}

/** The box {x, y, width, height} of cells [row, column] … of a placed grid. */
export function boxOf(placed, row, column, rows = 1, columns = 1) {
  return {
    x: placed.x + column * placed.cell,
    y: placed.y + row * placed.cell,
    width: columns * placed.cell,
    height: rows * placed.cell,
  };
}

/** Which cell [row, column] of a placed grid is at a point, or null. */
export function cellAt(placed, x, y) {
  const column = Math.floor((x - placed.x) / placed.cell);
  const row = Math.floor((y - placed.y) / placed.cell);
  const inside = row >= 0 && column >= 0 && row < placed.rows && column < placed.columns;
  return inside ? [row, column] : null;
}
