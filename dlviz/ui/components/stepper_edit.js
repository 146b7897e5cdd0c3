// Changing cells: a field over the cell to type into, and painting by dragging over the input.

import { boxOf, clamp } from "./stepper_layout.js";
import { isOwn } from "./stepper_math.js";
import { numberText, readNumber } from "./numbers.js";

const LEAST_WIDTH = 76; // of the field: room for a number that is being typed
const LEAST_HEIGHT = 36;
const MOVES = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }; // rows

/**
 * One field for all cells. `owner` has data, layout, part, and the methods change(kind, at, value),
 * shownMap(index), refuse(sentence) and share().
 */
export class CellEditor {
  constructor(owner, field) {
    this.owner = owner;
    this.field = field;
    this.target = null;
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("input", () => this.complain(""));
    // Whoever clicks elsewhere means what was typed; if that is no number, the sentence stays.
    field.addEventListener("blur", () => {
      this.commit();
      this.hide();
    });
  }

  /** Where the value of a shown cell is kept: [plane, row, column] or [map, plane, row, column]. */
  place({ kind, index, cell }) {
    const { data } = this.owner;
    const [row, column] = cell;
    if (kind === "inputs") {
      if (!isOwn(data, row, column)) return null;
      return [index, data.axis.drawn[row], data.axis.drawn[column]];
    }
    const last = data.axis.taps.length - 1;
    const turned = data.halfTurn ? [last - row, last - column] : [row, column];
    return [this.owner.shownMap(index), data.separate ? 0 : index, ...turned];
  }

  valueAt(target) {
    const table = target.kind === "inputs" ? this.owner.data.image : this.owner.data.kernels;
    return this.place(target).reduce((part, index) => part[index], table);
  }

  /** Open the field over a cell; false where there is nothing to edit. */
  open(target) {
    if (!this.place(target)) return false;
    this.target = target;
    this.cover();
    this.complain("");
    this.field.setAttribute("aria-label", this.nameOf(target));
    this.field.value = numberText(this.valueAt(target)).replace("\u2212", "-");
    this.was = this.field.value;
    this.field.hidden = false;
    this.field.focus({ preventScroll: true });
    this.field.select();
    return true;
  }

  /** Lay the field over its cell, wherever that is now. */
  cover() {
    if (!this.target) return;
    const { kind, index, cell } = this.target;
    const { layout } = this.owner;
    const box = boxOf(layout[kind][index], ...cell);
    const width = Math.max(LEAST_WIDTH, box.width);
    const left = clamp(box.x + (box.width - width) / 2, 0, layout.width - width);
    const height = Math.max(LEAST_HEIGHT, box.height);
    Object.assign(this.field.style, {
      left: `${left}px`, top: `${box.y + (box.height - height) / 2}px`,
      width: `${width}px`, height: `${height}px`,
    });
  }

  /** "Input row 2, column 3", "Kernel for green, row 1, column 1": as the hint counts. */
  nameOf({ kind, index, cell }) {
    const { data } = this.owner;
    const several = data.planes.length > 1;
    const places = kind === "inputs" ? cell.map((place) => data.axis.drawn[place]) : cell;
    const [row, column] = places.map((place) => place + 1);
    const what = kind === "inputs" ? "Input" : "Kernel";
    return `${what}${several ? ` ${data.planes[index]},` : ""} row ${row}, column ${column}`;
  }

  /** The cell to go on to, or null: Tab from row to row and from grid to grid, the others within. */
  after({ kind, index, cell: [row, column] }, key, back) {
    const grids = this.owner.layout[kind];
    if (key !== "Tab") {
      const next = row + MOVES[key];
      return next >= 0 && next < grids[index].rows ? { kind, index, cell: [next, column] } : null;
    }
    const cells = grids[index].rows ** 2;
    const place = index * cells + row * grids[index].columns + column + (back ? -1 : 1);
    if (place < 0 || place >= cells * grids.length) return null;
    const within = place % cells;
    const at = [Math.floor(within / grids[index].columns), within % grids[index].columns];
    return { kind, index: Math.floor(place / cells), cell: at };
  }

  hide() {
    this.target = null;
    this.field.hidden = true;
  }

  close() {
    this.hide();
    this.complain("");
  }

  complain(sentence) {
    this.field.classList.toggle("wrong", sentence !== "");
    this.owner.refuse(sentence);
  }

  /** Take what was typed; false, with a sentence, if it is no number. The last one stays. */
  commit() {
    if (!this.target) return true;
    if (this.field.value === this.was) return true;
    const { value, refusal } = readNumber(this.field.value, this.owner.data.largest);
    if (refusal) {
      this.complain(refusal);
      return false;
    }
    this.owner.change(this.target.kind, this.place(this.target), value);
    this.owner.share();
    this.was = this.field.value;
    return true;
  }

  key(event) {
    event.stopPropagation();
    const { key } = event;
    if (key === "Escape") this.leave();
    if (key !== "Tab" && !(key in MOVES)) return;
    event.preventDefault();
    if (!this.commit()) return;
    let next = this.after(this.target, key, event.shiftKey);
    // A border cell holds nothing of its own: Tab goes past it.
    while (next && !this.open(next)) next = key === "Tab" ? this.after(next, key, event.shiftKey) : null;
    if (!next) this.leave();
  }

  leave() {
    this.close();
    this.owner.part.stage.focus({ preventScroll: true });
  }
}

/** Painting: a press on an input cell that moves on to others sets them all to one value. */
export class Brush {
  constructor(owner) {
    this.owner = owner;
    this.stroke = null;
  }

  begin(target) {
    this.stroke = { target, value: null, index: target.index, cell: target.cell };
  }

  /** The pointer is at x, y; true once it paints. */
  move(x, y) {
    const { owner, stroke } = this;
    if (!stroke) return false;
    const { x: left, y: top, cell: side } = owner.layout.inputs[stroke.index];
    const cell = [Math.floor((y - top) / side), Math.floor((x - left) / side)];
    const painted = this.line(stroke.cell, cell);
    if (stroke.value === null && !painted.length) return false;
    if (stroke.value === null) {
      // What was dark becomes bright, and the other way round.
      const brightest = owner.limits.image;
      stroke.value = owner.editor.valueAt(stroke.target) > brightest / 2 ? 0 : brightest;
      this.dab(stroke.target.cell);
    }
    stroke.cell = cell;
    for (const one of painted) this.dab(one);
    return true;
  }

  /** The input's cells on the way: a fast pointer is not seen over each of them. */
  line(from, to) {
    const steps = Math.max(...to.map((place, axis) => Math.abs(place - from[axis])));
    const along = (done) => to.map((place, axis) => from[axis] + Math.round(((place - from[axis]) * done) / steps));
    return Array.from({ length: steps }, (_, done) => along(done + 1))
      .filter(([row, column]) => isOwn(this.owner.data, row, column));
  }

  dab(cell) {
    const place = this.owner.editor.place({ kind: "inputs", index: this.stroke.index, cell });
    if (place) this.owner.change("inputs", place, this.stroke.value);
  }

  /** The pointer was lifted; → whether it painted. */
  end() {
    const painted = this.stroke !== null && this.stroke.value !== null;
    this.stroke = null;
    if (painted) this.owner.share();
    return painted;
  }
}
