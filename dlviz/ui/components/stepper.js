// The convolution stepper: one canvas, and controls that never ask the server.
// Streamlit calls the default function at every rerun that changes data or theme; the node, the
// step and a running animation belong to the instance, which lives as long as the node.

import { savePicture } from "./picture.js";
import { decodeTable } from "./scale.js";
import { pageTheme } from "./theme.js";
import { arrange, cellAt, clamp } from "./stepper_layout.js";
import { draw, measureSums } from "./stepper_draw.js";
import { spoken } from "./stepper_text.js";

const ANIMATION = 520; // ms from window to output cell
const SETTLED = 250; // ms without a step, then it is spoken and written into the URL
const instances = new WeakMap();

const largest = (values) => Math.max(...values.flat(Infinity).map(Math.abs)) || 1;

function readTheme(element) {
  const theme = pageTheme(element);
  return {
    ...theme,
    muted: theme.dark ? "#a3a8b4" : "#5f6470",
    faint: theme.dark ? "#5a606e" : "#aab0bc",
    accent: theme.dark ? "#2fd3a3" : "#008a65",
  };
}

/** The step asked for by the page's address, counted from 1 there; null if there is none. */
function stepInUrl(count) {
  const asked = Number(new URLSearchParams(window.location.search).get("step") ?? NaN);
  return Number.isInteger(asked) && asked >= 1 && asked <= count ? asked - 1 : null;
}

function writeStepToUrl(step, start) {
  const url = new URL(window.location.href);
  if (step === start) url.searchParams.delete("step");
  else url.searchParams.set("step", String(step + 1));
  if (url.href !== window.location.href) {
    window.history.replaceState(window.history.state, "", url);
  }
}

class Stepper {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.context = this.part.canvas.getContext("2d");
    this.still = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.progress = 1;
    this.listen();
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.part.stage);
  }

  /** New numbers or another theme; the step stays where the window can stay. */
  update(data) {
    const known = this.data;
    const same = known && known.rows === data.rows && known.columns === data.columns;
    this.data = data;
    if (!known) this.step = stepInUrl(data.output.length) ?? data.start;
    else if (!same) this.step = data.start;
    this.before = same ? this.before : this.step;
    if (!same) this.pause();
    this.theme = readTheme(this.root);
    const tables = data.scales[this.theme.dark ? "dark" : "light"];
    this.tables = { signed: decodeTable(tables.signed), grey: decodeTable(tables.grey) };
    this.limits = {
      image: largest(data.image), kernel: largest(data.kernel),
      products: largest(data.products), output: largest(data.output),
    };
    this.part.slider.max = String(data.output.length - 1);
    this.root.style.setProperty("--accent", this.theme.accent);
    this.resize();
    this.show();
    this.settle(known ? SETTLED : 0);
  }

  resize() {
    const width = Math.floor(this.part.stage.clientWidth);
    if (!this.data || width < 1) return;
    const { image, kernel, rows, columns } = this.data;
    const shapes = {
      input: [image.length, image[0].length],
      kernel: [kernel.length, kernel[0].length],
      output: [rows, columns],
    };
    this.layout = arrange(width, shapes, measureSums(this.context, this.data, this.theme));
    this.part.canvas.style.height = `${this.layout.height}px`;
    this.paint();
  }

  scene() {
    const { data, layout, theme, tables, limits, step, before, progress } = this;
    return { data, layout, theme, tables, limits, step, before, progress };
  }

  /** Paint at the screen's own resolution (or another), filling the canvas. */
  paint(canvas = this.part.canvas, ratio = window.devicePixelRatio || 1) {
    const { width, height } = this.layout;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== across || canvas.height !== down) {
      canvas.width = across;
      canvas.height = down;
    }
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw(context, this.scene());
  }

  goTo(step, animate = true) {
    const next = clamp(step, 0, this.data.output.length - 1);
    if (next === this.step) return;
    this.before = this.step;
    this.step = next;
    this.animate(animate && !this.still.matches && !this.hurried());
    this.show();
    this.settle(SETTLED);
  }

  /** At high speed the next step would begin before the animation ends. */
  hurried() {
    return this.timer !== undefined && this.interval() < ANIMATION;
  }

  animate(wanted) {
    cancelAnimationFrame(this.frame);
    this.progress = wanted ? 0 : 1;
    const begin = performance.now();
    const tick = (now) => {
      this.progress = wanted ? clamp((now - begin) / ANIMATION, 0, 1) : 1;
      if (this.layout) this.paint();
      if (this.progress < 1) this.frame = requestAnimationFrame(tick);
    };
    this.frame = requestAnimationFrame(tick);
  }

  show() {
    const count = this.data.output.length;
    const { slider, where, first, back, forward, last } = this.part;
    slider.value = String(this.step);
    slider.setAttribute("aria-valuetext", `step ${this.step + 1} of ${count}`);
    where.textContent = `step ${this.step + 1} of ${count}`;
    this.root.dataset.step = String(this.step);
    for (const button of [first, back]) button.disabled = this.step === 0;
    for (const button of [forward, last]) button.disabled = this.step === count - 1;
  }

  /** When the hand rests, say the sum and put the step into the address. */
  settle(delay) {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      if (this.timer !== undefined) return;
      const text = spoken(this.data, this.step);
      this.part.spoken.textContent = text;
      this.part.canvas.setAttribute("aria-label", text);
      writeStepToUrl(this.step, this.data.start);
    }, delay);
  }

  interval() {
    return 1000 / Number(this.part.speed.value);
  }

  play() {
    const last = this.data.output.length - 1;
    if (this.step === last) this.goTo(0, false);
    const tick = () => {
      this.goTo(this.step + 1);
      if (this.step === last) this.pause();
      else this.timer = setTimeout(tick, this.interval());
    };
    this.timer = setTimeout(tick, this.interval() / 2);
    this.showPlaying();
  }

  pause() {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.showPlaying();
    this.settle(SETTLED);
  }

  toggle() {
    if (this.timer === undefined) this.play();
    else this.pause();
  }

  showPlaying() {
    const playing = this.timer !== undefined;
    this.root.classList.toggle("playing", playing);
    this.part.play.setAttribute("aria-label", playing ? "Pause" : "Play");
    this.part.play.title = playing ? "Pause (space)" : "Play (space)";
  }

  /** By hand: stepping stops the film. */
  byHand(step, animate = true) {
    this.pause();
    this.goTo(step, animate);
  }

  listen() {
    const { canvas, slider, play, first, back, forward, last, save, stage } = this.part;
    first.addEventListener("click", () => this.byHand(0));
    back.addEventListener("click", () => this.byHand(this.step - 1));
    play.addEventListener("click", () => this.toggle());
    forward.addEventListener("click", () => this.byHand(this.step + 1));
    last.addEventListener("click", () => this.byHand(this.data.output.length - 1));
    slider.addEventListener("input", () => this.byHand(Number(slider.value), false));
    save.addEventListener("click", () => this.save());
    this.root.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("pointerdown", (event) => {
      stage.focus({ preventScroll: true });
      this.point(event, true);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons === 1 && event.pointerType !== "touch") this.point(event, false);
    });
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = event.target;
    if (at === this.part.speed) return;
    const row = this.data.columns;
    const moves = {
      ArrowLeft: this.step - 1, ArrowRight: this.step + 1,
      ArrowUp: this.step - row, ArrowDown: this.step + row,
      Home: 0, End: this.data.output.length - 1,
    };
    const inside = (step) => step >= 0 && step < this.data.output.length;
    if (event.key in moves) {
      if (inside(moves[event.key])) this.byHand(moves[event.key], !event.repeat);
    } else if (event.key === " " && at.tagName !== "BUTTON") this.toggle();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The window follows the pointer on the input; a cell of the output goes to its step. */
  point(event, animate) {
    const area = this.part.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - area.left, event.clientY - area.top];
    const { rows, columns, stride, kernel } = this.data;
    const output = cellAt(this.layout.output, x, y);
    if (output) return this.byHand(output[0] * columns + output[1], animate);
    const input = cellAt(this.layout.input, x, y);
    if (!input) return undefined;
    const under = (cell, taps, count) =>
      clamp(Math.round((cell - (taps - 1) / 2) / stride), 0, count - 1);
    const row = under(input[0], kernel.length, rows);
    const column = under(input[1], kernel[0].length, columns);
    return this.byHand(row * columns + column, animate);
  }

  save() {
    const canvas = document.createElement("canvas");
    this.paint(canvas, Math.max(2, window.devicePixelRatio || 1));
    savePicture(canvas, `convolution-step-${this.step + 1}.png`);
  }

  destroy() {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    clearTimeout(this.resting);
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".stepper");
  let stepper = instances.get(root);
  if (!stepper) {
    stepper = new Stepper(root);
    instances.set(root, stepper);
  }
  stepper.update(data);
  return () => stepper.destroy();
}
