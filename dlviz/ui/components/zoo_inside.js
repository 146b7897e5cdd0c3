// The inside of a block: boxes from left to right, branches below one another, where they meet.

export const BOX = { width: 150, height: 54, gap: 26, between: 4, empty: 26, join: 44 };

/** {width, height} in CSS pixels of a row of operations and forks. */
export function zooSize(items) {
  const sizes = items.map(zooItemSize);
  const width = sizes.reduce((sum, size) => sum + size.width, 0) + BOX.gap * Math.max(0, sizes.length - 1);
  return { width, height: Math.max(BOX.empty, ...sizes.map((size) => size.height)) };
}

function zooItemSize(item) {
  if (!item.branches) return { width: BOX.width, height: BOX.height };
  const sizes = item.branches.map(zooSize);
  const height = sizes.reduce((sum, size) => sum + size.height, 0) + BOX.between * (sizes.length - 1);
  return { width: Math.max(...sizes.map((size) => size.width)) + 2 * BOX.gap + zooJoinWidth(item.join), height };
}

export function zooJoinWidth(join) {
  return join.title.length > 2 ? 92 : BOX.join;
}

/** Draws a row from `x` about the height `y`; `pen` has box, join and way. → where it ends. */
export function zooDraw(pen, items, x, y) {
  items.forEach((item, index) => {
    if (index) {
      pen.way(x, y, x + BOX.gap, y);
      x += BOX.gap;
    }
    x = item.branches ? zooDrawFork(pen, item, x, y) : zooDrawOp(pen, item, x, y);
  });
  return x;
}

function zooDrawOp(pen, item, x, y) {
  pen.box(item, x, y - BOX.height / 2, BOX.width, BOX.height);
  return x + BOX.width;
}

function zooDrawFork(pen, fork, x, y) {
  const { width, height } = zooItemSize(fork);
  const join = x + width - zooJoinWidth(fork.join);
  let top = y - height / 2;
  for (const branch of fork.branches) {
    const size = zooSize(branch);
    const middle = top + size.height / 2;
    pen.way(x, y, x + BOX.gap, middle);
    const end = zooDraw(pen, branch, x + BOX.gap, middle);
    if (end < join - BOX.gap) pen.way(end, middle, join - BOX.gap, middle);
    pen.way(join - BOX.gap, middle, join, y);
    top += size.height + BOX.between;
  }
  pen.join(fork.join, join, y, zooJoinWidth(fork.join));
  return x + width;
}
