// Two pictures beside the network: the surface and the last hidden layer; and what the marks mean.

import { forwardPass } from "./points_net.js";
import { hiddenPlaces, steadyRange } from "./points_hidden.js";
import { drawPoint, drawPoints, frameSquare, haloText, lookOf, nameAxes, SurfacePainter } from "./points_surface.js";

/** What the network says everywhere, or what the unit under the hand says. */
export class SurfaceView {
  constructor() {
    this.painter = new SurfacePainter();
  }

  draw(context, side, shot) {
    const { scene, style, trace, marked } = shot;
    const columns = [trace.inputs, ...trace.passed];
    const unit = marked?.kind === "unit" && marked.layer < trace.passed.length - 1 ? columns[marked.layer + 1][marked.at] : null;
    if (unit) this.painter.drawUnit(context, side, unit, trace.size, style);
    else this.painter.drawSaid(context, side, trace, { ...style, task: scene.task });
    this.painter.drawPoints(context, side, shot.points, { ...style, task: scene.task }, Boolean(unit));
    nameAxes(context, side, style.theme, { across: "x₁", up: "x₂" });
    if (shot.painting) nameBrushMarks(context, side, style);
    frameSquare(context, side, style.theme);
    return false;
  }
}

/** In the upper right corner which mark is what, where the brushes have the legend's place. */
export function nameBrushMarks(context, side, style) {
  const look = lookOf(0, { ...style, task: "classes" });
  let x = side - 7;
  for (const [text, held] of [["held out", true], ["trained on", false]]) {
    haloText(context, text, x, 19, style.theme, "right");
    x -= context.measureText(text).width + 10;
    drawPoint(context, x, 14, look, { held, radius: 5, theme: style.theme });
    x -= 16;
  }
}

/** The points in the last hidden layer's own coordinates. */
export class HiddenView {
  constructor(inputs) {
    this.inputs = inputs;
    this.painter = new SurfacePainter();
  }

  draw(context, side, { scene, style, layers, moving, job }) {
    const { theme } = style;
    if (job !== this.job) Object.assign(this, { job, axes: null });
    const { inputs, count, train } = this.inputs.of(scene);
    const seen = layers.length > 1 && train.length ? hiddenPlaces(layers, inputs, count, train.length, this.axes) : null;
    context.fillStyle = theme.dark ? "#20242c" : "#f4f5f7";
    context.fillRect(0, 0, side, side);
    if (!seen) {
      const lacking = layers.length > 1 ? "There are no points yet." : "There is no hidden layer: add one with +.";
      haloText(context, lacking, side / 2, side / 2, theme, "center");
      frameSquare(context, side, theme);
      return false;
    }
    this.axes = seen.axes;
    const kind = [layers.length, seen.across.slice(0, 6), seen.fixed, scene.features].join();
    if (kind !== this.kind) Object.assign(this, { kind, across: null, up: null });
    this.across = seen.fixed && !seen.axes ? seen.fixed : steadyRange(seen.xs, this.across);
    this.up = seen.line ? [-1.6, 1.6] : seen.fixed && !seen.axes ? seen.fixed : steadyRange(seen.ys, this.up);
    const at = ([low, high], value) => ((value - low) / (high - low)) * side;
    if (seen.flat) this.colour(context, side, { scene, style, layers, size: moving ? 60 : 120 });
    const place = (_, index) => [at(this.across, seen.xs[index]), side - at(this.up, seen.ys[index])];
    drawPoints(context, scene, place, { ...style, task: scene.task, side });
    haloText(context, seen.across, side - 7, side - 8, theme, "right");
    haloText(context, seen.up, 7, 19, theme);
    frameSquare(context, side, theme);
    return false;
  }

  /** With two units the plane is all that the output sees: what it says there. */
  colour(context, side, { scene, style, layers, size }) {
    const [xs, ys] = [new Float64Array(size * size), new Float64Array(size * size)];
    const spot = ([low, high], share) => low + (high - low) * share;
    for (let at = 0; at < size * size; at += 1) {
      xs[at] = spot(this.across, ((at % size) + 0.5) / size);
      ys[at] = spot(this.up, 1 - (Math.floor(at / size) + 0.5) / size);
    }
    const passed = forwardPass(layers.slice(-1), [xs, ys], size * size);
    this.painter.drawSaid(context, side, { size, passed }, { ...style, task: scene.task });
  }
}

/** Below the picture: which mark is what. */
export function drawLegend(context, width, height, scene, style) {
  const { theme } = style;
  const middle = height / 2;
  context.font = `15px ${theme.font}`;
  context.textBaseline = "middle";
  let x = 2;
  const say = (text, gap = 16) => {
    context.fillStyle = theme.text;
    context.fillText(text, x, middle + 1);
    x += context.measureText(text).width + gap;
  };
  const mark = (label, held) => {
    drawPoint(context, x + 6, middle, lookOf(label, { ...style, task: scene.task }), { held, radius: 5, theme });
    x += 17;
  };
  if (scene.task === "regression") {
    say("−1", 6);
    for (let at = 0; at < 60; at += 1) {
      context.fillStyle = lookOf(at / 29.5 - 1, { ...style, task: "regression" }).colour;
      context.fillRect(x + at, middle - 6, 1.5, 12);
    }
    x += 67;
    say("1");
  } else {
    const room = (width - 190) / scene.classes.length - 30;
    const names = scene.classes.map((name) => {
      let text = String(name);
      while (text.length > 1 && context.measureText(text).width > room) text = `${text.replace("…", "").slice(0, -1)}…`;
      return text;
    });
    const taken = names.reduce((sum, text) => sum + 17 + context.measureText(text).width, 182);
    const gap = Math.max(4, Math.min(12, (width - taken) / names.length));
    names.forEach((text, label) => {
      mark(label, false);
      say(text, gap);
    });
  }
  x = Math.max(x + 6, width - 174);
  const sample = scene.task === "regression" ? -1 : 0;
  mark(sample, false);
  say("trained on", 10);
  mark(sample, true);
  say("held out", 0);
  context.textBaseline = "alphabetic";
}
