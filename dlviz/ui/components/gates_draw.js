// The plane of two inputs: where the unit fires, its line, and the corners with their answers.

import { css, signedColour } from "./scale.js";
import { GATE_BOX, gateCorners, gateLine, gateSide } from "./gates_math.js";

const [GATE_LOW, GATE_HIGH] = GATE_BOX;
const GATE_SPAN = GATE_HIGH - GATE_LOW;

/** The place of a point of the plane on a square canvas of this side, and back. */
export const gatePlace = ([x, y], side) => [((x - GATE_LOW) / GATE_SPAN) * side, ((GATE_HIGH - y) / GATE_SPAN) * side];
export const gateUnder = ([left, top], side) => [GATE_LOW + (left / side) * GATE_SPAN, GATE_HIGH - (top / side) * GATE_SPAN];

/** A single input lies on a line, halfway up. */
const gateHeight = (inputs, at) => (inputs === 1 ? 0.5 : at[1]);

/** One square: `third` is the third input's value, or null. */
export function drawGate(canvas, scene, unit, answers, { third, theme, table, ratio }) {
  const side = canvas.clientWidth;
  Object.assign(canvas, { width: side * ratio, height: side * ratio });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const plane = [unit.weights[0], unit.weights[1] ?? 0];
  const level = unit.threshold - (third ? unit.weights[2] : 0);
  const path = (points) => {
    context.beginPath();
    for (const point of points) context.lineTo(...gatePlace(point, side));
  };
  context.fillStyle = css(signedColour(table, -0.28, 1));
  context.fillRect(0, 0, side, side);
  context.fillStyle = css(signedColour(table, 0.36, 1));
  path(gateSide(plane, level));
  context.fill();
  drawGateAxes(context, side, scene.inputs, theme);
  const line = gateLine(plane, level);
  if (line) {
    context.strokeStyle = theme.text;
    context.lineWidth = 4;
    path(line);
    context.stroke();
  }
  gateCorners(scene.inputs).forEach((at, row) => {
    if (third !== null && at[2] !== third) return;
    const right = answers[row] === scene.wanted[row];
    drawCorner(context, gatePlace([at[0], gateHeight(scene.inputs, at)], side), answers[row], { right, theme, table });
  });
}

function drawGateAxes(context, side, inputs, theme) {
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  const along = (from, to) => {
    context.beginPath();
    context.moveTo(...gatePlace(from, side));
    context.lineTo(...gatePlace(to, side));
    context.stroke();
  };
  const base = inputs === 1 ? 0.5 : 0;
  along([GATE_LOW, base], [GATE_HIGH, base]);
  if (inputs > 1) along([0, GATE_LOW], [0, GATE_HIGH]);
  context.fillStyle = theme.text;
  context.font = `600 16px ${theme.font}`;
  context.textAlign = "right";
  context.fillText("x₁ →", side - 8, side - 10);
  context.textAlign = "left";
  if (inputs > 1) context.fillText("↑ x₂", 6, 20);
}

/** A disc that says 1 or 0; a wrong one has a cross beside it. */
function drawCorner(context, [x, y], answer, { right, theme, table }) {
  const fires = answer === "1";
  context.beginPath();
  context.arc(x, y, 19, 0, 2 * Math.PI);
  context.fillStyle = fires ? css(signedColour(table, 0.9, 1)) : theme.background;
  context.fill();
  context.lineWidth = right ? 2.5 : 4;
  context.strokeStyle = right ? theme.text : theme.wrong;
  context.stroke();
  context.fillStyle = fires ? theme.background : theme.text;
  context.font = `700 19px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(answer, x, y + 1);
  if (!right) {
    context.fillStyle = theme.wrong;
    context.font = `800 24px ${theme.font}`;
    context.fillText("✗", x + 29, y - 16);
  }
  context.textBaseline = "alphabetic";
}

/** A function of two inputs as four cells: x₁ across, x₂ upwards. */
export function drawFunction(canvas, bits, { theme, table, ratio, possible, found }) {
  const side = canvas.clientWidth;
  Object.assign(canvas, { width: side * ratio, height: side * ratio });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const half = side / 2;
  gateCorners(2).forEach(([x1, x2], row) => {
    const on = bits[row] === "1";
    const strength = (on ? 0.75 : -0.2) * (found || !possible ? 1 : 0.5);
    context.fillStyle = css(signedColour(table, strength, 1));
    context.fillRect(x1 * half, (1 - x2) * half, half - 1, half - 1);
  });
  if (possible) return;
  context.strokeStyle = theme.wrong;
  context.lineWidth = 3;
  context.beginPath();
  for (const [from, to] of [[[3, 3], [side - 4, side - 4]], [[side - 4, 3], [3, side - 4]]]) {
    context.moveTo(...from);
    context.lineTo(...to);
  }
  context.stroke();
}
