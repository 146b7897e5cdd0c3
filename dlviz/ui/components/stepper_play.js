// Playing the steps, and saving them as a film.

import { saveBytes } from "./picture.js";
import { makeFilm } from "./stepper_film.js";

const SPEEDS = ["0.5", "1", "4", "12"];

export class Player {
  constructor(owner) {
    this.owner = owner;
    this.timer = undefined;
    this.filming = null;
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

  /** Save all steps as a GIF; a second press, or a change of the picture, stops it. */
  async film() {
    const { owner } = this;
    const button = owner.part.film;
    if (this.filming) return this.stopFilm();
    this.pause();
    const mine = {};
    this.filming = mine;
    // All frames are of one size and in the colours chosen first: a resize or another theme ends it.
    const look = () => [owner.layout.width, owner.layout.height, owner.theme.dark].join();
    const begun = look();
    const still = { progress: 1, turning: 1, hover: null };
    try {
      const bytes = await makeFilm({
        count: owner.data.count ** 2,
        width: owner.layout.width,
        delay: this.interval(),
        paint: (canvas, ratio, step) => owner.paint(canvas, ratio, { ...still, step, before: step }),
        tell: (done, total) => {
          if (this.filming === mine) button.textContent = `Stop (${done} of ${total})`;
          return this.filming === mine && look() === begun;
        },
      });
      if (bytes) saveBytes(bytes, "image/gif", "convolution.gif");
    } finally {
      if (this.filming === mine) this.stopFilm();
    }
    return undefined;
  }

  stopFilm() {
    this.filming = null;
    this.owner.part.film.textContent = "Save GIF";
  }

  destroy() {
    this.pause();
    this.stopFilm();
  }
}
