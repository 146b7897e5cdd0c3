// The convolution stepper: one canvas, and controls that never ask the server.
// Streamlit calls the default function at every rerun that changes data or theme; the node, the
// step and a running animation belong to the instance, which lives as long as the node.

import { savePicture } from "./picture.js";
import { decodeTable } from "./scale.js";
import { pageTheme } from "./theme.js";
import { placeInUrl, writePlacesToUrl } from "./stepper_address.js";
import { Brush, CellEditor } from "./stepper_edit.js";
import { Hands } from "./stepper_hands.js";
import { USUAL_HINT } from "./stepper_hints.js";
import { clamp } from "./stepper_layout.js";
import { outputsOf, stepParts } from "./stepper_math.js";
import { Player } from "./stepper_play.js";
import { Stage } from "./stepper_stage.js";
import { numberText } from "./numbers.js";
import { spoken } from "./stepper_text.js";

const ANIMATION = 520; // ms from window to output cell
const TURN = 900; // ms for the kernel's half turn
const SETTLED = 250; // ms without a step, then it is spoken and written into the URL
const instances = new WeakMap();

const largest = (values) => [values].flat(Infinity).reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;

const shapeOf = ({ image, kernels, count, maps, axis, separate }) =>
  [
    image.length, image[0].length, axis.drawn.length, axis.taps.length, count,
    kernels?.length, maps.length, separate,
  ].join();

class Stepper extends Stage {
  constructor(root) {
    super(root);
    this.still = window.matchMedia("(prefers-reduced-motion: reduce)");
    [this.progress, this.turning, this.map, this.hover] = [1, 1, 0, null];
    this.editor = new CellEditor(this, this.part.editor);
    this.brush = new Brush(this);
    this.player = new Player(this);
    this.hands = new Hands(this);
    this.observer = new ResizeObserver(() => this.resize());
    this.above = new ResizeObserver(() => this.followPage());
    this.back = () => this.reopen();
    this.gone = true;
  }

  /** Watch the page, from the first numbers on, and again if Streamlit took us for gone. */
  attend() {
    if (!this.gone) return;
    this.gone = false;
    this.observer.observe(this.part.stage);
    // What stands above may come only after the first numbers: on a server that has just begun.
    const page = document.querySelector('[data-testid="stMainBlockContainer"]');
    if (page) this.above.observe(page);
    window.addEventListener("popstate", this.back);
  }

  /** The step to open at: a lesson card asks to predict, so nothing is filled in yet. */
  usual() {
    return new URLSearchParams(window.location.search).has("try") ? 0 : this.data.start;
  }

  /** Back in the browser: its address says which step and which map. */
  reopen() {
    this.reopened = true;
    this.map = Math.min(placeInUrl("map", this.data.maps.length) ?? 0, this.data.maps.length - 1);
    this.compute();
    this.goTo(placeInUrl("step", this.data.count ** 2) ?? this.usual(), false);
    this.resize();
  }

  /** New numbers or another theme; the step stays where the window can stay. */
  update(data, send) {
    const known = this.data;
    this.send = send;
    this.attend();
    const same = known !== undefined && shapeOf(known) === shapeOf(data);
    // What was edited here and has not come back yet is newer than what the server knew.
    const newer = same && data.edition < this.edition;
    const numbers = newer ? { image: known.image, kernels: known.kernels } : {};
    this.data = { ...data, ...numbers };
    this.edition = newer ? this.edition : data.edition;
    const text = JSON.stringify({ ...data, edition: 0 });
    if (text !== this.text) this.player.stopFilm();
    this.text = text;
    const another = known !== undefined && known.opening !== data.opening;
    const opened = !known || another || this.reopened;
    if (another) {
      // Said with the numbers: in the address our own last step may just have been written.
      this.step = clamp((data.asked ?? this.usual() + 1) - 1, 0, data.count ** 2 - 1);
      this.map = 0;
    } else if (opened) {
      this.step = placeInUrl("step", data.count ** 2) ?? this.usual();
      this.map = placeInUrl("map", data.maps.length) ?? 0;
    } else if (known.count !== data.count) this.step = data.start;
    this.reopened = false;
    this.map = Math.min(this.map, data.maps.length - 1);
    if (!same || opened) {
      [this.before, this.hover] = [this.step, null];
      this.player.pause();
      this.editor.close();
    }
    this.theme = pageTheme(this.root);
    const tables = data.scales[this.theme.dark ? "dark" : "light"];
    this.tables = { signed: decodeTable(tables.signed), grey: decodeTable(tables.grey) };
    this.root.style.setProperty("--accent", this.theme.accent);
    this.root.style.setProperty("--wrong", this.theme.wrong);
    this.part.slider.max = String(data.count ** 2 - 1);
    this.compute();
    if (same && known.halfTurn !== data.halfTurn) this.animate("turning", TURN, true);
    this.resize();
    this.followPage();
    this.show();
    this.settle(known ? SETTLED : 0);
  }

  /** Work out all outputs, and how far the colours reach. */
  compute() {
    const { data } = this;
    this.known = new Map();
    const { outputs, products } = outputsOf(data);
    this.outputs = outputs;
    // Each map has colours of its own: beside an edge detector's a blur's weights would all be pale.
    const ofMaps = (tables) => (data.separate ? [largest(tables)] : tables.map(largest));
    const limits = {
      kernels: data.kernels ? ofMaps(data.kernels) : [1],
      products: ofMaps(products),
      outputs: ofMaps(outputs),
    };
    const of = (list, map) => list[data.separate ? 0 : map];
    this.limits = {
      image: largest(data.image),
      signed: data.image.flat(2).some((value) => value < 0),
      kernel: of(limits.kernels, this.map),
      products: of(limits.products, this.map),
      output: (map) => of(limits.outputs, map),
    };
    this.layer = null;
    this.root.dataset.output = outputs[this.map].slice(0, 400).map(numberText).join(" ");
  }

  /** The parts of one step of one map, worked out once. */
  partsOf = (map, step) => {
    const key = map * this.data.count ** 2 + step;
    if (!this.known.has(key)) this.known.set(key, stepParts(this.data, map, step));
    return this.known.get(key);
  };

  laidOut() {
    this.editor.cover();
  }

  goTo(step, animate = true) {
    const next = clamp(step, 0, this.data.count ** 2 - 1);
    if (next === this.step) return;
    this.before = this.step;
    this.step = next;
    this.animate("progress", ANIMATION, animate && !this.player.hurried(ANIMATION));
    this.show();
    this.settle(SETTLED);
  }

  /** Look at another of the maps. */
  focusMap(map) {
    const next = clamp(map, 0, this.data.maps.length - 1);
    if (next === this.map) return;
    this.map = next;
    this.compute();
    this.resize();
    this.settle(SETTLED);
  }

  /** Let `progress` or `turning` run from 0 to 1, or be there at once. */
  animate(name, duration, wanted) {
    const moves = wanted && !this.still.matches;
    this.frames ??= {};
    cancelAnimationFrame(this.frames[name]);
    this[name] = moves ? 0 : 1;
    const begin = performance.now();
    const tick = (now) => {
      this[name] = moves ? clamp((now - begin) / duration, 0, 1) : 1;
      if (this.layout) this.paint();
      if (this[name] < 1) this.frames[name] = requestAnimationFrame(tick);
    };
    this.frames[name] = requestAnimationFrame(tick);
  }

  show() {
    const count = this.data.count ** 2;
    const { slider, where, first, back, play, forward, last } = this.part;
    play.disabled = count === 1;
    slider.value = String(this.step);
    slider.setAttribute("aria-valuetext", `step ${this.step + 1} of ${count}`);
    where.textContent = `step ${this.step + 1} of ${count}`;
    this.root.dataset.step = String(this.step);
    for (const button of [first, back]) button.disabled = this.step === 0;
    for (const button of [forward, last]) button.disabled = this.step === count - 1;
    if (!this.hover) this.hint(USUAL_HINT);
  }

  /** When the hand rests, say the sum and put step and map into the address. */
  settle(delay) {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      if (this.player.playing) return;
      const text = spoken(this.data, this.map, this.step);
      this.part.spoken.textContent = text;
      this.part.canvas.setAttribute("aria-label", text);
      writePlacesToUrl({ step: [this.step, this.usual()], map: [this.map, 0] });
    }, delay);
  }

  /** By hand: stepping stops the film. */
  byHand(step, animate = true) {
    this.player.pause();
    this.goTo(step, animate);
  }

  hint(sentence) {
    if (this.part.hint.textContent !== sentence) this.part.hint.textContent = sentence;
  }

  /** One sentence on what cannot be; "" takes it away. */
  refuse(sentence) {
    this.part.refusal.textContent = sentence;
    this.part.refusal.hidden = sentence === "";
    this.part.hint.hidden = sentence !== "";
  }

  /** Which map the kernel drawn at `index` belongs to. */
  shownMap(index) {
    return this.data.separate && this.layout.kernels.length > 1 ? index : this.map;
  }

  /** Set one number of the input or the kernels, at its place; the picture follows at once. */
  change(kind, place, value) {
    const table = kind === "inputs" ? this.data.image : this.data.kernels;
    const row = place.slice(0, -1).reduce((part, index) => part[index], table);
    row[place[place.length - 1]] = value;
    this.player.stopFilm();
    this.stale ??= requestAnimationFrame(() => this.refresh());
  }

  /** Work out anew what was changed: once a frame, however many cells a stroke went over. */
  refresh() {
    this.stale = undefined;
    this.compute();
    this.resize();
    this.settle(SETTLED);
  }

  /** Tell the page, which keeps the numbers in the address and compares with torch. */
  share() {
    this.edition += 1;
    const { image, kernels, stamp } = this.data;
    this.send({ edition: this.edition, stamp, image, kernels });
  }

  save() {
    const canvas = document.createElement("canvas");
    this.paint(canvas, Math.max(2, window.devicePixelRatio || 1), { hover: null });
    savePicture(canvas, `convolution-step-${this.step + 1}.png`);
  }

  destroy() {
    this.gone = true;
    this.observer.disconnect();
    this.above.disconnect();
    window.removeEventListener("popstate", this.back);
    this.player.destroy();
    Object.values(this.frames ?? {}).forEach(cancelAnimationFrame);
    clearTimeout(this.resting);
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".stepper");
  let stepper = instances.get(root);
  if (!stepper) {
    stepper = new Stepper(root);
    instances.set(root, stepper);
  }
  stepper.update(data, (edit) => setTriggerValue("edit", edit));
  return () => stepper.destroy();
}
