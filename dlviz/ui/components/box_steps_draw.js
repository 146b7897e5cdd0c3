// Boxes over a picture, and the curve of precision over recall as far as it has been walked.

const BOX_STYLES = {
  waiting: { colour: "#f0e442", width: 2, dash: [] },
  kept: { colour: "#009e73", width: 4, dash: [] },
  right: { colour: "#009e73", width: 4, dash: [] },
  best: { colour: "#ffffff", width: 5, dash: [] },
  dropped: { colour: "#d55e00", width: 1.5, dash: [4, 4] },
  wrong: { colour: "#d55e00", width: 4, dash: [] },
  truth: { colour: "#56b4e9", width: 2.5, dash: [7, 5] },
};

export function paintBoxes(canvas, image, boxes, side) {
  const ratio = window.devicePixelRatio || 1;
  const wide = Math.round(canvas.clientWidth * ratio);
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
    if (!label) continue;
    context.font = `600 ${14 * ratio}px sans-serif`;
    const room = context.measureText(label).width + 8 * ratio;
    const start = Math.max(0, Math.min(left, wide - room));
    const base = top > 20 * ratio ? top - 4 * ratio : top + 17 * ratio;
    context.fillStyle = "rgba(0, 0, 0, 0.75)";
    context.fillRect(start, base - 14 * ratio, room, 18 * ratio);
    context.fillStyle = style.colour;
    context.fillText(label, start + 4 * ratio, base);
  }
}

/** `curve`: {recall, precision, envelope: [[recall, precision], …]}; the first `step` count. */
export function paintBoxCurve(canvas, curve, step, theme) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
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
  }
  context.strokeStyle = theme.accent;
  context.lineWidth = 2.5;
  context.beginPath();
  for (let index = 0; index < Math.min(step, curve.recall.length); index += 1) {
    context.lineTo(...place(curve.recall[index], curve.precision[index]));
  }
  context.stroke();
  if (!step) return;
  const at = Math.min(step, curve.recall.length) - 1;
  if (at < 0) return;
  context.fillStyle = theme.text;
  context.beginPath();
  context.arc(...place(curve.recall[at], curve.precision[at]), 6, 0, 7);
  context.fill();
}
