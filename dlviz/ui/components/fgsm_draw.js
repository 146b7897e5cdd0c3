// The opened FGSM's bars, and its chart: what the classes get over every ε, and where they change.

const [SIDE_LEFT, SIDE_RIGHT, ABOVE, BELOW] = [40, 12, 8, 34];
const LETTERS = 14;
const STRIP = 9; // of the row that shows for each ε what becomes of the answer

/** Where the chart of this size has its axes; the slider above has the same ends. */
export function fgsmArea(width, height) {
  return { left: SIDE_LEFT, top: ABOVE, width: width - SIDE_LEFT - SIDE_RIGHT, height: height - ABOVE - BELOW };
}

/** The ε nearest to a place across the chart. */
export function fgsmEpsAt(x, area, largest) {
  return Math.min(largest, Math.max(0, Math.round(((x - area.left) / area.width) * largest)));
}

/** Round steps of ε: at most nine marks from 0 on. */
export function fgsmTicks(largest) {
  const step = [1, 2, 4, 5, 8, 10, 16, 20, 32, 64].find((one) => largest / one <= 8.5);
  return Array.from({ length: Math.floor(largest / step) + 1 }, (_, at) => at * step);
}

/** The lines: [{key of the numbers, rows, colour, dash, words}]. */
export function fgsmLines(data, colours) {
  const { rows, label, target } = data;
  const lines = [
    { values: rows.map((row) => row && row.noise.share), colour: colours.was, dash: [6, 5], words: `${label}, random signs` },
    { values: rows.map((row) => row && row.signs.share), colour: colours.was, dash: [], words: `${label}, the gradient's signs` },
  ];
  if (target !== null) {
    const values = rows.map((row) => row && row.signs.aim);
    lines.push({ values, colour: colours.aim, dash: [2, 3], words: `${target}, the target` });
  }
  return lines;
}

function drawFrame(context, area, data, theme) {
  context.font = `${LETTERS}px ${theme.font}`;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const share of [0, 0.5, 1]) {
    const y = area.top + area.height * (1 - share);
    context.strokeStyle = theme.line;
    context.beginPath();
    context.moveTo(area.left, y);
    context.lineTo(area.left + area.width, y);
    context.stroke();
    context.fillStyle = theme.muted;
    context.fillText(`${100 * share}%`, area.left - 5, y);
  }
  context.textBaseline = "alphabetic";
  const { smallest } = data;
  const marks = fgsmTicks(data.largest).filter((tick) => (
    smallest === null || tick === smallest || (Math.abs(tick - smallest) / data.largest) * area.width > 20));
  if (smallest !== null && !marks.includes(smallest)) marks.push(smallest);
  for (const tick of marks) {
    context.font = `${tick === smallest ? "700 " : ""}${LETTERS}px ${theme.font}`;
    context.fillStyle = tick === smallest ? theme.text : theme.muted;
    context.textAlign = tick === data.largest ? "right" : "center";
    const edge = tick === data.largest ? 8 : 0;
    const x = area.left + (area.width * tick) / data.largest + edge;
    context.fillText(tick, x, area.top + area.height + STRIP + 21);
  }
}

/** For each ε a cell: filled where the answer is another, half filled where that is not "fooled". */
function drawStrip(context, area, data, side, colours) {
  const wide = area.width / data.largest;
  const top = area.top + area.height + 4;
  data.rows.forEach((row, eps) => {
    if (!row) return;
    const { kind, flipped } = row[side];
    const left = Math.max(area.left, area.left + (eps - 0.5) * wide);
    const right = Math.min(area.left + area.width, area.left + (eps + 0.5) * wide);
    const gap = right - left > 3 ? 1 : 0;
    const high = kind === "fooled" ? STRIP : flipped ? STRIP / 2 : 2;
    context.fillStyle = flipped ? colours.now : colours.was;
    context.fillRect(left + gap / 2, top + STRIP - high, right - left - gap, high);
  });
}

/**
 * Heights for words beside the lines' ends, `ends` from the top: towards the middle of the chart,
 * each a line of type away from the others, and in the order of the ends.
 */
export function fgsmWordHeights(ends, area) {
  const middle = area.top + area.height / 2;
  const heights = ends.map(() => null);
  // From the edges inwards, so that no words stand between a line's end and its own.
  const order = ends.map((_, at) => at).sort((a, b) => Math.abs(ends[b] - middle) - Math.abs(ends[a] - middle));
  for (const at of order) {
    const step = ends[at] < middle ? 17 : -17;
    const first = ends[at] + (step > 0 ? step : step / 2);
    const free = (y) => heights.every((other) => other === null || Math.abs(other - y) >= 17);
    const places = Array.from({ length: 10 }, (_, turn) => first + (turn * step) / 2);
    heights[at] = places.find(free) ?? first;
  }
  // Two ends on both sides of the middle send their words past each other: the upper line's stay above.
  const sorted = heights.toSorted((a, b) => a - b);
  const rank = ends.map((_, at) => at).sort((a, b) => ends[a] - ends[b] || heights[a] - heights[b]);
  rank.forEach((at, place) => { heights[at] = sorted[place]; });
  return heights;
}

function drawLines(context, lines, across, down, theme, area) {
  context.font = `${LETTERS}px ${theme.font}`;
  for (const line of lines) {
    context.strokeStyle = line.colour;
    context.lineWidth = 2.5;
    context.lineJoin = "round";
    context.setLineDash(line.dash);
    context.beginPath();
    let broken = true;
    line.values.forEach((value, eps) => {
      if (value !== null) context[broken ? "moveTo" : "lineTo"](across(eps), down(value));
      broken = value === null;
    });
    context.stroke();
    context.setLineDash([]);
  }
  const last = ({ values }) => values.findLast((value) => value !== null) ?? 0;
  const heights = fgsmWordHeights(lines.map((line) => down(last(line))), area);
  lines.forEach(({ words }, at) => { // last, on a ground of their own
    const y = heights[at];
    context.textAlign = "right";
    context.strokeStyle = theme.background;
    context.lineWidth = 4;
    context.strokeText(words, area.left + area.width - 4, y);
    context.fillStyle = theme.text;
    context.fillText(words, area.left + area.width - 4, y);
  });
}

/**
 * Paint the chart at the context's origin. `look`: {eps, side: "signs" or "noise", colours}.
 */
export function paintFgsmChart(context, width, height, data, look, theme) {
  const area = fgsmArea(width, height);
  const across = (eps) => area.left + (area.width * eps) / data.largest;
  const down = (share) => area.top + area.height * (1 - share);
  drawFrame(context, area, data, theme);
  drawStrip(context, area, data, look.side, look.colours);
  if (data.smallest !== null && look.side === "signs") {
    context.strokeStyle = look.colours.now;
    context.lineWidth = 2;
    context.setLineDash([2, 3]);
    context.beginPath();
    context.moveTo(across(data.smallest), area.top);
    context.lineTo(across(data.smallest), area.top + area.height + STRIP + 4);
    context.stroke();
    context.setLineDash([]);
  }
  context.strokeStyle = theme.text;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(across(look.eps), area.top - 6);
  context.lineTo(across(look.eps), area.top + area.height + STRIP + 4);
  context.stroke();
  const lines = fgsmLines(data, look.colours);
  drawLines(context, lines, across, down, theme, area);
  for (const { values, colour } of lines) {
    const value = values[look.eps];
    if (value === null || value === undefined) continue;
    context.fillStyle = colour;
    context.strokeStyle = theme.background;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(across(look.eps), down(value), 5, 0, 7);
    context.fill();
    context.stroke();
  }
}

/** Bars of the largest probabilities, in the elements that are there: nothing flickers. */
export function fillFgsmBars(place, top, colours) {
  while (place.childElementCount < top.length) {
    const bar = document.createElement("div");
    bar.append(...["u", "span", "b"].map((tag) => document.createElement(tag)));
    place.append(bar);
  }
  while (place.childElementCount > top.length) place.lastChild.remove();
  top.forEach(({ name, share, text, mark }, index) => {
    const bar = place.children[index];
    const [fill, words, number] = bar.children;
    bar.className = `bar ${mark} ${index ? "" : "first"}`;
    bar.style.borderLeftColor = fill.style.background = colours[mark] ?? "";
    fill.style.width = `${100 * share}%`;
    words.textContent = words.title = name;
    number.textContent = text;
  });
}
