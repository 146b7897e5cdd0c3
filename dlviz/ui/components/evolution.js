// Figure 4: channels by snapshots, and a scrubber that plays through the training.
// Streamlit calls the default function at every rerun that changes data or theme; the node and
// what is chosen belong to the instance, which lives as long as the node.

import { savePicture, stack } from "./picture.js";
import { writeWishesToUrl } from "./maps_address.js";
import { FilmView } from "./film_view.js";
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

class EvolutionView extends FilmView {
  constructor(root) {
    super(root, PACE);
    for (const kind of ["projections", "patches"]) {
      this.on(kind, "click", () => {
        this.kind = kind;
        this.show();
      });
    }
    this.on("grid", "click", (event) => this.take(event));
    this.on("save", "click", () => this.save());
    this.on("film", "click", () => {
      const { scene, sheets, theme } = this;
      this.film(`${scene.file}-evolution.gif`, (canvas, at) => drawFilmFrame(canvas, scene, sheets, at, theme));
    });
  }

  /** Another table; shown when all of it has been decoded. */
  async update(scene) {
    const counts = this.expect(scene);
    const decode = async ([name, sheet]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${sheet.png}`;
      await image.decode();
      return [name, { image, sheet }];
    };
    const sheets = Object.fromEntries(await Promise.all(Object.entries(scene.sheets).map(decode)));
    if (!counts()) return; // another one came while this was decoded
    const asked = JSON.stringify([scene.asked, scene.file]);
    const follow = asked !== this.asked;
    Object.assign(this, { scene, sheets, asked });
    if (follow) this.follow();
    this.row = Math.min(this.row, scene.channels.length - 1);
    this.part.kinds.hidden = !sheets.projections;
    this.appear();
  }

  /** What the address says, else the trained network. */
  follow() {
    const { scene } = this;
    const step = scene.steps.findIndex(({ step }) => String(step) === scene.asked.step);
    const row = scene.channels.findIndex((channel) => String(channel) === scene.asked.row);
    this.at = step < 0 ? null : step;
    this.row = Math.max(0, row);
    this.kind = scene.asked.show === "patches" ? "patches" : "projections";
  }

  get shown() {
    return this.sheets[this.kind] ?? this.sheets.patches;
  }

  byHand(place, row = this.row) {
    this.row = Math.min(this.scene.channels.length - 1, Math.max(0, row));
    super.byHand(place);
  }

  show() {
    this.width = this.root.clientWidth;
    if (!this.scene || this.width < 1) return;
    const { part, scene, theme, place: at, row } = this;
    const ratio = window.devicePixelRatio || 1;
    const narrow = this.width <= NARROW;
    const room = narrow ? this.width : this.width - BESIDE;
    this.layout = evolutionLayout(scene.channels.length, scene.steps.length, room, TALLEST, SMALLEST);
    part.grid.style.width = `${this.layout.width}px`;
    drawEvolution(part.grid, scene, this.shown, this.layout, { at, row }, theme, ratio);
    drawLarge(part.large, this.shown, scene.places[row][at] < 0 ? -1 : row * scene.steps.length + at, ratio);
    drawSource(part.whole, this.sheets.originals, scene.places[row][at], scene.boxes[row][at], ratio);
    this.write();
    this.whenAtRest(RESTING, () => this.rest());
  }

  write() {
    const { part, scene, place: at, row } = this;
    part.words.textContent = snapshotText(scene.steps[at]);
    this.showHands(part.words.textContent);
    part.sentence.textContent = scene.sentences[row];
    part.about.textContent = cellText(scene, row, at);
    part.source.textContent = sourceText(scene, row, at);
    part.grid.setAttribute("aria-label", `${part.words.textContent}. ${part.about.textContent}. ${part.source.textContent}`);
    for (const kind of ["projections", "patches"]) {
      part[kind].setAttribute("aria-pressed", String(this.shown === this.sheets[kind]));
    }
    const left = evolutionLeft(this.layout, at);
    const { table } = part;
    if (left < table.scrollLeft || left + this.layout.step > table.scrollLeft + table.clientWidth) {
      table.scrollLeft = left - table.clientWidth / 2;
    }
    this.root.dataset.step = scene.steps[at].step;
    this.root.dataset.row = scene.channels[row];
  }

  rest() {
    const { part, scene, place, row } = this;
    part.spoken.textContent = part.grid.getAttribute("aria-label");
    writeWishesToUrl({
      step: place === this.last ? null : String(scene.steps[place].step),
      row: row === 0 ? null : String(scene.channels[row]),
      show: this.kind === "patches" ? "patches" : null,
    });
  }

  take({ offsetX, offsetY }) {
    const { channels, steps } = this.scene;
    const found = evolutionCellAt(this.layout, channels.length, steps.length, offsetX, offsetY);
    if (found) this.byHand(found[1] < 0 ? this.place : found[1], found[0] < 0 ? this.row : found[0]);
  }

  keys() {
    return {
      ...super.keys(),
      ArrowUp: () => this.byHand(this.place, this.row - 1),
      ArrowDown: () => this.byHand(this.place, this.row + 1),
    };
  }

  save() {
    const { scene, theme } = this;
    const canvas = document.createElement("canvas");
    const ratio = window.devicePixelRatio || 1;
    const layout = evolutionLayout(scene.channels.length, scene.steps.length, 1600, 2400, 48);
    drawEvolution(canvas, scene, this.shown, layout, null, theme, ratio);
    savePicture(stack([[canvas, scene.name]], theme), `${scene.file}-evolution.png`);
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
