// The visitor's own points: set by clicks and strokes, erased, told to the page after each stroke.

import { nextPlace } from "./live_hands.js";
import { DOMAIN } from "./points_net.js";
import { drawPoint, lookOf, unplaced } from "./points_surface.js";

const MOST_POINTS = 400; // MAX_PAINTED in dlviz.core.points.specs
const SPACING = 0.24; // between two points of one stroke
const RUBBER = 0.26; // how far the eraser reaches
const UNANSWERED = 3000; // ms; an answer that comes later is another one's
const BRUSH_NAMES = ["A", "B", "C", "D"];
const GLYPH = 16;

const rounded = (value) => Math.round(100 * Math.min(DOMAIN, Math.max(-DOMAIN, value))) / 100;
const inOrder = (points) => JSON.stringify(points.map((point) => point.map(rounded)).sort());

/** One more point, two decimals each; the same list where there is no room. */
export function withPoint(points, [x, y], label) {
  return points.length < MOST_POINTS ? [...points, [rounded(x), rounded(y), label]] : points;
}

/** The points that the eraser does not reach; the same list where it reaches none. */
export function withoutNear(points, [x, y]) {
  const left = points.filter(([px, py]) => Math.hypot(px - x, py - y) > RUBBER);
  return left.length < points.length ? left : points;
}

/** Points as {train, test}: a mark stays as it is until the page tells otherwise; new ones are filled. */
export function partedPoints(list, heldOut) {
  return { train: list.filter((point) => !heldOut.has(point)), test: list.filter((point) => heldOut.has(point)) };
}

/** Paints on the picture while `scene.paint` says so; `send(points)` after each stroke. */
export class Brush {
  constructor(part, { send, redraw }) {
    Object.assign(this, { part, send, redraw });
    this.on = false;
    this.label = 0; // −1: the eraser
    this.list = [];
    this.heldOut = new Set(); // those of the list that the page has told to be held out
    this.waiting = null; // {key, since}: what was sent and is not in the scene yet
    this.build();
    const { picture } = part;
    picture.addEventListener("pointerdown", (event) => this.begin(event));
    picture.addEventListener("pointermove", (event) => this.stroke && this.move(event));
    for (const name of ["pointerup", "pointercancel"]) picture.addEventListener(name, () => this.finish());
  }

  build() {
    const tool = (label, text) => {
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.setAttribute("role", "radio");
      button.onclick = () => this.choose(label);
      if (label >= 0) {
        button.setAttribute("aria-label", `Class ${text}`);
        button.append(document.createElement("canvas"));
      }
      button.append(text);
      button.dataset.label = label;
      return button;
    };
    this.tools = [...BRUSH_NAMES.map((name, label) => tool(label, name)), tool(-1, "Erase")];
    const clear = Object.assign(document.createElement("button"), { type: "button", className: "clear", textContent: "Clear" });
    clear.onclick = () => this.change([], true);
    this.part.brushes.replaceChildren(...this.tools, clear);
    this.part.brushes.onkeydown = (event) => {
      const at = this.tools.indexOf(event.target);
      const next = at < 0 ? null : nextPlace(event.key, at, this.tools.length);
      if (next == null) return;
      event.preventDefault();
      this.choose(Number(this.tools[next].dataset.label));
      this.tools[next].focus();
    };
    this.choose(0);
  }

  choose(label) {
    this.label = label;
    this.tools.forEach((button) => {
      const chosen = Number(button.dataset.label) === label;
      button.setAttribute("aria-checked", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    });
  }

  /** Another scene, theme or view: whether there is painting, and what is there to begin with. */
  update(scene, style, view) {
    this.on = Boolean(scene.paint) && view === "surface";
    this.part.brushes.hidden = !this.on;
    this.part.picture.classList.toggle("painting", this.on);
    if (!scene.paint) {
      this.waiting = null;
      return;
    }
    const given = [...scene.train, ...scene.test];
    const late = this.waiting && performance.now() - this.waiting.since > UNANSWERED;
    if (late || this.waiting?.key === inOrder(given)) this.waiting = null;
    if (!this.waiting && !this.stroke) Object.assign(this, { list: given, heldOut: new Set(scene.test) });
    this.tools.slice(0, -1).forEach((button, label) => this.drawGlyph(button.firstChild, label, style));
  }

  drawGlyph(canvas, label, style) {
    const ratio = window.devicePixelRatio || 1;
    Object.assign(canvas, { width: GLYPH * ratio, height: GLYPH * ratio });
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    drawPoint(context, GLYPH / 2, GLYPH / 2, lookOf(label, { ...style, task: "classes" }), { held: false, radius: 5.5, theme: style.theme });
  }

  /** What the picture shows: the scene's own points, or those under the brush. */
  points(scene) {
    if (!scene.paint || (!this.waiting && !this.stroke)) return scene;
    if (this.parted?.list !== this.list) this.parted = { list: this.list, ...partedPoints(this.list, this.heldOut) };
    return this.parted;
  }

  begin(event) {
    if (!this.on || event.button !== 0) return;
    this.part.picture.setPointerCapture(event.pointerId);
    this.stroke = { last: null };
    this.move(event);
  }

  move(event) {
    const { left, top, width } = this.part.picture.getBoundingClientRect();
    const place = [unplaced(event.clientX - left, width), -unplaced(event.clientY - top, width)];
    if (place.some((value) => Math.abs(value) > DOMAIN)) return;
    const { last } = this.stroke;
    if (last && this.label >= 0 && Math.hypot(place[0] - last[0], place[1] - last[1]) < SPACING) return;
    this.stroke.last = place;
    this.touch(place);
  }

  touch(place) {
    this.change(this.label < 0 ? withoutNear(this.list, place) : withPoint(this.list, place, this.label), false);
  }

  /** Another list; told to the page at the end of a stroke, or at once. */
  change(list, tell) {
    if (list === this.list) return;
    this.list = list;
    this.dirty = true;
    if (tell) this.finish();
    this.redraw();
  }

  finish() {
    this.stroke = null;
    if (!this.dirty) return;
    this.dirty = false;
    this.waiting = { key: inOrder(this.list), since: performance.now() };
    this.send(this.list);
  }

  /** Enter or Space at a place that the arrow keys chose. */
  put(place) {
    if (!this.on) return;
    this.touch(place);
    this.finish();
  }

  /** "Full" in a sentence, null while there is room. */
  get full() {
    return this.on && this.list.length >= MOST_POINTS ? `${MOST_POINTS} points are the most: erase some for others.` : null;
  }
}
