// A row of pictures that is scrubbed, played and saved as a film. Dreams and evolutions are such.

import { pageTheme } from "./theme.js";
import { saveBytes } from "./picture.js";
import { makeFilm } from "./stepper_film.js";

/** `show()` is for the view itself to write; its scene has `steps`, and `pace` is in ms a picture. */
export class FilmView {
  constructor(root, pace) {
    this.root = root;
    this.pace = pace;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.observer = new ResizeObserver(() => {
      if (this.root.clientWidth !== this.width) this.show();
    });
    this.at = null; // null: the last picture
    this.gone = true;
    this.on("back", "click", () => this.byHand(this.place - 1));
    this.on("forth", "click", () => this.byHand(this.place + 1));
    this.on("play", "click", () => this.play());
    this.on("slider", "input", () => this.byHand(Number(this.part.slider.value)));
    root.addEventListener("keydown", (event) => this.key(event));
  }

  on(name, event, action) {
    this.part[name].addEventListener(event, action);
  }

  get last() {
    return this.scene.steps.length - 1;
  }

  get place() {
    return Math.min(this.at ?? this.last, this.last);
  }

  /** A scene has come; → a function that tells, when its pictures are there, whether it still counts. */
  expect(scene) {
    if (this.gone) this.observer.observe(this.root); // again if Streamlit took us for gone
    this.gone = false;
    this.newest = scene;
    return () => this.newest === scene;
  }

  /** Draw what was taken from a scene, in the page's colours. */
  appear() {
    this.theme = pageTheme(this.root);
    this.root.style.setProperty("--accent", this.theme.accent);
    this.part.slider.max = this.last;
    this.show();
  }

  /** The buttons and the slider; `words` is where one is. */
  showHands(words) {
    const { part, place } = this;
    part.slider.value = place;
    part.slider.setAttribute("aria-valuetext", words);
    part.back.disabled = place === 0;
    part.forth.disabled = place === this.last;
    part.play.setAttribute("aria-label", this.timer ? "Pause" : "Play");
    this.root.classList.toggle("playing", Boolean(this.timer));
  }

  /** Do it when nothing has moved for so many ms, unless the film plays. */
  whenAtRest(ms, action) {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      if (!this.gone && !this.timer) action();
    }, ms);
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
      this.timer = setTimeout(tick, this.pace);
      return this.goTo(this.place + 1);
    };
    this.timer = setTimeout(tick, this.pace);
    return this.show();
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.show();
  }

  /** What keys do; a view may know more. */
  keys() {
    return {
      ArrowLeft: () => this.byHand(this.place - 1),
      ArrowRight: () => this.byHand(this.place + 1),
      Home: () => this.byHand(0),
      End: () => this.byHand(this.last),
      " ": () => this.play(),
    };
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.scene) return;
    if (event.target.tagName === "BUTTON" && event.key === " ") return;
    const action = this.keys()[event.key];
    if (!action) return;
    action();
    event.preventDefault();
    event.stopPropagation();
  }

  /** All pictures as a GIF; a second press stops it. `paint(canvas, at)` paints one. */
  async film(name, paint) {
    const button = this.part.film;
    if (this.filming) {
      this.filming = null;
      return;
    }
    const mine = {};
    this.filming = mine;
    try {
      const bytes = await makeFilm({
        count: this.scene.steps.length,
        width: 1,
        delay: this.pace,
        paint: (canvas, _, at) => paint(canvas, at),
        tell: (done, total) => {
          button.textContent = `Stop (${done} of ${total})`;
          return this.filming === mine && !this.gone;
        },
      });
      if (bytes) saveBytes(bytes, "image/gif", name);
    } finally {
      if (this.filming === mine) this.filming = null;
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
