// The milestones on a line: one is chosen by click or by arrow keys, and Python shows it.
// Streamlit calls the default function at every rerun that changes data; the node stays.

import { pageTheme } from "./theme.js";
import { LANE, timeLanes, timePlace } from "./timeline_layout.js";
import { TIMELINE_WIDE, saveTimeline } from "./timeline_save.js";

const NARROW = 640; // below it only dots are there: the buttons lead from one to the next
const MARGIN = 14;
const SVG = "http://www.w3.org/2000/svg";
const WAIT = 250; // ms: who holds an arrow key asks once, at the end
const timelines = new WeakMap();

function draw(parent, name, attributes, words = "") {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.textContent = words;
  parent.append(node);
  return node;
}

class Timeline {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.part.back.addEventListener("click", () => this.go(this.at - 1), { signal });
    this.part.forth.addEventListener("click", () => this.go(this.at + 1), { signal });
    this.part.line.addEventListener("click", (event) => this.take(event), { signal });
    this.part.save.addEventListener("click", () => this.save(), { signal });
    root.addEventListener("keydown", (event) => this.key(event), { signal });
    this.observer = new ResizeObserver(() => {
      if (this.root.clientWidth !== this.width) this.show();
    });
    this.observer.observe(root);
  }

  update(data, choose) {
    this.choose = choose;
    if (data.at !== this.told || !this.data) this.at = data.at;
    Object.assign(this, { data, told: data.at });
    this.theme = pageTheme(this.root);
    this.root.style.setProperty("--accent", this.theme.accent);
    this.root.style.setProperty("--muted", this.theme.muted);
    this.show();
  }

  go(at) {
    const next = Math.min(this.data.entries.length - 1, Math.max(0, at));
    if (next === this.at) return;
    this.at = next;
    this.show();
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.choose(this.data.entries[this.at].name), WAIT);
  }

  take(event) {
    const asked = event.target.closest(".entry");
    if (asked) {
      this.go(Number(asked.dataset.index));
      return;
    }
    const x = event.clientX - this.part.line.getBoundingClientRect().left;
    const far = this.places.map((place) => Math.abs(place - x));
    this.go(far.indexOf(Math.min(...far)));
  }

  key(event) {
    const last = this.data.entries.length - 1;
    const to = { ArrowLeft: this.at - 1, ArrowRight: this.at + 1, Home: 0, End: last }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.go(to);
  }

  show() {
    this.width = this.root.clientWidth;
    if (!this.data || this.width < 1) return;
    const { part, data, width, at } = this;
    this.places = this.lay(part.line, width, at);
    const narrow = width < NARROW;
    part.hint.textContent = `${at + 1} of ${data.entries.length}${narrow ? "" : " · click a year, or use the arrow keys ← →"}`;
    part.line.setAttribute("aria-activedescendant", `milestone-${at}`);
    part.back.disabled = at === 0;
    part.forth.disabled = at === data.entries.length - 1;
    this.root.dataset.at = data.entries[at].name;
  }

  /** All of it into an SVG of this width → the entries' places. */
  lay(svg, width, at) {
    const { data } = this;
    const inner = width - 2 * MARGIN;
    const places = data.entries.map(({ when }) => MARGIN + inner * timePlace(when, data.scale));
    const words = data.entries.map(({ year, title }) => `${year} ${title}`);
    const labels = width < NARROW ? [] : timeLanes(places, words, width);
    const rows = Math.max(0, ...labels.map(({ row }) => row + 1));
    const ground = rows * LANE + 20;
    const sheet = { svg, width, places, ground, at };
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${width} ${ground + 34}`);
    this.ground(sheet, inner);
    const stems = draw(svg, "g", {});
    data.entries.forEach((_, index) => labels[index] && this.stem(stems, index, labels[index], sheet));
    data.entries.forEach((_, index) => this.entry(index, words[index], labels[index], sheet));
    return places;
  }

  /** What Python shows below, not what is only about to be. */
  save() {
    const svg = document.createElementNS(SVG, "svg");
    this.lay(svg, TIMELINE_WIDE, this.data.at);
    saveTimeline(svg, this.data.keep, this.theme);
  }

  /** The axis with its years, and the lean ones as a pale band. */
  ground({ svg, width, ground: y }, inner) {
    const { data, theme } = this;
    const place = (when) => MARGIN + inner * timePlace(when, data.scale);
    const [from, to] = data.winter.map(place);
    draw(svg, "rect", { x: from, y: y - 7, width: to - from, height: 14, fill: theme.line });
    if (to - from > 104) {
      const middle = { x: (from + to) / 2, y: y + 24, "text-anchor": "middle", class: "quiet" };
      draw(svg, "text", middle, "lean years");
    }
    draw(svg, "line", { x1: MARGIN, x2: MARGIN + inner, y1: y, y2: y, stroke: theme.muted, "stroke-width": 2 });
    let free = -Infinity;
    for (const year of data.years) {
      const x = place(year);
      if (x - 18 < free) continue; // no room for it
      free = x + 24;
      draw(svg, "line", { x1: x, x2: x, y1: y, y2: y + 7, stroke: theme.muted });
      const anchor = x < 30 ? "start" : x > width - 30 ? "end" : "middle";
      draw(svg, "text", { x, y: y + 24, "text-anchor": anchor, class: "quiet" }, String(year));
    }
  }

  /** From a label down to its year; the labels stand before all of them. */
  stem(parent, index, { row }, { places, ground, at }) {
    const { theme } = this;
    const ends = { x1: places[index], x2: places[index], y1: 21 + row * LANE, y2: ground };
    const look = index === at ? [theme.accent, 2] : [theme.line, 1];
    draw(parent, "line", { ...ends, stroke: look[0], "stroke-width": look[1] });
  }

  entry(index, words, label, { svg, places, ground, at }) {
    const { theme } = this;
    const chosen = index === at;
    const group = draw(svg, "g", { class: `entry${chosen ? " chosen" : ""}`, role: "option", "aria-selected": chosen, "aria-label": words });
    group.dataset.index = index;
    group.id = `milestone-${index}`;
    const colour = chosen ? theme.accent : theme.text;
    if (label) {
      const y = 16 + label.row * LANE;
      draw(group, "rect", { x: label.left, y: y - 15, width: label.long, height: 20, fill: theme.background });
      draw(group, "text", { x: label.left, y }, words);
    }
    draw(group, "circle", { cx: places[index], cy: ground, r: chosen ? 9 : 6, fill: colour, stroke: theme.background, "stroke-width": 2 });
  }

  destroy() {
    this.stop.abort();
    this.observer.disconnect();
    clearTimeout(this.asking);
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".timeline");
  let line = timelines.get(root);
  if (!line) {
    line = new Timeline(root);
    timelines.set(root, line);
  }
  line.update(data, (name) => setTriggerValue("choice", name));
  return () => {
    line.destroy();
    timelines.delete(root);
  };
}
