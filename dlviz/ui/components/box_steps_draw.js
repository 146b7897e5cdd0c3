// Boxes over a picture, and the curve of precision over recall as far as it has been walked.

import { wrappedLines } from "./picture.js";

const BOX_STYLES = {
  waiting: { colour: "#f0e442", width: 2, dash: [] },
  kept: { colour: "#009e73", width: 4, dash: [] },
  right: { colour: "#009e73", width: 4, dash: [] },
  best: { colour: "#ffffff", width: 5, dash: [] },
  dropped: { colour: "#d55e00", width: 1.5, dash: [4, 4] },
  wrong: { colour: "#d55e00", width: 4, dash: [] },
  truth: { colour: "#56b4e9", width: 2.5, dash: [7, 5] },
  taken: { colour: "#c3cbd6", width: 2, dash: [2, 5] },
};

/** The sign of a kind of box, for the legend: as it is drawn, on dark ground. */
export function boxSign(kind) {
  const { colour, dash } = BOX_STYLES[kind];
  const sign = document.createElement("i");
  sign.style.border = `3px ${dash.length === 0 ? "solid" : dash[0] < dash[1] ? "dotted" : "dashed"} ${colour}`;
  return sign;
}

/** `ratio` canvas pixels to one of the screen, of which the picture is `across` wide. */
export function paintBoxes(canvas, image, boxes, side, across, ratio) {
  const wide = Math.round(across * ratio);
  if (!wide) return;
  if (canvas.width !== wide) Object.assign(canvas, { width: wide, height: wide });
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = wide < side;
  context.drawImage(image, 0, 0, wide, wide);
  const scale = wide / side;
  for (const { box, kind, label } of boxes) {
    const style = BOX_STYLES[kind];
    const [left, top, right, bottom] = box.map((value) => value * scale);
    context.setLineDash(style.dash.map((value) => value * ratio));
    for (const [width, colour] of [[style.width + 2, "rgba(0, 0, 0, 0.55)"], [style.width, style.colour]]) {
      context.lineWidth = width * ratio;
      context.strokeStyle = colour;
      context.strokeRect(left, top, right - left, bottom - top);
    }
    context.setLineDash([]);
  }
  // Above all lines and beside each other, the surest first; the list beside has them all.
  const placed = [];
  context.font = `600 ${14 * ratio}px sans-serif`;
  for (const { box, kind, label } of boxes.toReversed()) {
    if (!label) continue;
    const size = [context.measureText(label).width + 12 * ratio, 18 * ratio];
    const place = boxLabelPlace(box.map((value) => value * scale), size, wide, placed);
    if (!place) continue;
    const [left, top] = place;
    placed.push([left, top, left + size[0], top + size[1]]);
    context.fillStyle = "rgba(0, 0, 0, 0.8)";
    context.fillRect(left, top, ...size);
    context.fillStyle = BOX_STYLES[kind].colour;
    context.fillRect(left, top, 4 * ratio, size[1]);
    context.fillStyle = "#ffffff";
    context.fillText(label, left + 8 * ratio, top + 14 * ratio);
  }
}

/** Where a label of that size stands free: above its box, in it or below; null without room. */
export function boxLabelPlace([left, top, right, bottom], [width, height], side, placed) {
  const spots = [top - height, top, bottom, bottom - height].flatMap((y) => [[left, y], [right - width, y]]);
  const inside = spots
    .filter(([, y]) => y >= 0 && y + height <= side)
    .map(([x, y]) => [Math.max(0, Math.min(x, side - width)), y]);
  const free = ([x, y]) => placed.every(([a, b, c, d]) => x >= c || x + width <= a || y >= d || y + height <= b);
  return inside.find(free) ?? null;
}

/** `curve`: {recall, precision, envelope: [[recall, precision], …], average}; `step` count. */
export function paintBoxCurve(canvas, curve, step, theme, [width, height], ratio) {
  if (!width) return;
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const [left, top, across, down] = [44, 26, width - 58, height - 70];
  const place = (recall, precision) => [left + recall * across, top + (1 - precision) * down];
  context.font = `14px ${theme.font}`;
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    context.strokeStyle = theme.line;
    context.strokeRect(left, top + share * down, across, 0);
    context.fillStyle = theme.muted;
    context.textAlign = "right";
    context.fillText(String(1 - share), left - 6, top + share * down + 5);
    context.textAlign = "center";
    context.fillText(String(share), left + share * across, top + down + 18);
  }
  context.fillText("recall: share of the true boxes found", left + across / 2, top + down + 38);
  context.textAlign = "left";
  context.fillText("precision: share of the found that is right", left - 30, top - 12);
  const walked = step >= curve.recall.length;
  if (walked) {
    context.beginPath();
    context.moveTo(...place(0, 0));
    for (const [recall, precision] of curve.envelope) context.lineTo(...place(recall, precision));
    context.lineTo(...place(curve.envelope.at(-1)?.[0] ?? 0, 0));
    context.fillStyle = theme.dark ? "rgba(110, 190, 255, 0.25)" : "rgba(47, 120, 183, 0.2)";
    context.fill();
    context.font = `600 20px ${theme.font}`;
    context.fillStyle = theme.text;
    context.textAlign = "center";
    context.fillText(curve.average, left + across / 2, top + down / 2 + 7);
  }
  context.strokeStyle = theme.accent;
  context.lineWidth = 2.5;
  context.beginPath();
  for (let index = 0; index < Math.min(step, curve.recall.length); index += 1) {
    context.lineTo(...place(curve.recall[index], curve.precision[index]));
  }
  context.stroke();
  const at = Math.min(step, curve.recall.length) - 1;
  if (at < 0) return;
  context.fillStyle = theme.text;
  context.beginPath();
  context.arc(...place(curve.recall[at], curve.precision[at]), 6, 0, 7);
  context.fill();
}

/** A step for a file: the whole sentence, picture and curve below it, as large on any screen. */
export function boxSheet(image, data, step, theme) {
  const [ratio, edge, wide, line] = [2, 16, 480, 24];
  const one = data.steps[step];
  const [whole, part] = [document.createElement("canvas"), document.createElement("canvas")];
  const context = whole.getContext("2d");
  const full = data.curve ? 2 * wide + edge : wide;
  const font = `16px ${theme.font}`;
  context.font = font;
  const lines = wrappedLines(context, one.title ? `${one.title}. ${one.say}` : one.say, full);
  const top = 2 * edge + line * lines.length;
  Object.assign(whole, { width: (full + 2 * edge) * ratio, height: (top + wide + edge) * ratio });
  context.scale(ratio, ratio);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, full + 2 * edge, top + wide + edge);
  Object.assign(context, { fillStyle: theme.text, font });
  lines.forEach((words, at) => context.fillText(words, edge, edge + line * (at + 0.75)));
  paintBoxes(part, image, one.boxes, data.side, wide, ratio);
  context.drawImage(part, edge, top, wide, wide);
  if (data.curve) {
    paintBoxCurve(part, data.curve, step, theme, [wide, wide], ratio);
    context.drawImage(part, 2 * edge + wide, top, wide, wide);
  }
  return whole;
}
