// Pictures under a slider, and curves of what the change does to their features. Python has
// measured the curves; here the pictures are changed and the numbers looked up, with no server.
// Streamlit calls the default function at every rerun that changes data; the node stays.

import { pageTheme } from "./theme.js";
import { savePicture } from "./picture.js";
import { writeWishesToUrl } from "./maps_address.js";
import { warped } from "./invariance_warp.js";
import { changeText, invarianceSentence } from "./invariance_words.js";
import { chartArea, drawSymbol, paintChart, valueUnder } from "./invariance_charts.js";

const RESTING_HAND = 350; // ms without a move, then it is spoken and written into the address
const FRAME = 70; // ms of a played step
const [TALL, TALL_LARGE] = [190, 236];
const changes = new WeakMap();

function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

class Invariance {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.observer = new ResizeObserver(() => this.data && this.show());
    this.observer.observe(this.part.charts);
    const { slider, play, save } = this.part;
    slider.addEventListener("input", () => this.goTo(Number(slider.value)));
    slider.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      this.toggle();
    });
    play.addEventListener("click", () => this.toggle());
    save.addEventListener("click", () => this.save());
  }

  update(data) {
    // What we wrote into the address ourselves is no link's wish, least of all for another change.
    const linked = !this.data || data.asked !== this.written;
    const another = this.data?.values.join() !== data.values.join();
    this.data = data;
    this.written = data.asked;
    this.theme = pageTheme(this.root);
    if (linked || another) {
      this.stop();
      const asked = linked ? data.values.indexOf(Number(data.asked ?? NaN)) : -1;
      this.at = asked >= 0 ? asked : data.values.indexOf(data.start);
    }
    this.dress();
    this.show();
  }

  dress() {
    const { data, part, theme } = this;
    for (const [name, colour] of [["--accent", theme.accent], ["--thin", theme.line], ["--wrong", theme.wrong]]) {
      this.root.style.setProperty(name, colour);
    }
    part.slider.max = data.values.length - 1;
    part.slider.setAttribute("aria-label", data.title);
    this.rgb = data.pictures.map((picture) => bytesOf(picture.rgb));
    if (part.pictures.childElementCount !== data.pictures.length) {
      part.pictures.replaceChildren(...data.pictures.map(() => this.emptyPicture()));
    }
    const charts = this.charts();
    if (part.charts.childElementCount !== charts.length) {
      part.charts.replaceChildren(...charts.map(() => this.emptyChart()));
    }
    charts.forEach((chart, index) => {
      const [caption, canvas] = part.charts.children[index].children;
      caption.textContent = chart.title;
      canvas.setAttribute("aria-label", chart.title);
    });
    [...part.pictures.children].forEach((node, index) => {
      node.querySelector("b").textContent = data.pictures[index].name;
      this.paintKey(node.querySelector(".key"), index);
    });
  }

  emptyPicture() {
    const node = document.createElement("div");
    node.className = "picture";
    node.innerHTML = '<canvas role="img"></canvas><div><canvas class="key" aria-hidden="true"></canvas><b></b><span></span></div>';
    return node;
  }

  emptyChart() {
    const node = document.createElement("figure");
    node.innerHTML = '<figcaption></figcaption><canvas role="img"></canvas>';
    const canvas = node.lastChild;
    const follow = (event) => {
      const area = chartArea(canvas.clientWidth, canvas.clientHeight);
      this.goTo(valueUnder(event.offsetX, area, this.data.values));
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      canvas.setPointerCapture(event.pointerId);
      follow(event);
    });
    canvas.addEventListener("pointermove", (event) => event.buttons & 1 && follow(event));
    return node;
  }

  /** Distances of both layers share one scale where they have one unit. */
  charts() {
    const { layers, probability, relative } = this.data;
    const most = layers.map((layer) => Math.max(...layer.distances.flat(), relative ? 1.15 : 1e-6));
    const both = Math.max(...most);
    const drawn = layers.map((layer, index) => ({
      title: layer.caption,
      rows: layer.distances,
      limit: 1.02 * (relative ? both : most[index]),
      mark: relative ? { at: 1, words: "as another picture" } : null,
    }));
    return [...drawn, { title: this.data.chance, rows: probability, limit: 1, mark: null }];
  }

  get look() {
    const { values, known, kind, colours, dashes, symbols } = this.data;
    return { values, known, kind, colours, dashes, symbols, at: this.at };
  }

  show() {
    const { data, part, at } = this;
    const value = data.values[at];
    part.slider.value = at;
    part.slider.setAttribute("aria-valuetext", changeText(data.kind, value));
    part.value.textContent = changeText(data.kind, value);
    part.sentence.textContent = invarianceSentence(data, at);
    [...part.pictures.children].forEach((node, index) => this.showPicture(node, index));
    this.root.style.setProperty("--tall", `${window.innerHeight > 800 ? TALL_LARGE : TALL}px`);
    this.charts().forEach((chart, index) => this.showChart(part.charts.children[index].lastChild, chart));
    this.root.dataset.value = value;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(), RESTING_HAND);
  }

  showPicture(node, index) {
    const { data, at } = this;
    this.paintPicture(node.firstChild, index);
    const says = node.querySelector("span");
    const right = data.label[index][at] === data.pictures[index].label;
    says.textContent = this.saidText(index);
    says.className = right || !data.known[at] ? "" : "wrong";
    node.firstChild.setAttribute("aria-label", `${data.pictures[index].name}, ${says.textContent}`);
  }

  saidText(index) {
    const { data, at } = this;
    if (!data.known[at]) return "not measured";
    const right = data.label[index][at] === data.pictures[index].label;
    const chance = `${Math.round(100 * data.confidence[index][at])} %`;
    return right ? `✓ ${chance}` : `✗ ${data.names[data.label[index][at]]} ${chance}`;
  }

  paintPicture(canvas, index) {
    const { width, height, kind, values, fill } = this.data;
    Object.assign(canvas, { width, height });
    const pixels = warped(this.rgb[index], width, height, kind, values[this.at], fill);
    canvas.getContext("2d").putImageData(new ImageData(pixels, width), 0, 0);
  }

  paintKey(canvas, index) {
    const ratio = window.devicePixelRatio || 1;
    Object.assign(canvas, { width: 56 * ratio, height: 14 * ratio });
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    this.strokeKey(context, index);
  }

  strokeKey(context, index) {
    context.strokeStyle = context.fillStyle = this.data.colours[index];
    context.lineWidth = 2.5;
    context.setLineDash(this.data.dashes[index]);
    context.beginPath();
    context.moveTo(0, 7);
    context.lineTo(56, 7);
    context.stroke();
    context.setLineDash([]);
    drawSymbol(context, this.data.symbols[index], 28, 7, 5);
  }

  showChart(canvas, chart) {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width) return;
    Object.assign(canvas, { width: width * ratio, height: height * ratio });
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    paintChart(context, width, height, chart, this.look, this.theme);
  }

  goTo(at) {
    if (at === this.at) return;
    this.at = at;
    this.show();
  }

  toggle() {
    if (this.playing) return this.stop();
    this.part.play.textContent = "Pause";
    this.playing = setInterval(() => this.goTo((this.at + 1) % this.data.values.length), FRAME);
  }

  stop() {
    clearInterval(this.playing);
    this.playing = null;
    this.part.play.textContent = "Play";
  }

  rest() {
    this.part.spoken.textContent = this.part.sentence.textContent;
    const value = this.data.values[this.at];
    this.written = value === this.data.start ? null : String(value);
    writeWishesToUrl({ by: this.written });
  }

  save() {
    const { data, theme } = this;
    const [edge, wide, tall, picture] = [20, 400, 250, 150];
    const canvas = document.createElement("canvas");
    const height = 190 + picture + tall;
    Object.assign(canvas, { width: 2 * (3 * wide + 2 * edge), height: 2 * height });
    const context = canvas.getContext("2d");
    context.scale(2, 2);
    context.fillStyle = theme.background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const write = (text, x, y, size, weight = 400) => {
      context.fillStyle = theme.text;
      context.font = `${weight} ${size}px ${theme.font}`;
      context.textAlign = "left";
      context.fillText(text, x, y, 3 * wide);
    };
    write(data.heading, edge, 34, 18, 600);
    write(this.part.sentence.textContent, edge, 62, 16);
    context.imageSmoothingEnabled = false;
    data.pictures.forEach((one, index) => {
      const x = edge + index * (3 * wide) / data.pictures.length;
      context.drawImage(this.part.pictures.children[index].firstChild, x, 80, picture, picture);
      context.save();
      context.translate(x, 80 + picture + 4);
      this.strokeKey(context, index);
      context.restore();
      write(`${one.name}: ${this.saidText(index)}`, x + 62, 80 + picture + 16, 14);
    });
    this.charts().forEach((chart, index) => {
      const [x, y] = [edge + index * wide, 80 + picture + 52];
      write(chart.title, x, y, 15, 600);
      context.save();
      context.translate(x, y + 8);
      paintChart(context, wide - 8, tall, chart, this.look, theme);
      context.restore();
    });
    savePicture(canvas, `${data.file}.png`);
  }

  destroy() {
    this.stop();
    clearTimeout(this.resting);
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".invariance");
  let view = changes.get(root);
  if (!view) {
    view = new Invariance(root);
    changes.set(root, view);
  }
  view.update(data);
  return () => view.destroy();
}
