// A network as a strip of blocks: how large the maps are, where the parameters and the
// multiply-adds are; and the chosen block's inside. No server is asked.

import { pageTheme } from "./theme.js";
import { writeWishesToUrl } from "./maps_address.js";
import { BOX, zooDraw, zooSize } from "./zoo_inside.js";
import { ZOO_WIDE, saveZoo } from "./zoo_save.js";

const ROWS = { top: 20, maps: 54, bars: 28, head: 20 };
const NS = "http://www.w3.org/2000/svg";
const zoos = new WeakMap();

function put(parent, name, attributes, words = "") {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.textContent = words;
  parent.append(node);
  return node;
}

class Zoo {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.part.back.addEventListener("click", () => this.go(this.at - 1), { signal });
    this.part.forth.addEventListener("click", () => this.go(this.at + 1), { signal });
    this.part.strip.addEventListener("click", (event) => this.take(event), { signal });
    this.part.save.addEventListener("click", () => this.save(), { signal });
    root.addEventListener("keydown", (event) => this.key(event), { signal });
    this.observer = new ResizeObserver(() => {
      if (this.root.clientWidth !== this.width) this.show();
    });
    this.observer.observe(root);
  }

  update(data) {
    const asked = `${data.name} ${data.asked}`;
    if (asked !== this.asked) {
      const wish = /^\d{1,3}$/.test(data.asked ?? "") ? Number(data.asked) - 1 : data.start;
      this.at = wish >= 0 && wish < data.stations.length ? wish : data.start;
    }
    Object.assign(this, { data, asked });
    this.theme = pageTheme(this.root);
    this.root.style.setProperty("--accent", this.theme.accent);
    this.root.style.setProperty("--muted", this.theme.muted);
    this.show();
  }

  go(at) {
    const next = Math.min(this.data.stations.length - 1, Math.max(0, at));
    if (next === this.at) return;
    this.at = next;
    this.show();
    writeWishesToUrl({ block: next === this.data.start ? null : String(next + 1) });
  }

  take(event) {
    const x = event.clientX - this.part.strip.getBoundingClientRect().left;
    this.go(Math.floor((x / this.width) * this.data.stations.length));
  }

  key(event) {
    const last = this.data.stations.length - 1;
    const to = { ArrowLeft: this.at - 1, ArrowRight: this.at + 1, Home: 0, End: last }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.go(to);
  }

  show() {
    this.width = this.root.clientWidth;
    if (!this.data || this.width < 1) return;
    const { part, data, at } = this;
    const station = data.stations[at];
    this.strip(part.strip, this.width);
    this.inside(part.inside, station.items);
    part.words.innerHTML = "";
    part.words.append(Object.assign(document.createElement("b"), { textContent: `${at + 1}. ${station.title}: ` }), station.says);
    const many = data.stations.length;
    part.hint.textContent = this.width < 640 ? `${at + 1} of ${many}` : `block ${at + 1} of ${many} · click one, or use the arrow keys ← →`;
    part.strip.setAttribute("aria-activedescendant", `zoo-block-${at}`);
    part.back.disabled = at === 0;
    part.forth.disabled = at === many - 1;
    this.root.dataset.at = String(at + 1);
  }

  /** The chosen block in the strip of the whole network, however narrow the page is. */
  save() {
    const { data, at, theme } = this;
    const [strip, inside] = [0, 1].map(() => document.createElementNS(NS, "svg"));
    this.strip(strip, ZOO_WIDE);
    this.inside(inside, data.stations[at].items);
    const { title, says } = data.stations[at];
    saveZoo(strip, inside, [`${at + 1}. ${title}:`, says], data.keep, theme);
  }

  strip(strip, width) {
    const { data, theme, at } = this;
    const step = width / data.stations.length;
    const wide = Math.min(64, step * 0.74);
    const { top, maps, bars, head } = ROWS;
    const lows = [top + maps, top + maps + head + bars + 4, top + maps + 2 * (head + bars + 4)];
    strip.replaceChildren();
    strip.setAttribute("viewBox", `0 0 ${width} ${lows[2] + 4}`);
    put(strip, "rect", { x: at * step, y: 0, width: step, height: lows[2] + 4, rx: 6, fill: theme.accent, opacity: 0.14 });
    data.rows.forEach((words, row) => put(strip, "text", { x: 2, y: row ? lows[row] - bars - 8 : 15, class: "strong" }, words));
    data.stations.forEach((station, index) => {
      const middle = (index + 0.5) * step;
      const group = put(strip, "g", { role: "option", "aria-selected": index === at, id: `zoo-block-${index}`, "aria-label": `${station.title}, ${station.says}` });
      this.block(group, station, middle, wide, lows[0]);
      for (const [row, share] of [station.parameters, station.adds].entries()) {
        const tall = share * bars;
        put(group, "rect", { x: middle - wide / 2, y: lows[row + 1] - tall, width: wide, height: tall, fill: station.colour });
        put(group, "rect", { x: middle - wide / 2, y: lows[row + 1], width: wide, height: 1, fill: theme.line });
      }
    });
  }

  /** As high as its maps are, on a log scale; residual blocks under an arc, Inception in lanes. */
  block(group, station, middle, wide, low) {
    const { theme } = this;
    const tall = Math.max(8, station.height * (ROWS.maps - 10));
    const left = middle - wide / 2;
    if (station.kind === "residual") {
      const path = `M ${left - 2} ${low} V ${low - tall - 2} q 0 -7 7 -7 H ${left + wide - 5} q 7 0 7 7 V ${low}`;
      if (station.skips) put(group, "path", { d: path, fill: "none", stroke: theme.text, "stroke-width": 1.5 });
    }
    const lanes = station.kind === "inception" ? 4 : 1;
    const gap = lanes > 1 ? 2 : 0;
    const each = (tall - gap * (lanes - 1)) / lanes;
    for (let lane = 0; lane < lanes; lane += 1) {
      put(group, "rect", { x: left, y: low - tall + lane * (each + gap), width: wide, height: Math.max(1, each), rx: 2, fill: station.colour });
    }
  }

  inside(svg, items) {
    const { theme, data } = this;
    const { width, height } = zooSize(items);
    const [wide, tall] = [width + 2 * BOX.gap + 4, Math.max(height + 8, 120)];
    svg.replaceChildren();
    Object.entries({ viewBox: `0 0 ${wide} ${tall}`, width: wide, height: tall }).forEach(([key, value]) => svg.setAttribute(key, value));
    const way = (x0, y0, x1, y1) => {
      const bend = (x0 + x1) / 2;
      put(svg, "path", { d: `M ${x0} ${y0} C ${bend} ${y0} ${bend} ${y1} ${x1} ${y1}`, fill: "none", stroke: theme.muted, "stroke-width": 2 });
    };
    const pen = {
      way,
      box: (item, x, y, w, h) => {
        put(svg, "rect", { x, y, width: w, height: h, rx: 7, fill: theme.background, stroke: data.colours[item.kind] ?? theme.muted, "stroke-width": 2.5 });
        const lines = [[item.title, "strong"], [item.extras, ""], [item.shape, "quiet"]].filter(([words]) => words);
        lines.forEach(([words, name], row) => put(svg, "text", { x: x + w / 2, y: y + h / 2 + 5 + (row - (lines.length - 1) / 2) * 17, "text-anchor": "middle", class: name, ...(words.length > 19 ? { textLength: w - 10, lengthAdjust: "spacingAndGlyphs" } : {}) }, words));
      },
      join: (join, x, y, w) => {
        put(svg, "rect", { x, y: y - 20, width: w, height: 40, rx: 20, fill: theme.background, stroke: theme.text, "stroke-width": 2 });
        put(svg, "text", { x: x + w / 2, y: y + 5, "text-anchor": "middle", class: "strong" }, join.title);
        if (join.extras) put(svg, "text", { x: x + w / 2, y: y + 38, "text-anchor": "middle", class: "quiet" }, join.extras);
      },
    };
    way(2, tall / 2, BOX.gap, tall / 2);
    const end = zooDraw(pen, items, BOX.gap, tall / 2);
    way(end, tall / 2, end + BOX.gap, tall / 2);
  }

  destroy() {
    this.stop.abort();
    this.observer.disconnect();
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".zoo");
  let zoo = zoos.get(root);
  if (!zoo) {
    zoo = new Zoo(root);
    zoos.set(root, zoo);
  }
  zoo.update(data);
  return () => {
    zoo.destroy();
    zoos.delete(root);
  };
}
