// What hands do: keys, buttons, and the pointer over the picture.

import { hintFor, litText, USUAL_HINT } from "./stepper_hints.js";
import { partAt } from "./stepper_layout.js";
import { isOwn } from "./stepper_math.js";

export class Hands {
  constructor(owner) {
    this.owner = owner;
    this.pressed = null;
    const { part, root } = owner;
    part.first.addEventListener("click", () => owner.byHand(0));
    part.back.addEventListener("click", () => owner.byHand(owner.step - 1));
    part.play.addEventListener("click", () => owner.player.toggle());
    part.forward.addEventListener("click", () => owner.byHand(owner.step + 1));
    part.last.addEventListener("click", () => owner.byHand(owner.data.count ** 2 - 1));
    part.slider.addEventListener("input", () => owner.byHand(Number(part.slider.value), false));
    part.save.addEventListener("click", () => owner.save());
    part.film.addEventListener("click", () => owner.player.film());
    root.addEventListener("keydown", (event) => this.key(event));
    part.canvas.addEventListener("pointerdown", (event) => this.press(event));
    part.canvas.addEventListener("pointermove", (event) => this.move(event));
    part.canvas.addEventListener("pointerup", (event) => this.lift(event));
    part.canvas.addEventListener("pointercancel", () => this.forget());
    part.canvas.addEventListener("pointerleave", () => this.point(null));
  }

  key(event) {
    const { owner } = this;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = event.target;
    if (at === owner.part.speed) return;
    const row = owner.data.count;
    const moves = {
      ArrowLeft: owner.step - 1, ArrowRight: owner.step + 1,
      ArrowUp: owner.step - row, ArrowDown: owner.step + row,
      Home: 0, End: row ** 2 - 1,
    };
    const others = {
      "+": () => owner.player.faster(1), "-": () => owner.player.faster(-1),
      PageUp: () => owner.focusMap(owner.map - 1), PageDown: () => owner.focusMap(owner.map + 1),
    };
    const inside = (step) => step >= 0 && step < row ** 2;
    const button = at.tagName === "BUTTON";
    if (event.key in moves) {
      if (inside(moves[event.key])) owner.byHand(moves[event.key], !event.repeat);
    } else if (event.key in others) others[event.key]();
    else if (event.key === " " && !button) owner.player.toggle();
    else if (event.key === "Enter" && !button) this.edit("inputs");
    else if (event.key.toLowerCase() === "k" && !button) this.edit("kernels");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Open the first cell under the window, or of the kernel, for typing. */
  edit(kind) {
    const { owner } = this;
    if (!owner.layout[kind].length) return;
    owner.player.pause();
    const side = owner.layout[kind][0].columns;
    const first = kind === "inputs" ? this.underWindow() : [0, 0];
    const index = owner.data.separate ? owner.map : 0;
    const cells = Array.from({ length: side ** 2 }, (_, at) => [Math.floor(at / side), at % side]);
    const from = first[0] * side + first[1];
    for (const cell of [...cells.slice(from), ...cells.slice(0, from)]) {
      if (owner.editor.open({ kind, index, cell })) return;
    }
  }

  underWindow() {
    const { data, step } = this.owner;
    return [data.axis.starts[Math.floor(step / data.count)], data.axis.starts[step % data.count]];
  }

  at(event) {
    const area = this.owner.part.canvas.getBoundingClientRect();
    return [event.clientX - area.left, event.clientY - area.top];
  }

  found(event) {
    const found = partAt(this.owner.layout, ...this.at(event));
    if (!found || found.kind !== "inputs") return found;
    const { drawn } = this.owner.data.axis;
    const source = found.cell.map((place) => drawn[place]);
    return { ...found, source: source.includes(-1) ? null : source };
  }

  press(event) {
    const { owner } = this;
    if (event.button !== 0) return;
    // No text cursor, no focus jump: the field, if it was open, has taken its number by now.
    event.preventDefault();
    owner.part.stage.focus({ preventScroll: true });
    const found = this.found(event);
    this.pressed = found;
    if (!found) return;
    if (found.kind === "outputs") this.follow(found);
    const paints = found.kind === "inputs" && event.pointerType !== "touch";
    if (paints && isOwn(owner.data, ...found.cell)) {
      owner.brush.begin(found);
      owner.part.canvas.setPointerCapture(event.pointerId);
    }
  }

  move(event) {
    const { owner } = this;
    if (owner.brush.move(...this.at(event))) return this.point(null);
    const found = this.found(event);
    if (this.pressed?.kind === "outputs" && found?.kind === "outputs" && event.buttons === 1) {
      return this.follow(found, false);
    }
    return event.pointerType === "touch" ? undefined : this.point(found);
  }

  lift(event) {
    const { owner, pressed } = this;
    this.pressed = null;
    if (owner.brush.end()) return;
    const found = this.found(event);
    const same = pressed && found && pressed.kind === found.kind && pressed.index === found.index;
    if (same && pressed.cell.join() === found.cell.join()) {
      if (found.kind !== "outputs") {
        owner.player.pause();
        owner.editor.open(found);
      }
      if (event.pointerType === "touch") this.point(found);
    }
  }

  forget() {
    this.pressed = null;
    this.owner.brush.end();
  }

  /** A cell of a map: its step, and the map in focus. */
  follow(found, animate = true) {
    this.owner.focusMap(found.index);
    this.owner.byHand(found.cell[0] * this.owner.data.count + found.cell[1], animate);
  }

  /** Show what the cell under the pointer is connected with. */
  point(found) {
    const { owner } = this;
    const name = (part) => part && `${part.kind} ${part.index} ${part.cell.join()}`;
    if (name(found) === name(owner.hover)) return;
    owner.hover = found;
    owner.root.dataset.lit = litText(owner.data, found);
    const shown = (index) => owner.shownMap(index);
    owner.hint(found ? hintFor(owner.data, owner.outputs, found, shown) : USUAL_HINT);
    owner.part.canvas.style.cursor = found ? "pointer" : "default";
    owner.paint();
  }
}
