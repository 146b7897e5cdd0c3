// Changing cells: a field over the cell to type into, and painting by dragging over the input.

import { boxOf, clamp } from "./stepper_layout.js";
import { isOwn } from "./stepper_math.js";
import { numberText, readNumber } from "./numbers.js";

const LEAST_WIDTH = 76; // of the field: room for a number that is being typed
const LEAST_HEIGHT = 36;
const MOVES = { Enter: [1, 0], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

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
    field.addEventListener("blur", () => this.commit() || this.close());
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
    const { layout } = this.owner;
    const box = boxOf(layout[target.kind][target.index], ...target.cell);
    const width = Math.max(LEAST_WIDTH, box.width);
    const left = clamp(box.x + (box.width - width) / 2, 0, layout.width - width);
    const height = Math.max(LEAST_HEIGHT, box.height);
    Object.assign(this.field.style, {
      left: `${left}px`, top: `${box.y + (box.height - height) / 2}px`,
      width: `${width}px`, height: `${height}px`,
    });
    this.target = target;
    const what = target.kind === "inputs" ? "Input" : "Kernel";
    const [row, column] = target.cell.map((at) => at + 1);
    this.field.setAttribute("aria-label", `${what}, row ${row}, column ${column}`);
    this.field.value = numberText(this.valueAt(target)).replace("\u2212", "-");
    this.was = this.field.value;
    this.field.hidden = false;
    this.field.focus({ preventScroll: true });
    this.field.select();
    return true;
  }

  close() {
    this.target = null;
    this.field.hidden = true;
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
    const move = event.key === "Tab" ? [0, event.shiftKey ? -1 : 1] : MOVES[event.key];
    if (event.key === "Escape") {
      this.close();
      this.owner.part.stage.focus({ preventScroll: true });
    } else if (move) {
      event.preventDefault();
      if (!this.commit()) return;
      const { kind, index, cell } = this.target;
      const next = { kind, index, cell: [cell[0] + move[0], cell[1] + move[1]] };
      const { rows, columns } = this.owner.layout[kind][index];
      const inside = next.cell[0] >= 0 && next.cell[1] >= 0 && next.cell[0] < rows && next.cell[1] < columns;
      if (inside && this.open(next)) return;
      this.close();
      this.owner.part.stage.focus({ preventScroll: true });
    }
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
