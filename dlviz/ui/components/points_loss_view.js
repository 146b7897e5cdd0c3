// The picture of the loss over two weights, with the way that the run took.

import { sizeText } from "./live_words.js";
import { levelLines } from "./points_field.js";
import { allPlaces, firstPlaces, forbidTwice, lossRows, lossWords, LossWork, numbersAt, rangeAround } from "./points_loss.js";
import { readPlace } from "./points_net.js";
import { frameSquare, haloText, strokePieces, SurfacePainter } from "./points_surface.js";
import { pathOf } from "./points_track.js";
import { weightText } from "./points_words.js";
import { colourAt } from "./scale.js";

const WORK = 5; // milliseconds of a frame for the loss surface
const LEVELS = 9;
const FLAT = 0.05; // what differs by less than this factor looks flat

/** The loss over two weights, and the way that the run took. */
export class LossView {
  constructor(part, inputs, redraw) {
    Object.assign(this, { part, inputs, redraw });
    this.work = new LossWork();
    this.ranges = [];
    for (const node of [part.acrossAxis, part.upAxis]) {
      node.onchange = () => {
        this.names = [part.acrossAxis.value, part.upAxis.value];
        forbidTwice([part.acrossAxis, part.upAxis]);
        this.ranges = [];
        this.work.forget();
        redraw();
      };
    }
  }

  /** The weights to choose from; what was chosen stays as long as it is there. */
  offer(layers, scene) {
    const groups = allPlaces(layers, scene);
    const key = JSON.stringify(groups);
    if (key === this.offered) return;
    this.offered = key;
    const there = new Set(groups.flatMap(({ places }) => places.map(([name]) => name)));
    if (!this.names?.every((name) => there.has(name))) this.names = firstPlaces(layers);
    this.ranges = [];
    this.work.forget();
    [this.part.acrossAxis, this.part.upAxis].forEach((node, axis) => {
      const grouped = ({ into, places }) => {
        const group = Object.assign(document.createElement("optgroup"), { label: into });
        group.append(...places.map(([name, text]) => new Option(text, name)));
        return group;
      };
      node.replaceChildren(...groups.map(grouped));
      node.value = this.names[axis];
    });
    forbidTwice([this.part.acrossAxis, this.part.upAxis]);
  }

  /** The two weights, for the network to show them. */
  chosen() {
    return (this.names ?? []).map(readPlace).filter(({ kind }) => kind === "weight");
  }

  draw(context, side, shot) {
    const { scene, style, layers, moving, nets, step, job } = shot;
    this.offer(layers, scene);
    if (job !== this.job) Object.assign(this, { job, ranges: [] });
    const here = numbersAt(layers, this.names);
    const read = (kept) => numbersAt(kept, this.names);
    const path = [...pathOf(nets, read, step), here];
    this.ranges = [0, 1].map((axis) => rangeAround(path.map((point) => point[axis]), this.ranges[axis]));
    const size = moving ? 21 : 41;
    const { trained, labels } = this.inputs.of(scene);
    if (!labels.length) return false;
    const { penalty } = scene;
    const key = `${shot.version} ${size} ${JSON.stringify([this.ranges, this.names, penalty])}`;
    const begin = () => {
      const wanted = { names: this.names, ranges: this.ranges.map((range) => [...range]), size };
      return { rows: lossRows(layers, wanted, { task: scene.task, inputs: trained, labels, penalty }), frame: wanted };
    };
    const more = this.work.advance(key, begin, WORK);
    this.paint(context, side, style, path, lossWords(scene));
    return more;
  }

  /** "w x₁ → unit 1 0.5, bias of unit 1 −1: loss 0.3" at a place of the picture, shares of its side. */
  said([across, down]) {
    const { shown } = this.work;
    if (!shown) return "";
    const { losses, size, ranges } = shown;
    const row = Math.min(size - 1, Math.max(0, Math.round(down * (size - 1))));
    const column = Math.min(size - 1, Math.max(0, Math.round(across * (size - 1))));
    const value = (axis, share) => weightText(Number((ranges[axis][0] + share * (ranges[axis][1] - ranges[axis][0])).toFixed(2)));
    const [first, second] = [this.named(0), this.named(1)];
    return `${first}: ${value(0, across)}, ${second}: ${value(1, 1 - down)}, loss ${sizeText(losses[row * size + column])}`;
  }

  /** A weight in the words of its list. */
  named(axis) {
    return [this.part.acrossAxis, this.part.upAxis][axis].selectedOptions[0]?.textContent ?? "";
  }

  paint(context, side, style, path, words) {
    const { theme } = style;
    const { shown } = this.work;
    context.fillStyle = theme.dark ? "#20242c" : "#f4f5f7";
    context.fillRect(0, 0, side, side);
    if (shown) this.paintLosses(context, side, style, shown);
    const spot = (axis, value) => ((value - this.ranges[axis][0]) / (this.ranges[axis][1] - this.ranges[axis][0])) * side;
    const places = path.filter((point) => point.every(Number.isFinite)).map(([x, y]) => [spot(0, x), side - spot(1, y)]);
    this.paintPath(context, places);
    const [[left, right], [low, high]] = this.ranges;
    const ink = { font: theme.font, dark: true, text: "#ffffff" }; // the scale's ends are dark on every page
    haloText(context, `across  ${weightText(left)}`, 7, side - 8, ink); // two axes meet in this corner
    haloText(context, `${this.named(0)}  ${weightText(right)}`, side - 7, side - 8, ink, "right");
    haloText(context, `${weightText(high)}  ${this.named(1)}`, 7, 19, ink);
    haloText(context, `up  ${weightText(low)}`, 7, side - 28, ink);
    if (shown) haloText(context, `loss ${sizeText(shown.least)} – ${sizeText(shown.most)}`, side - 7, 19, ink, "right");
    words.forEach((line, at) => haloText(context, line, 7, 45 + 19 * at, ink));
    frameSquare(context, side, theme);
  }

  paintLosses(context, side, { scales, theme }, shown) {
    const { losses, size } = shown;
    const finite = losses.filter(Number.isFinite);
    shown.least ??= finite.reduce((least, value) => Math.min(least, value), Infinity);
    shown.most ??= finite.reduce((most, value) => Math.max(most, value), 0);
    const [low, high] = [Math.log(shown.least + 1e-6), Math.log(shown.most + 1e-6)];
    const reach = Math.max(FLAT, high - low);
    const heights = losses.map((value) => (Number.isFinite(value) ? (Math.log(value + 1e-6) - low) / reach : 1));
    const { canvas, context: own, image } = this.pixels(size);
    heights.forEach((height, at) => {
      image.data.set(colourAt(scales.magnitude, height), 4 * at);
      image.data[4 * at + 3] = 255;
    });
    own.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    // Values stand at corners: the outer half cells lie beyond the picture.
    const inset = 0.5;
    context.drawImage(canvas, inset, inset, size - 1, size - 1, 0, 0, side, side);
    context.save();
    const stretch = size / (size - 1);
    context.scale(stretch, stretch);
    context.translate((-0.5 * side) / size, (-0.5 * side) / size);
    context.strokeStyle = theme.dark ? "rgba(255,255,255,0.4)" : "rgba(255,255,255,0.6)";
    context.lineWidth = 1;
    for (let level = 1; level < LEVELS; level += 1) strokePieces(context, levelLines(heights, size, level / LEVELS), side);
    context.restore();
  }

  pixels(size) {
    this.kept ??= new SurfacePainter();
    return this.kept.pixelsOf(size);
  }

  paintPath(context, places) {
    context.lineJoin = "round";
    for (const [colour, width] of [["rgba(15,17,22,0.75)", 5], ["#ffffff", 2.25]]) {
      context.strokeStyle = context.fillStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      places.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
      context.stroke();
      for (const [x, y] of places) {
        context.beginPath();
        context.arc(x, y, width, 0, 2 * Math.PI);
        context.fill();
      }
    }
    const [x, y] = places.at(-1) ?? [];
    if (x === undefined) return;
    context.beginPath();
    context.arc(x, y, 7, 0, 2 * Math.PI);
    context.fillStyle = "#ffffff";
    context.fill();
    context.strokeStyle = "#10131a";
    context.lineWidth = 2.5;
    context.stroke();
  }
}
