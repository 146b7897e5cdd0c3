// The table of layers: edits show at once and are sent when the hand rests for a moment; the server
// answers with shapes, counts and the mistake at the layer that has it.
// Streamlit calls the default function at every rerun; rows and undo belong to the instance.

import { letDrag } from "./layers_drag.js";
import {
  adoptLayers, duplicateLayer, endOf, insertLayer, layerOf, LayerHistory, moveLayer, removeLayer,
  sameNet, setKind, setOption,
} from "./layers_edit.js";
import { LayerRow } from "./layers_rows.js";
import { boxesOf, drawStrip } from "./layers_strip.js";
import { sumText } from "./layers_text.js";
import { pageTheme } from "./theme.js";

const REST_MS = 150;
const tables = new WeakMap();

class LayerTable {
  constructor(root) {
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.root = root;
    [this.rows, this.edition, this.ids, this.known] = [[], 0, 0, new Map()];
    this.part.add.onclick = () => this.openPalette(endOf(this.layers));
    this.part.undo.onclick = () => this.history.undo() && this.changed();
    this.part.preset.onclick = () => this.edit(adoptLayers(this.layers, this.data.preset, this.newId));
    this.root.addEventListener("keydown", (event) => this.key(event));
    // Who goes on to another control must not leave an edit behind.
    this.root.addEventListener("focusout", () => this.send());
    this.part.svg.addEventListener("pointerover", ({ target }) => this.link(Number(target.closest("[data-number]")?.dataset.number ?? -1)));
    this.part.svg.addEventListener("pointerleave", () => this.link(-1));
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.part.strip);
  }

  newId = () => (this.ids += 1);

  get layers() {
    return this.history.now;
  }

  /** Called at each rerun: the server's answer, another network, or another theme. */
  update(data, tell) {
    const another = data.stamp !== this.data?.stamp;
    const answered = another || data.edition >= this.edition;
    [this.data, this.tellServer] = [data, tell];
    if (another) {
      clearTimeout(this.timer);
      this.timer = null;
      this.history = new LayerHistory(adoptLayers([], data.layers, this.newId));
      this.edition = data.edition;
      this.closePalette();
      this.say("");
    } else if (answered && !sameNet(this.layers, data.layers, data.kinds)) {
      this.history.do(adoptLayers(this.layers, data.layers, this.newId));
    }
    if (answered) {
      this.edition = data.edition;
      this.known = new Map(this.layers.map(({ id }, place) => [id, data.lines[place]]));
    }
    const { accent, wrong, line, muted, background } = pageTheme(this.root);
    for (const [name, value] of Object.entries({ accent, wrong, line, muted, background })) {
      this.root.style.setProperty(`--${name}`, value);
    }
    this.show();
  }

  /** Another list of layers by hand; the same `tag` twice is one step of undo. */
  edit(layers, tag = null) {
    if (this.history.do(layers, tag)) this.changed();
  }

  changed() {
    this.edition += 1;
    this.say("");
    this.closePalette();
    this.show();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), REST_MS);
  }

  /** Tell the server what is not told yet. */
  send() {
    if (!this.timer || this.placing) return;
    clearTimeout(this.timer);
    this.timer = null;
    const layers = this.layers.map(({ kind, options }) => ({ kind, options }));
    this.tellServer("edit", { edition: this.edition, stamp: this.data.stamp, layers });
  }

  // What a row asks for --------------------------------------------------------------------------

  numberOf = (row) => this.rows.indexOf(row) + 1;
  layerOf = (row) => this.layers[this.rows.indexOf(row)];
  rest = () => this.history.rest();
  tell = (sentence) => this.say(sentence);

  set(row, option, value) {
    const at = this.rows.indexOf(row);
    this.edit(setOption(this.layers, at, option, value), `${row.id} ${option.name}`);
  }

  choose(row, kind) {
    this.edit(setKind(this.layers, this.rows.indexOf(row), kind, this.data.kinds));
  }

  move(from, to) {
    if (moveLayer(this.layers, from, to) === this.layers) return;
    this.edit(moveLayer(this.layers, from, to));
    this.say(`Layer ${from + 1} is layer ${to + 1} now.`);
  }

  act(row, name) {
    const at = this.rows.indexOf(row);
    if (name === "more") row.toggle();
    else if (name === "insert") this.openPalette(at);
    else if (name === "up" || name === "down") this.move(at, at + (name === "up" ? -1 : 1));
    else if (name === "copy") this.edit(duplicateLayer(this.layers, at, this.newId(), this.data.most));
    else this.remove(at);
  }

  remove(at) {
    this.edit(removeLayer(this.layers, at));
    this.say(`Layer ${at + 1} is gone; Ctrl+Z brings it back.`);
    this.rows[Math.min(at, this.rows.length - 1)].buttons.remove.focus({ preventScroll: true });
  }

  // Adding ---------------------------------------------------------------------------------------

  /** Offer the kinds at the gap before the layer at `at`. */
  openPalette(at) {
    const { palette, rows } = this.part;
    if (this.gap === at) return this.closePalette();
    this.gap = at;
    palette.hidden = false;
    rows.insertBefore(palette, this.rows[at]?.node ?? null);
    if (!palette.childElementCount) {
      for (const [kind, { title }] of Object.entries(this.data.kinds)) {
        const button = document.createElement("button");
        button.textContent = title;
        button.dataset.kind = kind;
        button.onclick = () => this.insert(kind);
        palette.append(button);
      }
    }
    palette.firstElementChild.focus({ preventScroll: true });
  }

  closePalette() {
    this.gap = null;
    this.part.palette.hidden = true;
  }

  insert(kind) {
    const at = this.gap;
    this.edit(insertLayer(this.layers, at, layerOf(this.newId(), kind), this.data.most));
    const row = this.rows[at];
    (row.fields[0]?.input ?? row.select).focus({ preventScroll: true });
  }

  // Keys and the pointer -------------------------------------------------------------------------

  key(event) {
    const { key, altKey, shiftKey } = event;
    const command = event.ctrlKey || event.metaKey;
    const way = { ArrowUp: -1, ArrowDown: 1 }[key];
    const row = this.rows.find(({ node }) => node.contains(event.target));
    const back = command && key.toLowerCase() === "z" && !shiftKey;
    const forth = command && (key.toLowerCase() === "y" || (key.toLowerCase() === "z" && shiftKey));
    event.stopPropagation(); // S starts a training: not while a kind is chosen by its letter
    if (key === "Escape" && this.gap !== null) this.closePalette();
    else if (altKey && way && row) this.move(this.numberOf(row) - 1, this.numberOf(row) - 1 + way);
    else if (back) this.history.undo() && this.changed();
    else if (forth) this.history.redo() && this.changed();
    else return;
    event.preventDefault();
  }

  /** Show that a row and a box of the strip are the same layer; −1: none. */
  link(number) {
    for (const node of this.root.querySelectorAll("[data-number]")) {
      node.classList.toggle("linked", Number(node.dataset.number) === number && number >= 0);
    }
  }

  // Showing --------------------------------------------------------------------------------------

  say(sentence) {
    this.part.told.textContent = sentence;
  }

  /** Rows in the order of the layers; what has the focus keeps it. */
  arrange() {
    const by = new Map(this.rows.map((row) => [row.id, row]));
    this.rows = this.layers.map((layer) => by.get(layer.id) ?? this.makeRow(layer));
    const focused = this.root.getRootNode().activeElement;
    const selection = focused?.tagName === "INPUT" && [focused.selectionStart, focused.selectionEnd];
    const within = focused && this.root.contains(focused);
    this.placing = true;
    const ids = new Set(this.layers.map(({ id }) => id));
    for (const [id, row] of by) if (!ids.has(id)) row.node.remove();
    this.rows.forEach(({ node }, place) => {
      const there = [...this.part.rows.children].filter((one) => one !== this.part.palette)[place];
      if (there !== node) this.part.rows.insertBefore(node, there ?? null);
    });
    if (within && this.root.getRootNode().activeElement !== focused) {
      // A row that is gone takes the focus with it: Ctrl+Z still has to find us.
      (this.root.contains(focused) ? focused : this.root).focus({ preventScroll: true });
      if (selection && this.root.contains(focused)) focused.setSelectionRange(...selection);
    }
    this.placing = false;
  }

  makeRow(layer) {
    const row = new LayerRow(this, layer);
    letDrag(row, this);
    return row;
  }

  show() {
    const { data, part, layers } = this;
    this.arrange();
    const share = (total) => (count) => (total ? count / total : 0);
    const shares = { parameters: share(data.parameters), adds: share(data.adds) };
    this.rows.forEach((row, place) => row.show(layers[place], place + 1, layers.length, this.known.get(row.id), shares));
    this.root.dataset.waiting = String(data.edition < this.edition);
    this.root.dataset.edition = String(data.edition);
    part.sum.textContent = sumText(data, data.lines.filter(({ shape }) => shape).length, data.lines.length);
    part.add.disabled = layers.length >= data.most;
    part.add.title = `${layers.length} of at most ${data.most} layers`;
    part.undo.disabled = this.history.past.length === 0;
    part.preset.disabled = sameNet(layers, data.preset, data.kinds);
    this.draw();
  }

  draw() {
    const { data, part } = this;
    const room = part.strip.clientWidth;
    if (!data || !room) return;
    const lines = this.layers.map(({ id }) => this.known.get(id));
    const wrong = lines.findIndex((line) => line?.mistake) + 1;
    drawStrip(part.svg, boxesOf(data.input, this.layers, lines, data.kinds), room, wrong);
  }

  destroy() {
    this.send();
    this.observer.disconnect();
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".layer-table");
  let table = tables.get(root);
  if (!table) {
    table = new LayerTable(root);
    tables.set(root, table);
  }
  table.update(data, setTriggerValue);
  return () => table.destroy();
}
