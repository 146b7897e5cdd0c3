// A grid of small pictures cut out of one sheet that Python composed.
// Streamlit calls the default function at every rerun that changes data; the node stays.

import { TOGETHER, goAhead, heldBack } from "./tiles_ahead.js";

const grids = new WeakMap();
const LINK = "dlviz-tile";

class Grid {
  constructor(root) {
    this.root = root;
    this.tiles = [];
    this.listen();
  }

  listen() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    const on = (name, action) => this.root.addEventListener(name, action, { signal });
    on("pointerover", (event) => this.announce(this.indexOf(event.target)));
    on("pointerleave", () => this.announce(-1));
    on("click", (event) => this.choose(this.indexOf(event.target)));
    on("keydown", (event) => this.press(event));
    window.addEventListener(LINK, ({ detail }) => this.follow(detail), { signal });
    window.addEventListener(TOGETHER, ({ detail }) => this.join(detail), { signal });
  }

  indexOf(node) {
    return this.tiles.indexOf(node.closest?.(".tile"));
  }

  /** What the page says; shown all at once when the sheet has been decoded. */
  async update(data, pick) {
    this.pick = pick;
    clearTimeout(this.holding);
    const wait = heldBack(this.shown, data, performance.now());
    if (wait > 0) {
      this.holding = setTimeout(() => this.update(data, this.pick), wait);
      return;
    }
    this.shown = null;
    this.newest = data;
    const sheet = await this.decoded(data.sheet);
    if (this.newest !== data) return; // another one came while this was decoded
    this.show(data, sheet);
    this.root.dataset.selected = data.selected ?? "";
  }

  /** What a click in another grid, or in this one, shows ahead of the page's answer. */
  join({ token, number, grids, draws }) {
    const ahead = this.data?.ahead;
    if (ahead?.token !== token) return;
    const data = { ...this.data, ...grids[ahead.grid], ahead: { ...ahead, number } };
    if (data.pick) data.selected = number;
    const draw = (sheet) => {
      this.shown = { token, number, at: performance.now() };
      this.newest = data;
      this.show(data, sheet);
    };
    draws.push(this.decoded(data.sheet).then((sheet) => () => draw(sheet)));
  }

  show(data, sheet) {
    this.data = data;
    const columns = data.columns
      ? `repeat(${data.columns}, minmax(0, 1fr))`
      : `repeat(auto-fit, minmax(${data.smallest}px, 1fr))`;
    this.root.style.gridTemplateColumns = columns;
    if (this.tiles.length !== data.names.length || this.buttons !== data.pick) this.rebuild();
    const widths = this.tiles.map((tile) => tile.clientWidth); // read before anything is changed
    this.tiles.forEach((tile, index) => this.fill(tile, index, sheet, widths[index]));
  }

  /** The sheet as a picture; one that is known already is not decoded again. */
  async decoded(text) {
    if (this.sheet?.text !== text) {
      const image = new Image();
      image.src = `data:image/png;base64,${text}`;
      this.sheet = { text, image, ready: image.decode() };
    }
    const { image, ready } = this.sheet;
    await ready;
    return image;
  }

  rebuild() {
    this.buttons = this.data.pick;
    this.tiles = this.data.names.map(() => {
      const tile = document.createElement(this.buttons ? "button" : "figure");
      tile.className = "tile";
      const canvas = document.createElement("canvas");
      canvas.setAttribute("role", "img");
      tile.append(canvas, document.createElement("span"));
      return tile;
    });
    this.root.replaceChildren(...this.tiles);
  }

  fill(tile, index, sheet, room) {
    const { width, height, across, names, texts, selected } = this.data;
    const [canvas, text] = tile.children;
    // Enlarged by a whole number first, so that all pixels look the same size.
    const scale = Math.max(1, Math.ceil((2 * room) / width));
    // Where only another one has been picked, 128 pictures stay as they are.
    if (tile.drawn !== sheet || canvas.width !== width * scale) {
      canvas.width = width * scale;
      canvas.height = height * scale;
      const context = canvas.getContext("2d");
      context.imageSmoothingEnabled = false;
      const [x, y] = [(index % across) * width, Math.floor(index / across) * height];
      context.drawImage(sheet, x, y, width, height, 0, 0, canvas.width, canvas.height);
      tile.drawn = sheet;
    }
    canvas.setAttribute("aria-label", names[index]);
    tile.title = names[index];
    text.textContent = texts[index] ?? "";
    if (!this.buttons) return;
    tile.setAttribute("aria-current", String(index === selected));
    tile.tabIndex = index === (selected ?? 0) ? 0 : -1; // one stop for Tab, arrows inside
  }

  choose(index) {
    if (!this.data?.pick || index < 0) return;
    this.asking?.abort();
    this.asking = new AbortController();
    const { ahead } = this.data;
    if (!ahead?.token || ahead.number === index) this.pick(index);
    else goAhead(ahead, index, () => this.pick(index), this.asking.signal);
  }

  press(event) {
    if (!this.data?.pick || event.altKey || event.ctrlKey || event.metaKey) return;
    const at = this.indexOf(event.target);
    const columns = getComputedStyle(this.root).gridTemplateColumns.split(" ").length;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const next = this.tiles[at + steps[event.key]];
    if (at < 0 || !next) return;
    next.focus();
    event.preventDefault();
  }

  /** Tell the other grids which picture the pointer is on. */
  announce(index) {
    if (!this.data?.linked) return;
    const detail = { linked: this.data.linked, index };
    window.dispatchEvent(new CustomEvent(LINK, { detail }));
  }

  follow({ linked, index }) {
    if (this.data?.linked !== linked) return;
    this.tiles.forEach((tile, at) => tile.classList.toggle("linked", at === index));
  }

  destroy() {
    this.stop.abort();
    clearTimeout(this.holding);
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".tiles");
  let grid = grids.get(root);
  if (!grid) {
    grid = new Grid(root);
    grids.set(root, grid);
  }
  grid.update(data, (index) => setTriggerValue("pick", index));
  return () => grid.destroy();
}
