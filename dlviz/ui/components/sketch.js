// One drawing for the network: every stroke is sent as soon as it is done.

import { inkOf, toBytes, toText } from "./draw_ink.js";
import { DrawSheet } from "./draw_sheet.js";

const sketches = new WeakMap();

class Sketch {
  constructor(root) {
    this.root = root;
    this.stop = new AbortController();
    const { signal } = this.stop;
    const sheet = root.querySelector(".sheet");
    this.sheet = new DrawSheet(sheet, {
      signal,
      moved: () => this.tell(),
      changed: () => this.send("ink", toText(inkOf(this.sheet.pixels))),
    });
    for (const name of ["undo", "clear"]) {
      this[name] = root.querySelector(`.${name}`);
      this[name].addEventListener("click", () => this.sheet[name](), { signal });
    }
  }

  tell() {
    this.undo.disabled = this.sheet.strokes.length === 0;
    this.clear.disabled = this.sheet.empty;
  }

  /** What Python has is shown where this sheet knows nothing yet. */
  update({ ink }, send) {
    this.send = send;
    if (!this.begun && ink) this.sheet.restore(toBytes(ink));
    this.begun = true;
    this.sheet.paint();
  }

  destroy() {
    this.stop.abort();
  }
}

export default function mount({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".draw");
  let sketch = sketches.get(root);
  if (!sketch) {
    sketch = new Sketch(root);
    sketches.set(root, sketch);
  }
  sketch.update(data, setStateValue);
  return () => {
    sketch.destroy();
    sketches.delete(root);
  };
}
