// Figure 4: channels by snapshots, and a scrubber that plays through the training.
// Streamlit calls the default function at every rerun that changes data or theme; the node and
// what is chosen belong to the instance, which lives as long as the node.

import { pageTheme } from "./theme.js";
import { saveBytes, savePicture, stack } from "./picture.js";
import { writeWishesToUrl } from "./maps_address.js";
import { makeFilm } from "./stepper_film.js";
import { cellText, snapshotText, sourceText } from "./evolution_words.js";
import {
  drawEvolution, drawFilmFrame, drawLarge, drawSource, evolutionCellAt, evolutionLayout, evolutionLeft,
} from "./evolution_draw.js";

const PACE = 900; // ms a snapshot
const RESTING = 350; // ms without a move, then it is spoken and written into the address
const TALLEST = 400; // CSS pixels: the table fits a projected screen
const SMALLEST = 30;
const NARROW = 640;
const BESIDE = 264; // CSS pixels beside the table, at least
const evolutions = new WeakMap();

class EvolutionView {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.observer = new ResizeObserver(() => {
      if (this.root.clientWidth !== this.width) this.show();
    });
    this.gone = true;
    this.listen();
  }

  get last() {
    return this.scene.steps.length - 1;
  }

  /** Another table; shown when all of it has been decoded. */
  async update(scene) {
    if (this.gone) this.observer.observe(this.root); // again if Streamlit took us for gone
    this.gone = false;
    this.newest = scene;
    const decode = async ([name, sheet]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${sheet.png}`;
      await image.decode();
      return [name, { image, sheet }];
    };
    const sheets = Object.fromEntries(await Promise.all(Object.entries(scene.sheets).map(decode)));
    if (this.newest !== scene) return; // another one came while this was decoded
    const asked = JSON.stringify([scene.asked, scene.file]);
    const follow = asked !== this.asked;
    Object.assign(this, { scene, sheets, asked });
    if (follow) this.follow();
    this.at = Math.min(this.at, this.last);
    this.row = Math.min(this.row, scene.channels.length - 1);
    this.theme = pageTheme(this.root);
    this.root.style.setProperty("--accent", this.theme.accent);
    this.part.slider.max = this.last;
    this.part.kinds.hidden = !sheets.projections;
    this.show();
  }

  /** What the address says, else the trained network. */
  follow() {
    const { scene } = this;
    const step = scene.steps.findIndex(({ step }) => String(step) === scene.asked.step);
    const row = scene.channels.findIndex((channel) => String(channel) === scene.asked.row);
    this.at = step < 0 ? this.last : step;
    this.row = Math.max(0, row);
    this.kind = scene.asked.show === "patches" ? "patches" : "projections";
  }

  get shown() {
    return this.sheets[this.kind] ?? this.sheets.patches;
  }

  goTo(at, row = this.row) {
    const within = (value, most) => Math.min(most, Math.max(0, value));
    this.at = within(at, this.last);
    this.row = within(row, this.scene.channels.length - 1);
    this.show();
  }

  show() {
    this.width = this.root.clientWidth;
    if (!this.scene || this.width < 1) return;
    const { part, scene, theme, at, row } = this;
    const ratio = window.devicePixelRatio || 1;
    const narrow = this.width <= NARROW;
    const room = narrow ? this.width : this.width - BESIDE;
    this.layout = evolutionLayout(scene.channels.length, scene.steps.length, room, TALLEST, SMALLEST);
    part.grid.style.width = `${this.layout.width}px`;
    drawEvolution(part.grid, scene, this.shown, this.layout, { at, row }, theme, ratio);
    drawLarge(part.large, this.shown, scene.places[row][at] < 0 ? -1 : row * scene.steps.length + at, ratio);
    drawSource(part.whole, this.sheets.originals, scene.places[row][at], scene.boxes[row][at], ratio);
    this.write();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(), RESTING);
  }

  write() {
    const { part, scene, at, row } = this;
    part.slider.value = at;
    part.words.textContent = snapshotText(scene.steps[at]);
    part.slider.setAttribute("aria-valuetext", part.words.textContent);
    part.sentence.textContent = scene.sentences[row];
    part.about.textContent = cellText(scene, row, at);
    part.source.textContent = sourceText(scene, row, at);
    part.grid.setAttribute("aria-label", `${part.words.textContent}. ${part.about.textContent}. ${part.source.textContent}`);
    part.back.disabled = at === 0;
    part.forth.disabled = at === this.last;
    for (const kind of ["projections", "patches"]) {
      part[kind].setAttribute("aria-pressed", String(this.shown === this.sheets[kind]));
    }
    part.play.setAttribute("aria-label", this.timer ? "Pause" : "Play");
    this.root.classList.toggle("playing", Boolean(this.timer));
    const left = evolutionLeft(this.layout, at);
    const { table } = part;
    if (left < table.scrollLeft || left + this.layout.step > table.scrollLeft + table.clientWidth) {
      table.scrollLeft = left - table.clientWidth / 2;
    }
    this.root.dataset.step = scene.steps[at].step;
    this.root.dataset.row = scene.channels[row];
  }

  rest() {
    if (this.gone || this.timer) return;
    const { part, scene, at, row } = this;
    part.spoken.textContent = part.grid.getAttribute("aria-label");
    writeWishesToUrl({
      step: at === this.last ? null : String(scene.steps[at].step),
      row: row === 0 ? null : String(scene.channels[row]),
      show: this.kind === "patches" ? "patches" : null,
    });
  }

  play() {
    if (this.timer) return this.pause();
    if (this.at === this.last) this.at = 0;
    const tick = () => {
      if (this.at >= this.last) return this.pause();
      this.timer = setTimeout(tick, PACE);
      this.goTo(this.at + 1);
      return undefined;
    };
    this.timer = setTimeout(tick, PACE);
    return this.show();
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.show();
  }

  byHand(at, row) {
    if (this.timer) this.pause();
    this.goTo(at, row);
  }

  listen() {
    const { part } = this;
    const on = (name, event, action) => part[name].addEventListener(event, action);
    on("back", "click", () => this.byHand(this.at - 1));
    on("forth", "click", () => this.byHand(this.at + 1));
    on("play", "click", () => this.play());
    on("slider", "input", () => this.byHand(Number(part.slider.value)));
    for (const kind of ["projections", "patches"]) {
      on(kind, "click", () => {
        this.kind = kind;
        this.show();
      });
    }
    on("grid", "click", (event) => {
      const { channels, steps } = this.scene;
      const found = evolutionCellAt(this.layout, channels.length, steps.length, event.offsetX, event.offsetY);
      if (found) this.byHand(found[1] < 0 ? this.at : found[1], found[0] < 0 ? this.row : found[0]);
    });
    on("save", "click", () => this.save());
    on("film", "click", () => this.film());
    this.root.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.scene) return;
    if (event.target.tagName === "BUTTON" && event.key === " ") return;
    const actions = {
      ArrowLeft: () => this.byHand(this.at - 1),
      ArrowRight: () => this.byHand(this.at + 1),
      ArrowUp: () => this.byHand(this.at, this.row - 1),
      ArrowDown: () => this.byHand(this.at, this.row + 1),
      Home: () => this.byHand(0),
      End: () => this.byHand(this.last),
      " ": () => this.play(),
    };
    if (!actions[event.key]) return;
    actions[event.key]();
    event.preventDefault();
    event.stopPropagation();
  }

  save() {
    const { scene, theme } = this;
    const canvas = document.createElement("canvas");
    const ratio = window.devicePixelRatio || 1;
    const layout = evolutionLayout(scene.channels.length, scene.steps.length, 1600, 2400, 48);
    drawEvolution(canvas, scene, this.shown, layout, null, theme, ratio);
    savePicture(stack([[canvas, scene.name]], theme), `${scene.file}-evolution.png`);
  }

  /** All snapshots as a GIF; a second press stops it. */
  async film() {
    const button = this.part.film;
    if (this.filming) {
      this.filming = null;
      return;
    }
    const mine = { scene: this.scene, sheets: this.sheets, theme: this.theme };
    this.filming = mine;
    try {
      const bytes = await makeFilm({
        count: mine.scene.steps.length,
        width: 1,
        delay: PACE,
        paint: (canvas, _, at) => drawFilmFrame(canvas, mine.scene, mine.sheets, at, mine.theme),
        tell: (done, total) => {
          button.textContent = `Stop (${done} of ${total})`;
          return this.filming === mine && !this.gone;
        },
      });
      if (bytes) saveBytes(bytes, "image/gif", `${mine.scene.file}-evolution.gif`);
    } finally {
      this.filming = null;
      button.textContent = "Save GIF";
    }
  }

  destroy() {
    this.gone = true;
    this.observer.disconnect();
    clearTimeout(this.resting);
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".evolution");
  let view = evolutions.get(root);
  if (!view) {
    view = new EvolutionView(root);
    evolutions.set(root, view);
  }
  view.update(data);
  return () => view.destroy();
}
