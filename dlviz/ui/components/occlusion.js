// A square that is dragged over a picture, and maps of what the net answers by the square's place.
// Python has measured and drawn the maps; here the square moves and the numbers are looked up.
// Streamlit calls the default function at every rerun that changes data; the node stays.

import { pageTheme } from "./theme.js";
import { amount, chance, sentenceOf } from "./occlusion_words.js";

const views = new WeakMap();
const RESTING = 350; // ms without a key, then the place is told

const png = (text) => `data:image/png;base64,${text}`;
const within = (value, most) => Math.min(most, Math.max(0, value));

class Occlusion {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.maps = [...root.querySelectorAll("[data-map]")];
    this.place = null; // where the square lies: [row, column] of its corner, in pixels
    this.preview = null; // where the pointer on a map asks for it
    this.sent = null; // a place that Python has been told and has not answered yet
    this.listen();
  }

  update(data, tell) {
    const known = this.data && this.data.scene === data.scene;
    this.data = data;
    this.tell = tell;
    const start = String(data.start);
    if (!known) this.sent = this.preview = null;
    if (this.sent === start) this.sent = null;
    if (!known || (!this.dragged && this.sent === null && !this.resting)) this.place = data.start;
    this.dress();
    this.show();
  }

  dress() {
    const { data, part } = this;
    const theme = pageTheme(this.root);
    const set = (name, value) => this.root.style.setProperty(name, value);
    set("--accent", theme.accent);
    set("--thin", theme.line);
    set("--muted", theme.muted);
    set("--scale", `linear-gradient(90deg, ${data.scale.join(", ")})`);
    part.image.src = png(data.image);
    part.square.style.background = data.fill;
    for (const figure of this.maps) this.dressMap(figure, data.maps[figure.dataset.map]);
    this.dressSeen(data.seen);
    part.legend.replaceChildren(...data.regions.map((region) => {
      const item = document.createElement("li");
      for (const tag of ["i", "span", "b"]) item.append(document.createElement(tag));
      const [key, name, share] = item.children;
      key.textContent = region.letter;
      key.style.background = region.colour;
      name.textContent = name.title = region.name;
      share.textContent = `${Math.round(100 * region.share)} %`;
      return item;
    }));
  }

  dressMap(figure, map) {
    figure.hidden = !map;
    if (!map) return;
    const image = figure.querySelector("img");
    image.src = png(map.png);
    image.alt = map.title;
    const title = figure.querySelector("figcaption span");
    title.textContent = title.title = map.title;
    const [ends, note] = [figure.querySelector(".ends"), figure.querySelector(".note")];
    if (ends) ends.lastChild.textContent = amount(map.limit, map.limit);
    if (note) note.textContent = map.note;
  }

  dressSeen(seen) {
    const { part } = this;
    part.seen.hidden = !seen;
    if (!seen) return;
    const [four, note] = part.seen.querySelectorAll(".four, .note");
    note.textContent = seen.note;
    four.replaceChildren(...seen.tiles.map(({ projection, patch, name }) => {
      const tile = document.createElement("div");
      tile.className = "tile";
      tile.tabIndex = 0;
      for (const [text, words] of [[projection, "projection"], [patch, "pixels"]]) {
        const image = document.createElement("img");
        image.src = png(text);
        image.alt = `${name}, ${words}`;
        tile.append(image);
      }
      const label = document.createElement("span");
      label.textContent = name;
      tile.append(label);
      return tile;
    }));
  }

  /** The measured place nearest to a corner: its number in the lists, and the corner itself. */
  nearest([y, x]) {
    const { rows, columns, stride } = this.data;
    const [i, j] = [within(Math.round(y / stride), rows - 1), within(Math.round(x / stride), columns - 1)];
    return { at: i * columns + j, corner: [i * stride, j * stride] };
  }

  /** The answer at a place: the measured one there if it is known, else the nearest. */
  answerAt(place) {
    const { data } = this;
    const { exact } = data;
    if (exact && String(exact.corner) === String(place)) return { ...exact, here: true };
    const { at, corner } = this.nearest(place);
    const from = data.measured[at]; // a coarse sweep lends the nearest place's numbers
    return {
      probability: data.maps.probability.values[at],
      confidence: data.confidence[at],
      label: data.names[data.labels[at]],
      activity: data.maps.activity?.values[at],
      hidden: data.phrases[data.hidden[at]],
      here: from && String(corner) === String(place),
    };
  }

  show() {
    const { data, part } = this;
    const place = this.preview ?? this.place;
    const answer = this.answerAt(place);
    for (const square of this.root.querySelectorAll(".square")) this.put(square, place);
    part.sentence.textContent = sentenceOf(data.uncovered, answer, data.target, answer.hidden);
    const [y, x] = place;
    part.where.textContent = `Row ${y}, column ${x}: ${answer.here ? "measured here" : "numbers of the nearest place"}`;
    this.showAnswers(answer);
    for (const figure of this.maps) this.showValue(figure, answer);
    [...part.legend.children].forEach((item, index) => {
      item.classList.toggle("here", data.regions[index].name === answer.label);
    });
    this.root.dataset.place = `${y} ${x}`;
    this.root.dataset.measured = data.measured.filter(Boolean).length;
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      part.spoken.textContent = part.sentence.textContent;
    }, RESTING);
  }

  put(square, [y, x]) {
    const { width, height, size } = this.data;
    const { style } = square;
    style.left = `${(100 * x) / width}%`;
    style.top = `${(100 * y) / height}%`;
    style.width = `${(100 * size) / width}%`;
    style.height = `${(100 * size) / height}%`;
  }

  showAnswers({ label, confidence, probability }) {
    const { target } = this.data;
    const rows = [[`says “${label}”`, confidence]];
    rows.push(label === target ? ["everything else", 1 - confidence] : [`“${target}”`, probability]);
    rows.forEach(([words, value], index) => {
      const [name, bar, number] = this.part.answers.children[index].children;
      name.textContent = name.title = words;
      bar.firstChild.style.width = `${100 * value}%`;
      number.textContent = chance(value).replace("below ", "< ");
    });
  }

  showValue(figure, answer) {
    const map = this.data.maps[figure.dataset.map];
    const bar = figure.querySelector(".bar u");
    if (!map || !bar) return;
    const value = answer[figure.dataset.map];
    bar.style.left = `${100 * within(value / (map.limit || 1), 1)}%`;
    figure.querySelector(".ends b").textContent = amount(value, map.limit);
  }

  listen() {
    const { picture } = this.part;
    picture.addEventListener("pointerdown", (event) => this.grab(event));
    picture.addEventListener("pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) {
      picture.addEventListener(name, () => this.release());
    }
    picture.addEventListener("keydown", (event) => this.press(event));
    for (const figure of this.maps) {
      const map = figure.querySelector(".picture");
      map.addEventListener("pointermove", (event) => this.look(this.placeUnder(event)));
      map.addEventListener("pointerleave", () => this.look(null));
      map.addEventListener("pointerdown", (event) => this.choose(this.placeUnder(event)));
    }
  }

  /** The pixel under the pointer, [row, column], with fractions. */
  pixel(event) {
    const { width, height } = this.data;
    const area = event.currentTarget.getBoundingClientRect();
    return [
      ((event.clientY - area.top) / area.height) * height,
      ((event.clientX - area.left) / area.width) * width,
    ];
  }

  /** The corner of the measured square whose middle is nearest to the pointer on a map. */
  placeUnder(event) {
    const half = this.data.size / 2;
    return this.nearest(this.pixel(event).map((at) => at - half)).corner;
  }

  grab(event) {
    if (event.button) return;
    const [y, x] = this.pixel(event);
    const { size } = this.data;
    const [top, left] = this.place;
    const inside = y >= top && y < top + size && x >= left && x < left + size;
    this.held = inside ? [y - top, x - left] : [size / 2, size / 2];
    this.dragged = true;
    event.currentTarget.setPointerCapture(event.pointerId);
    event.currentTarget.classList.add("dragged");
    this.drag(event);
  }

  drag(event) {
    if (!this.dragged) return;
    const [y, x] = this.pixel(event);
    this.moveTo([Math.round(y - this.held[0]), Math.round(x - this.held[1])]);
  }

  release() {
    if (!this.dragged) return;
    this.dragged = false;
    this.part.picture.classList.remove("dragged");
    this.commit();
  }

  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const far = event.shiftKey ? 1 : this.data.stride;
    const moves = {
      ArrowLeft: [0, -far], ArrowRight: [0, far], ArrowUp: [-far, 0], ArrowDown: [far, 0],
    };
    const move = moves[event.key];
    if (!move) return;
    this.moveTo(this.place.map((at, axis) => at + move[axis]));
    event.preventDefault();
    event.stopPropagation();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.commit(), RESTING);
  }

  look(place) {
    this.preview = place;
    this.show();
  }

  choose(place) {
    this.place = place;
    this.show();
    this.commit();
  }

  moveTo([y, x]) {
    const { width, height, size } = this.data;
    this.preview = null;
    this.place = [within(y, height - size), within(x, width - size)];
    this.show();
  }

  commit() {
    this.resting = null;
    if (String(this.place) === String(this.data.start)) return; // Python knows
    this.sent = String(this.place);
    this.tell({ scene: this.data.scene, corner: this.place });
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".occlusion");
  let view = views.get(root);
  if (!view) {
    view = new Occlusion(root);
    views.set(root, view);
  }
  view.update(data, (at) => setTriggerValue("at", at));
  return () => clearTimeout(view.resting);
}
