// A picture that was grown, as a film: scrubbed, played, saved.
// Streamlit calls the default function at every rerun that changes data or theme; the node and
// the place in the film belong to the instance, which lives as long as the node.

import { pageTheme } from "./theme.js";
import { saveBytes, savePicture } from "./picture.js";
import { makeFilm } from "./stepper_film.js";
import { dreamAt, dreamAxes, dreamBeside, dreamText, drawCurve, drawDream, drawDreamFrame } from "./dream_draw.js";

const PACE = 160; // ms a picture
const RESTING = 500; // ms without a move, then it is spoken
const dreams = new WeakMap();

class Dream {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.observer = new ResizeObserver(() => {
      if (this.root.clientWidth !== this.width) this.show();
    });
    this.at = null; // null: the newest picture
    this.gone = true;
    this.listen();
  }

  get last() {
    return this.scene.steps.length - 1;
  }

  get place() {
    return Math.min(this.at ?? this.last, this.last);
  }

  async update(scene) {
    if (this.gone) this.observer.observe(this.root); // again if Streamlit took us for gone
    this.gone = false;
    this.newest = scene;
    const image = new Image();
    image.src = `data:image/png;base64,${scene.sheet.png}`;
    await image.decode();
    if (this.newest !== scene) return; // another one came while this was decoded
    if (scene.file !== this.scene?.file) this.at = null;
    Object.assign(this, { scene, pictures: { image, sheet: scene.sheet } });
    this.theme = pageTheme(this.root);
    this.root.style.setProperty("--accent", this.theme.accent);
    this.part.slider.max = this.last;
    this.show();
  }

  show() {
    this.width = this.root.clientWidth;
    if (!this.scene || this.width < 1) return;
    const { part, scene, place, theme } = this;
    const ratio = window.devicePixelRatio || 1;
    const { width, height } = scene.sheet;
    const scale = Math.max(1, Math.ceil((336 * ratio) / width));
    Object.assign(part.picture, { width: width * scale, height: height * scale });
    drawDream(part.picture.getContext("2d"), this.pictures, place, [0, 0, width * scale]);
    part.words.textContent = dreamText(scene, place);
    part.beside.textContent = dreamBeside(scene, place);
    part.picture.setAttribute("aria-label", part.words.textContent);
    part.curve.setAttribute("aria-label", `${scene.what} by step. ${part.words.textContent}`);
    drawCurve(part.curve, scene, place, theme, ratio);
    part.slider.value = place;
    part.slider.setAttribute("aria-valuetext", part.words.textContent);
    part.back.disabled = place === 0;
    part.forth.disabled = place === this.last;
    part.play.setAttribute("aria-label", this.timer ? "Pause" : "Play");
    this.root.classList.toggle("playing", Boolean(this.timer));
    this.root.dataset.step = scene.steps[place];
    this.root.dataset.grown = scene.steps[this.last];
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      if (!this.timer) part.spoken.textContent = `${part.words.textContent}. ${part.beside.textContent}`;
    }, RESTING);
  }

  goTo(place) {
    const within = Math.min(this.last, Math.max(0, place));
    this.at = within === this.last ? null : within;
    this.show();
  }

  byHand(place) {
    if (this.timer) this.pause();
    this.goTo(place);
  }

  play() {
    if (this.timer) return this.pause();
    if (this.place === this.last) this.goTo(0);
    const tick = () => {
      if (this.place >= this.last) return this.pause();
      this.timer = setTimeout(tick, PACE);
      return this.goTo(this.place + 1);
    };
    this.timer = setTimeout(tick, PACE);
    return this.show();
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.show();
  }

  listen() {
    const { part } = this;
    const on = (name, event, action) => part[name].addEventListener(event, action);
    on("back", "click", () => this.byHand(this.place - 1));
    on("forth", "click", () => this.byHand(this.place + 1));
    on("play", "click", () => this.play());
    on("slider", "input", () => this.byHand(Number(part.slider.value)));
    on("curve", "pointerdown", (event) => this.point(event));
    on("curve", "pointermove", (event) => event.buttons && this.point(event));
    on("save", "click", () => {
      const canvas = document.createElement("canvas");
      drawDreamFrame(canvas, this.scene, this.pictures, this.place, this.theme);
      savePicture(canvas, `${this.scene.file}-step-${this.scene.steps[this.place]}.png`);
    });
    on("film", "click", () => this.film());
    this.root.addEventListener("keydown", (event) => this.key(event));
  }

  point(event) {
    const { scene, part } = this;
    const axes = dreamAxes(scene, part.curve.clientWidth, part.curve.clientHeight);
    this.byHand(dreamAt(scene, axes, event.offsetX));
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.scene) return;
    if (event.target.tagName === "BUTTON" && event.key === " ") return;
    const actions = {
      ArrowLeft: () => this.byHand(this.place - 1),
      ArrowRight: () => this.byHand(this.place + 1),
      Home: () => this.byHand(0),
      End: () => this.byHand(this.last),
      " ": () => this.play(),
    };
    if (!actions[event.key]) return;
    actions[event.key]();
    event.preventDefault();
    event.stopPropagation();
  }

  /** The whole film as a GIF; a second press stops it. */
  async film() {
    const button = this.part.film;
    if (this.filming) {
      this.filming = null;
      return;
    }
    const mine = { scene: this.scene, pictures: this.pictures, theme: this.theme };
    this.filming = mine;
    try {
      const bytes = await makeFilm({
        count: mine.scene.steps.length,
        width: 1,
        delay: PACE,
        paint: (canvas, _, at) => drawDreamFrame(canvas, mine.scene, mine.pictures, at, mine.theme),
        tell: (done, total) => {
          button.textContent = `Stop (${done} of ${total})`;
          return this.filming === mine && !this.gone;
        },
      });
      if (bytes) saveBytes(bytes, "image/gif", `${mine.scene.file}.gif`);
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
  const root = parentElement.querySelector(".dream");
  let dream = dreams.get(root);
  if (!dream) {
    dream = new Dream(root);
    dreams.set(root, dream);
  }
  dream.update(data);
  return () => dream.destroy();
}
