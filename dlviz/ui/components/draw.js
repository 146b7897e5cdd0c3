// A sheet to draw on, with mouse, pen or finger; each drawing is added to a class by name.
// Python keeps what was added. What is on its way is sent again with the next one, so that fast
// hands lose nothing.

import { SIDE, byClass, inkOf, toBytes, toText } from "./draw_ink.js";
import { DrawSheet } from "./draw_sheet.js";

const pads = new WeakMap();

class Pad {
  constructor(root) {
    this.root = root;
    this.name = root.querySelector(".name");
    this.pending = [];
    this.kept = [];
    this.stop = new AbortController();
    const { signal } = this.stop;
    const sheet = root.querySelector(".sheet");
    this.sheet = new DrawSheet(sheet, { signal, moved: () => this.offer() });
    this.listen(signal);
    this.sheet.paint();
  }

  listen(signal) {
    const on = (node, name, action) => node.addEventListener(name, action, { signal });
    const button = (name) => this.root.querySelector(`.${name}`);
    on(button("add"), "click", () => this.add());
    on(button("undo"), "click", () => this.sheet.undo());
    on(button("clear"), "click", () => this.sheet.clear());
    on(this.name, "input", () => this.offer());
    // Elsewhere on the page letters are shortcuts.
    on(this.name, "keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") this.add();
    });
  }

  /** The buttons that make sense now. */
  offer() {
    const { empty } = this.sheet;
    this.root.querySelector(".add").disabled = empty || !this.name.value.trim() || this.full;
    this.root.querySelector(".undo").disabled = empty;
    this.root.querySelector(".clear").disabled = empty;
  }

  add() {
    const label = this.name.value.trim();
    if (!label || this.sheet.empty || this.full) return;
    const ink = inkOf(this.sheet.pixels);
    const id = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
    this.pending.push({ id, label, ink: toText(ink) });
    this.send("added", this.pending);
    this.sheet.clear();
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
    this.sheet.paint();
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
