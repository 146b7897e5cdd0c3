// The same part covered in several pictures, and Δ of every part. Python has measured all of it;
// here a part is chosen with no server, and boxes are drawn, of which Python is told.
// Streamlit calls the default function at every rerun that changes data; the node stays.

import { pageTheme } from "./theme.js";
import { writeWishesToUrl } from "./maps_address.js";
import { boxBetween, boxGrown, boxMoved, boxesText, isInBox } from "./parts_boxes.js";
import { headRow, partRow } from "./parts_rows.js";
import { saveParts } from "./parts_picture.js";

const RESTED = 350; // ms without a key, then it is told, spoken and written into the address
const DRAW_HINT = "Frame the same thing in every picture: drag a box, or move it. Keys: arrows move, "
  + "with Shift they change its size.";
const boards = new WeakMap();

class Parts {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    const { table, save } = this.part;
    table.addEventListener("keydown", (event) => this.press(event));
    save.addEventListener("click", () => {
      const images = [...this.part.pictures.querySelectorAll("img")];
      saveParts({ ...this.data, parts: this.rows }, this.chosen, images, this.theme);
    });
  }

  get chosen() {
    return this.rows.find((row) => row.name === this.name) ?? this.rows[0];
  }

  update(data, tell) {
    const linked = !this.data || data.asked !== this.written;
    const another = this.data?.scene !== data.scene;
    this.data = data;
    this.tell = tell;
    this.written = data.asked;
    const known = (name) => data.parts.some((row) => row.name === name);
    if (linked && known(data.asked)) this.name = data.asked;
    else if ((another || linked || !known(this.name)) && !(known(this.name) && this.picked)) this.name = data.start;
    if (!known(this.name)) this.name = data.parts[0]?.name;
    this.theme = pageTheme(this.root);
    for (const name of ["accent", "muted"]) this.root.style.setProperty(`--${name}`, this.theme[name]);
    this.root.style.setProperty("--thin", this.theme.line);
    this.root.style.setProperty("--layers", data.layers.length);
    this.root.classList.toggle("editable", data.editable);
    const mine = another ? "" : this.sent;
    if (mine && boxesText(data.parts[0].boxes) === mine) this.sent = "";
    // A box in the hand, or one that Python has not answered yet, stays where it is.
    const held = !another && (this.drag || this.resting || this.sent);
    this.rows = data.parts.map((row, at) => (held && this.rows ? { ...row, boxes: this.rows[at].boxes } : row));
    if (another) this.sent = "";
    this.dress();
    this.show();
  }

  dress() {
    const { data, part } = this;
    part.hint.textContent = data.editable ? DRAW_HINT : "";
    const key = data.images.join();
    if (key !== this.images) {
      this.images = key;
      part.pictures.replaceChildren(...data.images.map((text, at) => this.pictureOf(text, at)));
    }
    [...part.pictures.children].forEach((node) => {
      node.tabIndex = data.editable ? 0 : -1;
      node.setAttribute("role", data.editable ? "application" : "img");
    });
  }

  pictureOf(text, at) {
    const node = document.createElement("div");
    node.className = "picture";
    const [image, box] = [document.createElement("img"), document.createElement("div")];
    image.src = `data:image/png;base64,${text}`;
    image.alt = "";
    box.className = "box";
    node.append(image, box);
    node.addEventListener("pointerdown", (event) => this.grab(event, at));
    node.addEventListener("pointermove", (event) => this.pull(event, at));
    for (const name of ["pointerup", "pointercancel"]) node.addEventListener(name, () => this.release());
    node.addEventListener("keydown", (event) => this.nudge(event, at));
    return node;
  }

  show() {
    const { data, part, chosen } = this;
    if (!chosen) return;
    [...part.pictures.children].forEach((node, at) => this.showBox(node, at));
    part.sentence.textContent = chosen.sentence;
    part.note.textContent = chosen.note;
    const rows = this.rows.map((row) => {
      const node = partRow(row, data, row === chosen);
      node.addEventListener("click", () => this.pick(row.name));
      return node;
    });
    part.table.replaceChildren(headRow(data), ...rows);
    this.root.dataset.shown = chosen.name;
    this.root.dataset.boxes = boxesText(chosen.boxes);
  }

  showBox(node, at) {
    const { width, height, editable } = this.data;
    const [x0, y0, x1, y1] = this.chosen.boxes[at];
    const { style } = node.lastChild;
    style.left = `${(100 * x0) / width}%`;
    style.top = `${(100 * y0) / height}%`;
    style.width = `${(100 * (x1 - x0)) / width}%`;
    style.height = `${(100 * (y1 - y0)) / height}%`;
    const place = `picture ${at + 1}: ${x1 - x0} by ${y1 - y0} pixels at column ${x0}, row ${y0}`;
    node.setAttribute("aria-label", `${editable ? "Box in" : "Covered in"} ${place}`);
  }

  pick(name) {
    this.name = name;
    this.picked = true;
    this.show();
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      this.part.spoken.textContent = this.chosen.sentence;
      this.written = name === this.data.start ? null : name;
      writeWishesToUrl({ part: this.written });
    }, RESTED);
  }

  press(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = this.rows.indexOf(this.chosen) + step;
    event.preventDefault();
    if (this.rows[next]) this.pick(this.rows[next].name);
  }

  /** The place under the pointer, in pixels with fractions. */
  under(event) {
    const area = event.currentTarget.getBoundingClientRect();
    const { width, height } = this.data;
    return [((event.clientX - area.left) / area.width) * width, ((event.clientY - area.top) / area.height) * height];
  }

  grab(event, at) {
    if (!this.data.editable || event.button) return;
    const [x, y] = this.under(event);
    const box = this.chosen.boxes[at];
    this.drag = { at, from: [x, y], box, moves: isInBox(box, x, y) };
    event.currentTarget.setPointerCapture(event.pointerId);
  }

  pull(event, at) {
    if (!this.drag || this.drag.at !== at) return;
    const { width, height } = this.data;
    const { from, box, moves } = this.drag;
    const [x, y] = this.under(event);
    this.put(at, moves
      ? boxMoved(box, x - from[0], y - from[1], width, height)
      : boxBetween(from, [x, y], width, height));
  }

  release() {
    if (!this.drag) return;
    this.drag = null;
    this.commit();
  }

  nudge(event, at) {
    if (!this.data.editable || event.altKey || event.ctrlKey || event.metaKey) return;
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!by) return;
    event.preventDefault();
    const { width, height } = this.data;
    const step = Math.max(1, Math.round(width / 64));
    const change = event.shiftKey ? boxGrown : boxMoved;
    this.put(at, change(this.chosen.boxes[at], by[0] * step, by[1] * step, width, height));
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.commit(), RESTED);
  }

  put(at, box) {
    const { chosen } = this;
    const boxes = chosen.boxes.map((one, place) => (place === at ? box : one));
    this.rows = this.rows.map((row) => (row === chosen ? { ...row, boxes } : row));
    this.showBox(this.part.pictures.children[at], at);
    this.root.dataset.boxes = boxesText(boxes);
  }

  commit() {
    this.resting = null;
    const text = boxesText(this.chosen.boxes);
    if (text === boxesText(this.data.parts[0].boxes)) return;
    this.sent = text;
    this.tell({ scene: this.data.scene, boxes: text });
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".parts");
  let board = boards.get(root);
  if (!board) {
    board = new Parts(root);
    boards.set(root, board);
  }
  board.update(data, (boxes) => setTriggerValue("boxes", boxes));
  return () => {
    clearTimeout(board.resting);
    clearTimeout(board.speaking);
  };
}
