// The path of an attack: every step's picture, what is added, and what the net says, without the
// server. Python has walked the path and asked the net; here it is stepped, scrubbed and played.

import { decodeTable } from "./scale.js";
import { pageTheme } from "./theme.js";
import { channelMean, fgsmBytes, rgbaOf, signedRgba } from "./fgsm_math.js";
import {
  PATH_DEPTH, pathArea, pathBox, pathChange, pathName, pathPicture, pathPixels, pathScaleText,
  pathSentence,
} from "./attack_path_math.js";
import { PATH_COLOURS, paintPathChart, pathAreas, pathStepAt } from "./attack_path_draw.js";
import { savePathFilm, savePathSheet } from "./attack_path_save.js";

const PATH_PLAY = 450; // ms a step
const PATH_REST = 500; // ms without a move, then Python is told
const paths = new WeakMap();

class AttackPath {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.observer = new ResizeObserver(() => this.data && this.showChart());
    this.observer.observe(this.part.chart);
    this.listen();
    this.listenToDrag();
  }

  update(data, tell) {
    const another = this.data?.scene !== data.scene;
    const longer = this.data && this.data.steps.length !== data.steps.length;
    const linked = another || this.data.asked !== data.asked;
    Object.assign(this, { data, tell });
    this.theme = pageTheme(this.root);
    this.table = decodeTable(data.scales[this.theme.dark ? "dark" : "light"]);
    if (another || longer) {
      this.pixels = fgsmBytes(data.pixels);
      this.block = fgsmBytes(data.changes);
    }
    if (another) this.stop();
    if ((linked && this.told !== data.asked) || longer) this.step = data.start;
    this.step = Math.min(this.step ?? data.start, this.last);
    this.dress();
    this.show();
  }

  get last() {
    return this.data.steps.length - 1;
  }

  /** RGBA of a step's picture: "clean", "change" or "moved". */
  picture(step, what) {
    const { channels, sent, steps } = this.data;
    if (what === "clean") return rgbaOf(this.pixels, channels);
    const place = pathPicture(sent, step);
    const change = pathChange(this.block, place, this.pixels.length);
    if (what === "moved") return rgbaOf(pathPixels(this.pixels, change, steps[sent[place]].limit), channels);
    return signedRgba(channelMean(change, channels), PATH_DEPTH, this.table);
  }

  paint(name, rgba) {
    const { width, height } = this.data;
    const canvas = this.part[name];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    canvas.getContext("2d").putImageData(new ImageData(rgba, width), 0, 0);
  }

  dress() {
    const { data, part } = this;
    this.root.style.setProperty("--rendering", data.width < 128 ? "pixelated" : "auto");
    part.slider.max = this.last;
    this.paint("clean", this.picture(0, "clean"));
    part.clean.setAttribute("aria-label", `The picture: ${data.steps[0].answer}`);
    part.answer0.textContent = data.steps[0].answer;
    const key = (colour, mark, words) => {
      const [item, dot] = [document.createElement("span"), document.createElement("b")];
      dot.textContent = mark;
      dot.style.color = colour;
      item.append(dot, ` ${words}`);
      return item;
    };
    part.key.replaceChildren(
      key(PATH_COLOURS.clean, "●", data.label),
      key(data.aimed ? PATH_COLOURS.aim : PATH_COLOURS.rival, "●", data.aimed ? `${data.rival}, the target` : data.rival),
      key(this.theme.muted, "┄", "the answer"),
    );
    const drags = data.mask !== null && data.mask.kind !== "channel";
    part.clean.parentElement.classList.toggle("dragged", drags);
    this.outline(drags ? data.mask : null);
  }

  outline(mask) {
    const { style } = this.part.outline;
    style.display = mask ? "block" : "none";
    if (!mask) return;
    const [top, left, height, width] = pathBox(mask, this.data.height, this.data.width);
    Object.assign(style, {
      top: `${100 * top}%`, left: `${100 * left}%`, height: `${100 * height}%`, width: `${100 * width}%`,
      borderRadius: mask.kind === "sticker" ? "50%" : "0",
    });
  }

  show() {
    const { data, part, step } = this;
    const one = data.steps[step];
    this.paint("change", this.picture(step, "change"));
    this.paint("moved", this.picture(step, "moved"));
    part.change.setAttribute("aria-label", `What is added: ${pathName(data, step)}`);
    part.moved.setAttribute("aria-label", `${pathName(data, step)}: ${one.answer}`);
    part.scale.textContent = pathScaleText(one.limit);
    part.number.textContent = pathName(data, step);
    part.slider.value = step;
    part.slider.setAttribute("aria-valuetext", `${pathName(data, step)}: ${one.answer}, ${one.share}`);
    part.say.textContent = pathSentence(data, step);
    part.back.disabled = step === 0;
    part.on.disabled = step === this.last;
    this.showChart();
    this.root.dataset.step = step;
  }

  showChart() {
    const canvas = this.part.chart;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width) return;
    Object.assign(canvas, { width: width * ratio, height: height * ratio });
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    paintPathChart(context, width, height, this.data, this.step, this.theme);
    canvas.setAttribute("aria-label", `Probabilities and distances over the steps. ${pathSentence(this.data, this.last)}`);
  }

  goTo(step) {
    const wanted = Math.min(this.last, Math.max(0, step));
    if (wanted === this.step) return;
    this.step = wanted;
    this.show();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(), PATH_REST);
  }

  rest() {
    if (this.playing) return;
    this.told = this.step;
    this.tell("at", { scene: this.data.scene, step: this.step });
  }

  play() {
    if (this.playing) return this.stop();
    if (this.step === this.last) this.goTo(0);
    this.part.play.textContent = "Pause";
    this.playing = setInterval(() => {
      this.goTo(this.step + 1);
      if (this.step === this.last) this.stop();
    }, PATH_PLAY);
  }

  stop() {
    clearInterval(this.playing);
    this.playing = undefined;
    this.part.play.textContent = "Play";
  }

  listen() {
    const { back, on, play, slider, chart, save, film } = this.part;
    back.addEventListener("click", () => this.goTo(this.step - 1));
    on.addEventListener("click", () => this.goTo(this.step + 1));
    play.addEventListener("click", () => this.play());
    slider.addEventListener("input", () => this.goTo(Number(slider.value)));
    save.addEventListener("click", () => savePathSheet(this));
    film.addEventListener("click", async () => {
      film.disabled = true;
      await savePathFilm(this).finally(() => { film.disabled = false; });
    });
    const follow = (event) => {
      const area = pathAreas(chart.clientWidth, chart.clientHeight);
      this.goTo(pathStepAt(event.offsetX, area, this.last));
    };
    chart.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      chart.setPointerCapture(event.pointerId);
      follow(event);
    });
    chart.addEventListener("pointermove", (event) => event.buttons & 1 && follow(event));
    this.root.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const at = { ArrowLeft: this.step - 1, ArrowRight: this.step + 1, Home: 0, End: this.last }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && event.composedPath()[0].tagName !== "BUTTON") this.play();
    else if (at !== undefined) this.goTo(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** A mask that is drawn over the picture: its outline follows the hand, Python hears the end. */
  listenToDrag() {
    const frame = this.part.clean.parentElement;
    const place = (event) => {
      const box = frame.getBoundingClientRect();
      return [((event.clientY - box.top) / box.height) * this.data.height, ((event.clientX - box.left) / box.width) * this.data.width];
    };
    const area = (event) => pathArea(this.data.mask.kind, this.from, place(event), this.data.height, this.data.width);
    frame.addEventListener("pointerdown", (event) => {
      if (event.button || !frame.classList.contains("dragged")) return;
      frame.setPointerCapture(event.pointerId);
      this.from = place(event);
    });
    frame.addEventListener("pointermove", (event) => {
      if (this.from) this.outline({ kind: this.data.mask.kind, area: area(event) });
    });
    frame.addEventListener("pointerup", (event) => {
      if (!this.from) return;
      const { kind } = this.data.mask;
      this.tell("area", { kind, area: area(event) });
      this.from = undefined;
    });
    frame.addEventListener("pointercancel", () => {
      this.from = undefined;
      this.outline(this.data.mask);
    });
  }

  destroy() {
    this.stop();
    clearTimeout(this.resting);
    this.observer.disconnect();
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".path");
  let view = paths.get(root);
  if (!view) {
    view = new AttackPath(root);
    paths.set(root, view);
  }
  view.update(data, setTriggerValue);
  return () => {
    view.destroy();
    paths.delete(root);
  };
}
