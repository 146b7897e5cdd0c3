// Where everything stands, from the width and the shapes alone: numbers change, places do not.

const LABEL = 28; // height of a line of label over a grid
const SIZE = 44; // of a cell, in CSS pixels, where there is room
const SMALLEST = 26; // of a cell that holds a number of 14 px
const MID_WIDTH = 132; // room for the words "window ⊙ kernel"
const MARGIN = 4; // at both sides, for the outline of a window at the edge
const TALLEST = 308; // of a small input grid
const TALLER = 400; // of a large one, or of several maps
const LOWEST = 210; // on a low screen
const CHANNEL = 190; // of one of three input grids
const CHANNEL_KERNEL = 28; // of a cell of its kernel
const SMALL = 9; // columns of an input whose numbers are to be read at every width
const PHONE = 600; // narrower than this, things stand one below the other
const THREE = 760; // or this, with three channels
const SUM_LINE = 26; // a channel's sum under its products

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** A square grid of `side` cells. */
function grid(side, cell, x, y) {
  const whole = Math.max(1, Math.floor(cell));
  const edge = side * whole;
  return { rows: side, columns: side, cell: whole, x, y, width: edge, height: edge };
}

/** The kernel's cells: large enough for a number, if that is possible at all. */
const kernelCell = (side, room = MID_WIDTH) => Math.min(SIZE, Math.max(SMALLEST, room / side));

/** Several maps in rows, as large as they can be in a box; → {grids, width, height}. */
function pack(count, side, box, most) {
  const tries = Array.from({ length: count }, (_, index) => index + 1).map((across) => {
    const down = Math.ceil(count / across);
    const gap = 16;
    const wide = (box.width - gap * (across - 1)) / across / side;
    const high = (box.height - (LABEL + 8) * (down - 1)) / down / side;
    return { across, down, gap, cell: Math.floor(Math.max(1, Math.min(most, wide, high))) };
  });
  const { across, down, gap, cell } = tries.reduce((one, other) => (other.cell > one.cell ? other : one));
  const edge = side * cell;
  const grids = Array.from({ length: count }, (_, index) =>
    grid(side, cell, (index % across) * (edge + gap), Math.floor(index / across) * (edge + LABEL + 8)),
  );
  return {
    grids, width: across * edge + (across - 1) * gap,
    height: down * edge + (down - 1) * (LABEL + 8),
  };
}

const moved = (placed, x, y) => ({ ...placed, x: Math.round(placed.x + x), y: Math.round(placed.y + y) });

/** Input, then kernel above products, then the maps: left to right. */
function wide(width, { input, kernel, output, maps, weighted }, room) {
  const gap = clamp(width * 0.09, 44, 120);
  const most = input > 9 || output > 9 || maps > 1 ? TALLER : TALLEST;
  const low = Math.max(LOWEST, input > SMALL ? 0 : input * SMALLEST);
  const high = clamp(room, low, most);
  const share = weighted ? (high - LABEL - 8) / (2 * kernel) : SIZE;
  const small = Math.max(SMALLEST, Math.min(kernelCell(kernel), share));
  const middle = Math.max(MID_WIDTH, kernel * small);
  const stack = weighted ? 2 * kernel * small + LABEL + 8 : kernel * small;
  const tall = Math.max(high, stack);
  const across = width - 2 * gap - middle;
  const part = maps > 1 ? 0.5 : input / (input + output);
  const first = grid(input, Math.min(SIZE, tall / input, (across * part) / input), 0, 0);
  const box = { width: across - first.width, height: tall };
  const packed = pack(maps, output, box, maps > 1 ? SIZE : Math.max(first.cell, SMALLEST));
  const whole = Math.max(first.height, stack, packed.height);
  const top = (height) => LABEL + (whole - height) / 2;
  const left = (across - first.width - packed.width) / 2;
  const centre = left + first.width + gap + (middle - kernel * small) / 2;
  const cells = grid(kernel, small, centre, top(stack));
  return {
    mode: "wide", inputs: [moved(first, left, top(first.height))],
    kernels: weighted ? [moved(cells, 0, 0)] : [],
    products: [moved(cells, 0, weighted ? cells.height + LABEL + 8 : 0)],
    outputs: packed.grids.map((map) => moved(map, left + first.width + 2 * gap + middle, top(packed.height))),
    sums: [], under: LABEL + whole + 14,
  };
}

/** A telephone: input with kernel and products at its side, the map below the products. */
function compact(width, { input, kernel, output, weighted }) {
  const gap = 22;
  const small = kernelCell(kernel);
  const cell = Math.min(SIZE, (width - gap - Math.max(MID_WIDTH, kernel * small)) / input);
  const first = grid(input, cell, 0, LABEL);
  const top = grid(kernel, small, first.width + gap, LABEL);
  const product = weighted ? grid(kernel, small, top.x, top.y + top.height + LABEL + 4) : top;
  const bottom = Math.max(first.y + first.height, product.y + product.height);
  const last = grid(output, Math.max(cell, SMALLEST), 0, bottom + LABEL + 12);
  last.x = width - last.width;
  return {
    mode: "compact", inputs: [first], kernels: weighted ? [top] : [], products: [product],
    outputs: [last], sums: [], under: last.y + last.height + 14,
  };
}

/** A telephone and a large input or several maps: one below the other. */
function stacked(width, { input, kernel, output, maps, weighted }) {
  const first = grid(input, Math.min(SIZE, width / input), 0, LABEL);
  const small = Math.min(SIZE, (width - 40) / (2 * kernel));
  const y = first.y + first.height + LABEL + 12;
  const top = grid(kernel, small, 0, y);
  const aside = weighted ? Math.max(top.width + 40, MID_WIDTH + 20) : 0;
  const product = grid(kernel, small, aside, y);
  const packed = pack(maps, output, { width, height: 2 * width }, SIZE);
  const below = y + top.height + LABEL + 12;
  return {
    mode: "stacked", inputs: [first], kernels: weighted ? [top] : [], products: [product],
    outputs: packed.grids.map((map) => moved(map, 0, below)), sums: [],
    under: below + packed.height + 14,
  };
}

/** Three channels: a column for each, input above kernel and products; the maps beside or below. */
function channels(width, { planes, input, kernel, output, maps, weighted }, room) {
  const beside = width >= THREE;
  const below = kernel * CHANNEL_KERNEL + 2 * LABEL + SUM_LINE;
  const tall = clamp(room - below, Math.min(CHANNEL, 18 * input), CHANNEL);
  const gap = beside ? 32 : 10;
  const mapsWidth = beside ? width * 0.27 : width;
  const column = (width - (beside ? mapsWidth + 60 : 0) - gap * (planes - 1)) / planes;
  const cell = Math.min(beside ? Math.min(30, tall / input) : SIZE, column / input);
  const sideBySide = weighted && beside && column >= 2 * kernel * SMALLEST + 20;
  const small = sideBySide
    ? Math.min(CHANNEL_KERNEL, (column - 20) / (2 * kernel))
    : Math.min(36, column / kernel);
  const placed = { inputs: [], kernels: [], products: [], sums: [] };
  let bottom = 0;
  for (let plane = 0; plane < planes; plane += 1) {
    const x = Math.round(plane * (column + gap));
    const first = grid(input, cell, x, LABEL);
    const top = grid(kernel, small, x, first.y + first.height + LABEL + 6);
    const step = sideBySide ? [top.width + 20, 0] : [0, weighted ? top.height + LABEL + 2 : 0];
    const product = moved(top, ...step);
    placed.inputs.push(first);
    if (weighted) placed.kernels.push(top);
    placed.products.push(product);
    placed.sums.push({ x: product.x, y: product.y + product.height + 4, height: SUM_LINE });
    bottom = product.y + product.height + SUM_LINE + 4;
  }
  const box = beside
    ? { width: mapsWidth, height: Math.max(TALLEST, bottom - LABEL - SUM_LINE) }
    : { width, height: 2 * width };
  const packed = pack(maps, output, box, 40);
  const at = beside ? [width - mapsWidth, LABEL] : [0, bottom + LABEL + 8];
  const outputs = packed.grids.map((map) => moved(map, ...at));
  const lowest = beside ? Math.max(bottom, LABEL + packed.height) : at[1] + packed.height;
  return { mode: "channels", ...placed, outputs, under: lowest + 12 };
}

/** The widest arrangement in which a small input can be read. */
function arrangement(width, shapes, height) {
  if (shapes.planes > 1) return channels(width, shapes, height);
  const readable = ({ inputs, outputs }) => inputs[0].cell >= SMALLEST && outputs[0].x >= 0;
  if (width >= PHONE) {
    const layout = wide(width, shapes, height);
    if (shapes.input > SMALL || readable(layout)) return layout;
  }
  if (shapes.maps === 1) {
    const layout = compact(width, shapes);
    if (readable(layout)) return layout;
  }
  return stacked(width, shapes);
}

/**
 * width: CSS pixels to use. shapes: {planes, input, kernel, output, maps, weighted}: how many
 * channels and maps, sides in cells, and whether there is a kernel. height: CSS pixels that the
 * grids may take so that all is on one screen; numbers stay readable if that is too little. The
 * sum's place is left to the caller: it starts at `under`.
 */
export function arrange(width, shapes, height = TALLER) {
  const layout = arrangement(width - 2 * MARGIN, shapes, height);
  for (const name of ["inputs", "kernels", "products", "outputs", "sums"]) {
    for (const placed of layout[name]) placed.x += MARGIN;
  }
  return { ...layout, width, left: MARGIN };
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

/** What is at a point: {kind, index, cell} with kind inputs, kernels or outputs; null if nothing. */
export function partAt(layout, x, y) {
  for (const kind of ["outputs", "inputs", "kernels"]) {
    for (const [index, placed] of layout[kind].entries()) {
      const cell = cellAt(placed, x, y);
      if (cell) return { kind, index, cell };
    }
  }
  return null;
}
