// A sheet under mouse, pen or finger: strokes, and what was on it before.

import { SHEET, SIDE } from "./draw_ink.js";

const PEN = 24;

export class DrawSheet {
  /** `changed` is called after every stroke, undo or clear; `moved` whenever something is drawn. */
  constructor(canvas, { signal, moved = () => {}, changed = () => {} }) {
    this.canvas = canvas;
    canvas.width = SHEET;
    canvas.height = SHEET;
    this.context = canvas.getContext("2d", { willReadFrequently: true });
    this.strokes = [];
    this.moved = moved;
    this.changed = changed;
    const on = (name, action) => canvas.addEventListener(name, action, { signal });
    on("pointerdown", (event) => this.begin(event));
    on("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) on(end, () => this.end());
  }

  get empty() {
    return this.strokes.length === 0 && !this.before;
  }

  /** RGBA pixels of the sheet. */
  get pixels() {
    return this.context.getImageData(0, 0, SHEET, SHEET).data;
  }

  /** Where on the sheet the pointer is. */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const scale = SHEET / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }

  begin(event) {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.stroke = [this.at(event)];
    this.strokes.push(this.stroke);
    this.paint();
    event.preventDefault();
  }

  move(event) {
    if (!this.stroke) return;
    // A fast hand passes many places between two events.
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) this.stroke.push(this.at(one));
    this.paint();
  }

  end() {
    if (!this.stroke) return;
    this.stroke = undefined;
    this.changed();
  }

  undo() {
    this.strokes.pop();
    this.paint();
    this.changed();
  }

  clear() {
    this.strokes = [];
    this.before = undefined;
    this.paint();
    this.changed();
  }

  /** Put SIDE×SIDE bytes of ink under the strokes; `inkOf` reads the same bytes again. */
  restore(ink) {
    const small = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    const context = small.getContext("2d");
    const image = context.createImageData(SIDE, SIDE);
    ink.forEach((value, at) => image.data.set([127, 127, 127, value], 4 * at));
    context.putImageData(image, 0, 0);
    this.before = small;
    this.paint();
  }

  paint() {
    const { context } = this;
    context.clearRect(0, 0, SHEET, SHEET);
    context.imageSmoothingEnabled = false;
    if (this.before) context.drawImage(this.before, 0, 0, SHEET, SHEET);
    context.strokeStyle = getComputedStyle(this.canvas).color;
    context.lineWidth = PEN;
    context.lineCap = "round";
    context.lineJoin = "round";
    for (const [first, ...rest] of this.strokes) {
      context.beginPath();
      context.moveTo(...first);
      for (const place of rest.length ? rest : [first]) context.lineTo(...place);
      context.stroke();
    }
    this.moved();
  }
}
