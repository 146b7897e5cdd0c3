// A sheet to draw on, with mouse, pen or finger; each drawing is added to a class by name.
// Python keeps what was added. What is on its way is sent again with the next one, so that fast
// hands lose nothing.

import { SHEET, SIDE, byClass, inkOf, toBytes, toText } from "./draw_ink.js";

const PEN = 24;
const pads = new WeakMap();

class Pad {
  constructor(root) {
    this.root = root;
    this.sheet = root.querySelector(".sheet");
    this.sheet.width = SHEET;
    this.sheet.height = SHEET;
    this.context = this.sheet.getContext("2d", { willReadFrequently: true });
    this.name = root.querySelector(".name");
    this.strokes = [];
    this.pending = [];
    this.kept = [];
    this.listen();
    this.paint();
  }

  listen() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    const on = (node, name, action) => node.addEventListener(name, action, { signal });
    on(this.sheet, "pointerdown", (event) => this.begin(event));
    on(this.sheet, "pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      on(this.sheet, end, () => { this.stroke = undefined; });
    }
    const button = (name) => this.root.querySelector(`.${name}`);
    on(button("add"), "click", () => this.add());
    on(button("undo"), "click", () => this.undo());
    on(button("clear"), "click", () => this.clear());
    on(this.name, "input", () => this.paint());
    // Elsewhere on the page letters are shortcuts.
    on(this.name, "keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") this.add();
    });
  }

  /** Where on the sheet the pointer is. */
  at(event) {
    const box = this.sheet.getBoundingClientRect();
    const scale = SHEET / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }

  begin(event) {
    if (event.button !== 0) return;
    this.sheet.setPointerCapture(event.pointerId);
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

  paint() {
    const { context } = this;
    context.clearRect(0, 0, SHEET, SHEET);
    context.strokeStyle = getComputedStyle(this.root).color;
    context.lineWidth = PEN;
    context.lineCap = "round";
    context.lineJoin = "round";
    for (const [first, ...rest] of this.strokes) {
      context.beginPath();
      context.moveTo(...first);
      for (const place of rest.length ? rest : [first]) context.lineTo(...place);
      context.stroke();
    }
    const empty = this.strokes.length === 0;
    this.root.querySelector(".add").disabled = empty || !this.name.value.trim() || this.full;
    this.root.querySelector(".undo").disabled = empty;
    this.root.querySelector(".clear").disabled = empty;
  }

  undo() {
    this.strokes.pop();
    this.paint();
  }

  clear() {
    this.strokes = [];
    this.paint();
  }

  add() {
    const label = this.name.value.trim();
    if (!label || !this.strokes.length || this.full) return;
    const ink = inkOf(this.context.getImageData(0, 0, SHEET, SHEET).data);
    const id = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
    this.pending.push({ id, label, ink: toText(ink) });
    this.send("added", this.pending);
    this.clear();
    this.list();
  }

  /** What Python has and says. */
  update(data, send) {
    this.send = send;
    this.kept = data.kept;
    this.full = data.full;
    const known = new Set([...data.kept.map(({ id }) => id), ...data.gone]);
    this.pending = this.pending.filter(({ id }) => !known.has(id));
    this.root.querySelector(".told").textContent = data.told;
    this.list();
    this.paint();
  }

  list() {
    const classes = byClass(this.kept, this.pending);
    const rows = [...classes].map(([label, drawings]) => {
      const row = document.createElement("div");
      row.className = "class";
      const title = document.createElement("b");
      title.textContent = `${label} (${drawings.length})`;
      row.append(title, ...drawings.map((one) => this.thumbnail(one)));
      return row;
    });
    this.root.querySelector(".kept").replaceChildren(...rows);
    const names = [...classes.keys()].map((label) => {
      const option = document.createElement("option");
      option.value = label;
      return option;
    });
    this.root.querySelector("datalist").replaceChildren(...names);
  }

  thumbnail({ id, label, ink }) {
    const button = document.createElement("button");
    button.type = "button";
    button.title = `Remove this ${label}`;
    button.setAttribute("aria-label", button.title);
    const canvas = document.createElement("canvas");
    canvas.width = SIDE;
    canvas.height = SIDE;
    const context = canvas.getContext("2d");
    const image = context.createImageData(SIDE, SIDE);
    // White on black, as the net sees it.
    toBytes(ink).forEach((value, at) => image.data.set([value, value, value, 255], 4 * at));
    context.putImageData(image, 0, 0);
    button.append(canvas);
    button.addEventListener("click", () => this.send("removed", id));
    return button;
  }

  destroy() {
    this.stop.abort();
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".draw");
  let pad = pads.get(root);
  if (!pad) {
    pad = new Pad(root);
    pads.set(root, pad);
  }
  pad.update(data, setTriggerValue);
  return () => {
    pad.destroy();
    pads.delete(root);
  };
}
