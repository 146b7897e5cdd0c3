// The deconvnet step by step: all numbers came from Python, stepping asks no server.
// Streamlit calls the default function at every rerun that changes data or theme; the node, the
// step and the chosen channels belong to the instance, which lives as long as the node.

import { decodeTable } from "./scale.js";
import { pageTheme } from "./theme.js";
import { saveBytes, savePicture } from "./picture.js";
import { placeInUrl, writePlacesToUrl } from "./stepper_address.js";
import { makeFilm } from "./stepper_film.js";
import { decodedSteps, decodedTensors, endsOf, mapOf, shortNumber } from "./deconv_data.js";
import { DescentBitmaps, ladderLayout, paintLadder, paintPictures, pictureBoxes, picturesHeight, picturesOf } from "./deconv_draw.js";
import { SAVED_TOTAL, paintSaved } from "./deconv_picture.js";
import { DescentHands } from "./deconv_hands.js";

const [AT_REST, FILM_DELAY] = [350, 1200]; // ms
const descents = new WeakMap();

class DescentView {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]));
    this.hands = new DescentHands(this);
    this.observer = new ResizeObserver(() => this.part.body.clientWidth !== this.width && this.layOut());
    this.chosen = [];
    this.gone = true;
  }

  get isLast() {
    return this.place === this.data.steps.length - 1;
  }

  get state() {
    const { bitmaps, theme, place, chosen } = this;
    return { bitmaps, theme, place, chosen };
  }

  /** The tensor whose signal arrives, and which of its channels is shown. */
  get now() {
    return this.bitmaps.tensors[endsOf(this.place, this.bitmaps.tensors.length).arriving];
  }

  get channelAt() {
    return this.chosen[this.now.group] ?? 0;
  }

  /** Another descent or theme; the step stays while the network's way keeps its length. */
  update(data, tell) {
    if (this.gone) this.observer.observe(this.part.body); // again if Streamlit took us for gone
    this.gone = false;
    this.tell = tell;
    const news = JSON.stringify({ ...data, scales: null });
    const another = news !== this.news;
    const known = this.data;
    [this.data, this.news] = [data, news];
    this.theme = pageTheme(this.root);
    const table = decodeTable(data.scales[this.theme.dark ? "dark" : "light"]);
    for (const name of ["accent", "line", "muted", "background"]) this.root.style.setProperty(`--${name}`, this.theme[name]);
    if (another) {
      this.decoded = [decodedTensors(data), decodedSteps(data)];
      this.chosen = [];
      this.part.rule.replaceChildren(...Object.entries(data.rules).map(([name, title]) => new Option(title, name)));
    }
    this.part.rule.value = data.rule;
    this.bitmaps = new DescentBitmaps(...this.decoded, table);
    const last = data.steps.length - 1;
    if (known === undefined) this.place = placeInUrl("step", data.steps.length) ?? last;
    else if (known.steps.length !== data.steps.length) this.place = last;
    if (another) this.hands.pause();
    this.layOut();
  }

  layOut() {
    this.width = this.part.body.clientWidth;
    if (!this.data || this.width < 1) return;
    this.ladder = ladderLayout(this.data.tensors.length, this.part.pane.clientWidth);
    this.picturesWidth = this.part.pictures.parentElement.clientWidth;
    const columns = getComputedStyle(this.part.pictures.parentElement).gridTemplateColumns.split(" ");
    this.picturesWidth = Math.floor(parseFloat(columns[0])) || this.width;
    this.boxes = pictureBoxes(this.picturesWidth);
    this.show();
  }

  goTo(place) {
    const next = Math.min(this.data.steps.length - 1, Math.max(0, place));
    if (next === this.place) return;
    this.place = next;
    this.show();
  }

  choose(at) {
    const { now } = this;
    if (now.group < 0) return;
    this.chosen[now.group] = Math.min(now.channels.length - 1, Math.max(0, at));
    this.show();
  }

  show() {
    const { data, part, place } = this;
    const step = data.steps[place];
    this.paint(part.ladder, this.ladder.width, this.ladder.height, (context) => paintLadder(context, this.ladder, this.state));
    this.pictures = picturesOf(this.state, data);
    this.paint(part.pictures, this.picturesWidth, picturesHeight(this.picturesWidth), (context) =>
      paintPictures(context, this.pictures, this.boxes, this.theme),
    );
    part.pictures.setAttribute("aria-label", this.pictures.map((picture) => picture.caption).join("; "));
    part.ladder.setAttribute("aria-label", `${data.tensors.length} stages: ${data.tensors.map(({ name }) => name).join(", ")}`);
    part.title.textContent = step.title;
    part.said.textContent = step.said;
    part.where.textContent = `step ${place + 1} of ${data.steps.length}`;
    for (const name of ["first", "back"]) part[name].disabled = place === 0;
    for (const name of ["forward", "last"]) part[name].disabled = this.isLast;
    const { arriving, leaving } = endsOf(place, data.tensors.length);
    const [from, to] = [data.tensors[arriving], data.tensors[leaving]];
    part.numbers.textContent =
      place === 0 ? `going up: ${from.ups}\nstarts: ${from.downs}` : `arrives: ${from.downs}\nleaves: ${to.downs}`;
    this.showChips();
    this.root.dataset.place = String(place);
    this.root.dataset.kind = step.kind;
    this.read(null);
    this.follow(leaving);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.settle(step), AT_REST);
  }

  showChips() {
    const { now, channelAt } = this;
    const nodes = now.channels.map((channel, at) => {
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.textContent = now.shares[at] ? `${channel}: ${now.shares[at]}` : `channel ${channel}`;
      button.setAttribute("aria-pressed", String(at === channelAt));
      button.setAttribute("aria-label", `Channel ${channel}`);
      button.title = now.shares[at] ? `Channel ${channel} carries ${now.shares[at]} of the signal here` : "";
      button.addEventListener("click", () => this.choose(at));
      return button;
    });
    const head = Object.assign(document.createElement("span"), { textContent: "channel" });
    this.part.chips.replaceChildren(...(nodes.length > 1 ? [head] : []), ...nodes);
  }

  paint(canvas, width, height, draw) {
    const ratio = window.devicePixelRatio || 1;
    Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    draw(context);
  }

  /** On a narrow page the ladder scrolls to where the signal is. */
  follow(leaving) {
    const { pane } = this.part;
    pane.scrollLeft = this.ladder.columns[leaving] + this.ladder.step - pane.clientWidth / 2;
  }

  /** The step that ends at the column under the pointer. */
  stepAt(event) {
    const column = Math.floor(event.offsetX / this.ladder.step);
    return this.data.tensors.length - 1 - Math.min(this.data.tensors.length - 1, column) + (column === this.data.tensors.length - 1 ? 0 : 1);
  }

  /** What is under the pointer: {picture, row, column} in the picture's own pixels, or null. */
  under(event) {
    const at = this.boxes.findIndex(({ x, y, size }) => event.offsetX >= x && event.offsetX < x + size && event.offsetY >= y && event.offsetY < y + size);
    const picture = this.pictures[at];
    if (!picture || picture.small) return null;
    const { x, y, size } = this.boxes[at];
    const row = Math.floor(((event.offsetY - y) / size) * picture.bitmap.height);
    const column = Math.floor(((event.offsetX - x) / size) * picture.bitmap.width);
    return { picture, row, column };
  }

  takePlace(event) {
    const found = this.under(event);
    if (found?.picture.pick) this.tell("spot", [found.row, found.column]);
  }

  read(event) {
    const { part, bitmaps } = this;
    const found = event && this.under(event);
    part.pictures.style.cursor = found?.picture.pick ? "pointer" : "";
    if (!found) {
      part.read.textContent = "";
      return;
    }
    const { picture, row, column } = found;
    const tensor = bitmaps.tensors[picture.number];
    const [channels, rows, columns] = tensor.shape;
    const place = row * columns + column;
    let told;
    if (picture.number > 0) told = shortNumber(mapOf(tensor, picture.what, this.chosen[tensor.group] ?? 0).values[place]);
    else {
      const values = picture.what === "up" ? tensor.levels : tensor.down.values;
      told = Array.from({ length: channels }, (_, channel) => values[channel * rows * columns + place])
        .map((value) => shortNumber(picture.what === "up" ? value / 255 : value))
        .join(", ");
    }
    part.read.textContent = `row ${row}, column ${column}: ${told}`;
  }

  settle(step) {
    this.part.spoken.textContent = `${step.title}. ${step.said}`;
    writePlacesToUrl({ step: [this.place, this.data.steps.length - 1] });
  }

  fileName(end) {
    return `${this.data.file}.${end}`;
  }

  save() {
    const canvas = document.createElement("canvas");
    paintSaved(canvas, Math.max(2, window.devicePixelRatio || 1), this.state, this.data);
    savePicture(canvas, this.fileName(`step-${this.place + 1}.png`));
  }

  async saveFilm() {
    const { part, data, state } = this;
    this.hands.pause();
    part.film.disabled = true;
    const bytes = await makeFilm({
      count: data.steps.length,
      width: SAVED_TOTAL,
      delay: FILM_DELAY,
      paint: (canvas, ratio, place) => paintSaved(canvas, ratio, { ...state, place }, data),
      tell: () => !this.gone,
    });
    part.film.disabled = false;
    if (bytes) saveBytes(bytes, "image/gif", this.fileName("gif"));
  }

  destroy() {
    this.gone = true;
    this.hands.pause();
    this.observer.disconnect();
    clearTimeout(this.resting);
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".descent");
  let view = descents.get(root);
  if (!view) {
    view = new DescentView(root);
    descents.set(root, view);
  }
  view.update(data, setTriggerValue);
  return () => view.destroy();
}
