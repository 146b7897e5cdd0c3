// Walking through a computation place by place: the buttons, the keys and the film of it.

/** The owner has `place`, `isLast`, `goTo(place)`, `save()`, `part` and `root`; times are in ms. */
export class WalkHands {
  constructor(owner, { pace, first = pace }) {
    Object.assign(this, { owner, pace, first, timer: undefined });
    const { part, root } = owner;
    part.first.addEventListener("click", () => this.byHand(0));
    part.back.addEventListener("click", () => this.byHand(owner.place - 1));
    part.play.addEventListener("click", () => this.toggle());
    part.forward.addEventListener("click", () => this.byHand(owner.place + 1));
    part.last.addEventListener("click", () => this.byHand(Infinity));
    part.save.addEventListener("click", () => owner.save());
    root.addEventListener("keydown", (event) => this.key(event));
  }

  /** What keys do; those with more to move add it. */
  keys() {
    const { owner } = this;
    return {
      ArrowLeft: () => this.byHand(owner.place - 1),
      ArrowRight: () => this.byHand(owner.place + 1),
      Home: () => this.byHand(0),
      End: () => this.byHand(Infinity),
      " ": () => this.toggle(),
    };
  }

  key(event) {
    const { tagName } = event.target;
    if (event.altKey || event.ctrlKey || event.metaKey || tagName === "SELECT") return;
    if (event.key === " " && tagName === "BUTTON") return;
    const action = this.keys()[event.key];
    if (!action) return;
    action();
    event.preventDefault();
    event.stopPropagation();
  }

  /** To a place; null is none, and only ends the film. */
  byHand(place) {
    this.pause();
    if (place !== null) this.owner.goTo(place);
  }

  get playing() {
    return this.timer !== undefined;
  }

  toggle() {
    if (this.playing) return this.pause();
    const { owner } = this;
    if (owner.isLast) owner.goTo(0);
    const tick = () => {
      owner.goTo(owner.place + 1);
      if (owner.isLast) this.pause();
      else this.timer = setTimeout(tick, this.pace);
    };
    this.timer = setTimeout(tick, this.first);
    return this.show();
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.show();
  }

  show() {
    const { root, part } = this.owner;
    root.classList.toggle("playing", this.playing);
    part.play.setAttribute("aria-label", this.playing ? "Pause" : "Play");
    part.play.title = this.playing ? "Pause (space)" : "Play (space)";
  }
}
