// Playing the steps, and saving them as a film.

import { saveBytes } from "./picture.js";
import { makeFilm } from "./stepper_film.js";

const SPEEDS = ["0.5", "1", "4", "12"];

export class Player {
  constructor(owner) {
    this.owner = owner;
    this.timer = undefined;
    this.filming = false;
  }

  get playing() {
    return this.timer !== undefined;
  }

  interval() {
    return 1000 / Number(this.owner.part.speed.value);
  }

  /** At high speed the next step would begin before an animation of so many ms ends. */
  hurried(animation) {
    return this.playing && this.interval() < animation;
  }

  faster(by) {
    const { speed } = this.owner.part;
    const next = SPEEDS.indexOf(speed.value) + by;
    if (next in SPEEDS) speed.value = SPEEDS[next];
  }

  play() {
    const { owner } = this;
    const last = owner.data.count ** 2 - 1;
    if (owner.step === last) owner.goTo(0, false);
    const tick = () => {
      owner.goTo(owner.step + 1);
      if (owner.step >= owner.data.count ** 2 - 1) this.pause();
      else this.timer = setTimeout(tick, this.interval());
    };
    this.timer = setTimeout(tick, this.interval() / 2);
    this.show();
  }

  pause() {
    if (!this.playing) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.show();
    this.owner.settle(250);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  show() {
    const { root, part } = this.owner;
    root.classList.toggle("playing", this.playing);
    part.play.setAttribute("aria-label", this.playing ? "Pause" : "Play");
    part.play.title = this.playing ? "Pause (space)" : "Play (space)";
  }

  /** Save all steps as a GIF; a second press stops it. */
  async film() {
    const { owner } = this;
    const button = owner.part.film;
    this.filming = !this.filming;
    if (!this.filming) return;
    this.pause();
    const still = { progress: 1, turning: 1, hover: null };
    const bytes = await makeFilm({
      count: owner.data.count ** 2,
      width: owner.layout.width,
      delay: this.interval(),
      paint: (canvas, ratio, step) => owner.paint(canvas, ratio, { ...still, step, before: step }),
      tell: (done, total) => {
        button.textContent = `Stop (${done} of ${total})`;
        return this.filming && button.isConnected;
      },
    });
    this.filming = false;
    button.textContent = "Save GIF";
    if (bytes) saveBytes(bytes, "image/gif", "convolution.gif");
  }

  destroy() {
    clearTimeout(this.timer);
    this.filming = false;
  }
}
