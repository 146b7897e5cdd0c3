// Boxes on pictures, one decision a step: Python has decided, here it is stepped, scrubbed, played.

import { pageTheme } from "./theme.js";
import { savePicture } from "./picture.js";
import { AddressNumber } from "./medical_plot.js";
import { boxSheet, boxSign, paintBoxCurve, paintBoxes } from "./box_steps_draw.js";

const BOX_PLAY = 700; // ms a step
const BOX_REST = 300; // ms without a step, then the address has it
const boxSteps = new WeakMap();

class BoxSteps {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]));
    const { back, on, play, slider, save, curve } = this.part;
    this.images = [];
    back.addEventListener("click", () => this.goTo(this.step - 1));
    on.addEventListener("click", () => this.goTo(this.step + 1));
    play.addEventListener("click", () => this.play());
    slider.addEventListener("input", () => this.goTo(Number(slider.value)));
    save.addEventListener("click", () => this.save());
    root.addEventListener("keydown", (event) => this.key(event));
    this.observer = new ResizeObserver(() => this.data && this.paint());
    this.observer.observe(this.part.picture);
    this.observer.observe(curve);
  }

  update(data) {
    const another = this.data?.scene !== data.scene;
    this.data = data;
    this.theme = pageTheme(this.root);
    this.root.style.setProperty("--accent", this.theme.accent);
    this.root.style.setProperty("--thin", this.theme.line);
    if (another) {
      this.stop();
      this.at = new AddressNumber("decided", data.start, this.last);
      this.hang();
      this.images = data.pictures.map((png) => {
        const image = new Image();
        image.onload = () => this.paint();
        image.src = `data:image/png;base64,${png}`;
        return image;
      });
    }
    const before = this.at.value;
    this.at.follow(data.asked, data.lesson);
    if (another || this.at.value !== before) {
      clearTimeout(this.resting);
      this.stop();
      this.step = this.at.value;
    }
    this.root.classList.toggle("charted", Boolean(data.curve));
    this.part.charted.hidden = !data.curve;
    this.part.slider.max = this.last;
    this.show();
  }

  /** What the colours and dashes say. */
  hang() {
    this.part.legend.replaceChildren(...this.data.legend.map(([kind, words]) => {
      const entry = document.createElement("span");
      entry.append(boxSign(kind), words);
      return entry;
    }));
  }

  get last() {
    return this.data.steps.length - 1;
  }

  goTo(step) {
    this.step = Math.min(this.last, Math.max(0, step));
    this.show();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.at.set(this.step), BOX_REST);
  }

  show() {
    const { part, data, step } = this;
    const one = data.steps[step];
    part.slider.value = step;
    part.place.textContent = `${step} of ${this.last}`;
    part.say.textContent = one.say;
    part.title.textContent = one.title;
    // A disabled button would lose the focus, and with it the arrow keys.
    part.back.ariaDisabled = step === 0;
    part.on.ariaDisabled = step === this.last;
    part.slider.ariaValueText = `${step} of ${this.last}`;
    this.list(one.rows);
    this.root.dataset.step = step;
    this.paint();
  }

  /** One line a box; the newest decision stays in sight. */
  list(rows) {
    this.part.list.replaceChildren(...rows.map(({ name, number, kind, now }) => {
      const item = document.createElement("li");
      item.className = `${kind} ${now ? "now" : ""}`;
      const marks = { kept: "✓", right: "✓", dropped: "✕", wrong: "✕" };
      for (const words of [marks[kind] ?? "·", name, number]) {
        const span = document.createElement("span");
        span.textContent = words;
        item.append(span);
      }
      return item;
    }));
    const now = this.part.list.querySelector(".now");
    if (now) this.part.list.scrollTop = now.offsetTop - this.part.list.offsetTop - 120;
  }

  paint() {
    const { data, step, part, theme } = this;
    const one = data.steps[step];
    const image = this.images[one.picture];
    const ratio = window.devicePixelRatio || 1;
    if (image?.complete) paintBoxes(part.picture, image, one.boxes, data.side, part.picture.clientWidth, ratio);
    if (!data.curve) return;
    paintBoxCurve(part.curve, data.curve, step, theme, [part.curve.clientWidth, part.curve.clientHeight], ratio);
    part.curve.ariaLabel = `Precision over recall${step === this.last ? `, ${data.curve.average}` : ""}`;
  }

  play() {
    if (this.playing) return this.stop();
    if (this.step === this.last) this.goTo(0);
    this.part.play.textContent = "Pause";
    this.playing = setInterval(() => {
      this.goTo(this.step + 1);
      if (this.step === this.last) this.stop();
    }, this.last > 60 ? BOX_PLAY / 5 : BOX_PLAY);
  }

  stop() {
    clearInterval(this.playing);
    this.playing = undefined;
    this.part.play.textContent = "Play";
  }

  save() {
    const image = this.images[this.data.steps[this.step].picture];
    savePicture(boxSheet(image, this.data, this.step, this.theme), `${this.data.file}-${this.step}.png`);
  }

  key(event) {
    const at = { ArrowLeft: this.step - 1, ArrowRight: this.step + 1, Home: 0, End: this.last }[event.key];
    const [node] = event.composedPath();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && node.tagName !== "BUTTON") this.play();
    else if (at !== undefined) this.goTo(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  destroy() {
    this.stop();
    clearTimeout(this.resting);
    this.observer.disconnect();
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".steps");
  let view = boxSteps.get(root);
  if (!view) {
    view = new BoxSteps(root);
    boxSteps.set(root, view);
  }
  view.update(data);
  return () => {
    view.destroy();
    boxSteps.delete(root);
  };
}
