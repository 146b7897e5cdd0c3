// Feature maps of one picture: a strip of layers, the wall of the layer's maps, one map large.
// Streamlit calls the default function at every rerun that changes data or theme; the node and
// what is chosen belong to the instance, which lives as long as the node.

import { css, decodeTable, signedColour, colourAt } from "./scale.js";
import { pageTheme } from "./theme.js";
import { savePicture, stack } from "./picture.js";
import { wishesInUrl, writeWishesToUrl } from "./maps_address.js";
import { colouredSheet, decodeSheet, orderOf, overlay, strongestOf } from "./maps_data.js";
import { OWN_WARNING, chipText, mapText, scaleText, shortText } from "./maps_words.js";
import { cellAt, drawOver, drawThumb, drawWall, layoutOf } from "./maps_draw.js";

const RESTING = 350; // ms without a move, then it is spoken and written into the address
const TALLEST = 300; // CSS pixels of the wall: it and the picture share one projected screen
const NARROW = 640;
const shown = new WeakMap();

class Maps {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.at = 0;
    this.map = null; // null: the strongest
    this.hovered = null;
    this.alone = false;
    this.observer = new ResizeObserver(() => {
      if (this.root.clientWidth !== this.width) this.layOut();
    });
    this.listen();
    this.gone = true;
  }

  get layer() {
    return this.data.layers[this.at];
  }

  get chosen() {
    return this.map ?? strongestOf(this.layer);
  }

  /** Another picture, network or theme; shown when all of it has been decoded. */
  async update(data) {
    if (this.gone) this.observer.observe(this.root); // again if Streamlit took us for gone
    this.gone = false;
    const asked = JSON.stringify(data.asked);
    const linked = asked !== this.asked;
    this.asked = asked;
    this.newest = data;
    const key = data.picture + data.layers.map((layer) => layer.sheet.length + layer.name).join();
    if (key !== this.known) {
      const image = new Image();
      image.src = `data:image/png;base64,${data.picture}`;
      const sheets = await Promise.all([...data.layers.map((layer) => decodeSheet(layer.sheet)), image.decode()]);
      if (this.newest !== data) return; // another one came while this was decoded
      const names = (of) => of?.layers.map((layer) => layer.name + layer.count).join();
      this.another = names(this.data) !== names(data);
      Object.assign(this, { known: key, sheets, picture: { image, width: data.width, height: data.height } });
    }
    this.data = data;
    if (linked || this.another) this.follow();
    this.dress();
  }

  /** What the address says, else how the lesson opens. */
  follow() {
    const wishes = wishesInUrl(this.data.layers);
    this.at = wishes.at ?? this.data.first;
    [this.map, this.sorted, this.own] = [wishes.map, wishes.sorted, wishes.own];
    this.another = false;
  }

  /** Colours, and all that depends on the data alone. */
  dress() {
    this.theme = pageTheme(this.root);
    this.root.style.setProperty("--accent", this.theme.accent);
    const { scales, layers } = this.data;
    const signed = decodeTable(scales[this.theme.dark ? "dark" : "light"]);
    this.tables = [decodeTable(scales.magnitude), signed];
    this.coloured = [];
    this.hovered = null;
    this.part.slider.max = layers.length - 1;
    this.chips = layers.map((layer, at) => this.chip(layer, at));
    this.part.strip.replaceChildren(...this.chips);
    this.layOut();
  }

  chip(layer, at) {
    const node = document.createElement("button");
    node.type = "button";
    node.className = "chip";
    node.title = layer.words;
    node.tabIndex = -1; // the slider is the one stop for Tab
    const [thumb, name, size] = ["canvas", "span", "small"].map((tag) => document.createElement(tag));
    name.textContent = chipText(layer.title);
    size.textContent = `${layer.count} · ${layer.height}×${layer.width}`;
    drawThumb(thumb, this.sheet(at), layer, strongestOf(layer), window.devicePixelRatio || 1);
    node.append(thumb, name, size);
    node.addEventListener("click", () => this.goTo(at));
    return node;
  }

  /** A layer's sheet in colours; made once a scale and theme. */
  sheet(at) {
    if (!this.coloured[at]) {
      const [layer, { bytes, width, height }] = [this.data.layers[at], this.sheets[at]];
      const canvas = new OffscreenCanvas(width, height);
      const pixels = colouredSheet(layer, { bytes, width, height }, this.tables[Number(layer.signed)], this.own);
      canvas.getContext("2d").putImageData(new ImageData(pixels, width), 0, 0);
      this.coloured[at] = canvas;
    }
    return this.coloured[at];
  }

  layOut() {
    this.width = this.root.clientWidth;
    if (!this.data || this.width < 1) return;
    this.narrow = this.width <= NARROW;
    this.part.wall.style.setProperty("--tallest", `${TALLEST}px`);
    this.show();
  }

  goTo(at) {
    const next = Math.min(this.data.layers.length - 1, Math.max(0, at));
    if (next === this.at) return;
    [this.at, this.map, this.hovered] = [next, null, null];
    this.part.wall.scrollTop = 0;
    this.show();
  }

  pick(map) {
    this.map = map === strongestOf(this.layer) ? null : map;
    this.show();
  }

  set(change) {
    if ("own" in change && change.own !== this.own) this.coloured = [];
    Object.assign(this, change);
    this.show();
  }

  show() {
    const { part, layer, theme } = this;
    const ratio = window.devicePixelRatio || 1;
    this.order = orderOf(layer, this.sorted);
    const room = part.wall.clientWidth - 2;
    this.layout = layoutOf(layer.count, room, this.narrow ? 0 : TALLEST, this.narrow ? 44 : 24);
    this.write();
    const marks = { chosen: this.chosen, hovered: this.hovered };
    drawWall(part.grid, this.sheet(this.at), layer, this.order, this.layout, marks, theme, ratio);
    this.showOver();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(), RESTING);
  }

  showOver() {
    const { part, layer } = this;
    const map = this.hovered ?? this.chosen;
    const table = this.tables[Number(layer.signed)];
    const [high, wide] = layer.cell;
    const laid = new OffscreenCanvas(wide, high);
    const pixels = overlay(layer, this.sheets[this.at], table, this.own, map);
    laid.getContext("2d").putImageData(new ImageData(pixels, wide), 0, 0);
    drawOver(part.over, this.picture, laid, layer, map, this.alone, window.devicePixelRatio || 1);
    part.about.textContent = mapText(layer, map, this.picture);
    part.over.setAttribute("aria-label", part.about.textContent);
  }

  write() {
    const { part, layer } = this;
    part.slider.value = this.at;
    part.slider.setAttribute("aria-valuetext", layer.words);
    part.back.disabled = this.at === 0;
    part.forth.disabled = this.at === this.data.layers.length - 1;
    part.words.textContent = layer.words;
    part.how.textContent = `(${scaleText(layer, this.own)}).`;
    this.chips.forEach((chip, at) => chip.setAttribute("aria-current", String(at === this.at)));
    this.keepInSight(this.chips[this.at]);
    for (const [name, on] of [
      ["byNumber", !this.sorted], ["byStrength", this.sorted],
      ["oneScale", !this.own], ["ownScale", this.own], ["alone", this.alone],
    ]) part[name].setAttribute("aria-pressed", String(Boolean(on)));
    const reach = this.own ? "its largest" : shortText(layer.limit);
    // On one scale the few numbers beyond have full colour, too.
    const beyond = !this.own && Math.max(...layer.own) > layer.limit;
    part.low.textContent = layer.signed ? `${beyond ? "\u2264 " : ""}\u2212${reach}` : "0";
    part.high.textContent = `${beyond ? "\u2265 " : ""}${reach}`;
    part.warning.textContent = this.own ? OWN_WARNING : "";
    const table = this.tables[Number(layer.signed)];
    const context = part.bar.getContext("2d");
    for (let x = 0; x < part.bar.width; x += 1) {
      const share = x / (part.bar.width - 1);
      context.fillStyle = css(layer.signed ? signedColour(table, 2 * share - 1, 1) : colourAt(table, share));
      context.fillRect(x, 0, 1, 1);
    }
    this.root.dataset.layer = layer.name;
    this.root.dataset.map = this.chosen;
  }

  keepInSight(chip) {
    const { strip } = this.part;
    const [left, right] = [chip.offsetLeft - strip.offsetLeft, chip.offsetLeft - strip.offsetLeft + chip.offsetWidth];
    if (left < strip.scrollLeft) strip.scrollLeft = left - 8;
    else if (right > strip.scrollLeft + strip.clientWidth) strip.scrollLeft = right - strip.clientWidth + 8;
  }

  rest() {
    if (this.gone) return;
    this.part.spoken.textContent = `${this.layer.words}. ${mapText(this.layer, this.chosen, this.picture)}`;
    const opened = this.at === this.data.first && this.map === null;
    writeWishesToUrl({
      at: opened ? null : this.layer.name,
      map: this.map === null ? null : String(this.map),
      sort: this.sorted ? "strength" : null,
      scale: this.own ? "own" : null,
    });
  }

  listen() {
    const { part } = this;
    const on = (name, kind, action) => part[name].addEventListener(kind, action);
    on("slider", "input", () => this.goTo(Number(part.slider.value)));
    on("back", "click", () => this.goTo(this.at - 1));
    on("forth", "click", () => this.goTo(this.at + 1));
    on("byNumber", "click", () => this.set({ sorted: false }));
    on("byStrength", "click", () => this.set({ sorted: true }));
    on("oneScale", "click", () => this.set({ own: false }));
    on("ownScale", "click", () => this.set({ own: true }));
    on("alone", "click", () => this.set({ alone: !this.alone }));
    on("save", "click", () => this.save());
    on("grid", "click", (event) => this.take(event));
    on("grid", "pointermove", (event) => this.hover(this.under(event)));
    on("grid", "pointerleave", () => this.hover(null));
    on("wall", "keydown", (event) => this.key(event));
  }

  under(event) {
    const place = cellAt(this.layout, this.order.length, event.offsetX, event.offsetY);
    return place < 0 ? null : this.order[place];
  }

  take(event) {
    const map = this.under(event);
    if (map !== null) this.pick(map);
  }

  hover(map) {
    if (map === this.hovered) return;
    this.hovered = map;
    this.show();
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { columns, side } = this.layout;
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    if (!(event.key in moves)) return;
    const place = this.order.indexOf(this.chosen) + moves[event.key];
    event.preventDefault();
    if (place < 0 || place >= this.order.length) return;
    this.hovered = null;
    this.pick(this.order[place]);
    const top = Math.floor(place / columns) * (side + 4);
    const { wall } = this.part;
    if (top < wall.scrollTop || top + side > wall.scrollTop + wall.clientHeight) wall.scrollTop = top - side;
  }

  save() {
    const { layer, part } = this;
    const words = `${layer.words}; ${scaleText(layer, this.own)}${this.own ? "" : `, full colour ${shortText(layer.limit)}`}`;
    const whole = stack([[part.grid, words], [part.over, part.about.textContent]], this.theme);
    savePicture(whole, `${this.data.file}-${layer.name}.png`);
  }

  destroy() {
    this.gone = true;
    this.observer.disconnect();
    clearTimeout(this.resting);
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".maps");
  let maps = shown.get(root);
  if (!maps) {
    maps = new Maps(root);
    shown.set(root, maps);
  }
  maps.update(data);
  return () => maps.destroy();
}
