// Stepping down through the deconvnet: keys, buttons, the ladder and the film.

const DESCENT_PACE = 1700; // ms for a step
const MOVES = { ArrowLeft: -1, ArrowRight: 1 };

export class DescentHands {
  constructor(owner) {
    this.owner = owner;
    this.timer = undefined;
    const { part, root } = owner;
    part.first.addEventListener("click", () => this.byHand(0));
    part.back.addEventListener("click", () => this.byHand(owner.place - 1));
    part.play.addEventListener("click", () => this.toggle());
    part.forward.addEventListener("click", () => this.byHand(owner.place + 1));
    part.last.addEventListener("click", () => this.byHand(Infinity));
    part.save.addEventListener("click", () => owner.save());
    part.film.addEventListener("click", () => owner.saveFilm());
    part.rule.addEventListener("change", () => owner.tell("rule", part.rule.value));
    part.ladder.addEventListener("click", (event) => this.byHand(owner.stepAt(event)));
    part.pictures.addEventListener("click", (event) => owner.takePlace(event));
    part.pictures.addEventListener("pointermove", (event) => owner.read(event));
    part.pictures.addEventListener("pointerleave", () => owner.read(null));
    root.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.tagName === "SELECT") return;
    const { owner } = this;
    const keys = {
      ArrowLeft: () => this.byHand(owner.place + MOVES.ArrowLeft),
      ArrowRight: () => this.byHand(owner.place + MOVES.ArrowRight),
      Home: () => this.byHand(0),
      End: () => this.byHand(Infinity),
      ArrowUp: () => owner.choose(owner.channelAt - 1),
      ArrowDown: () => owner.choose(owner.channelAt + 1),
      " ": event.target.tagName === "BUTTON" ? undefined : () => this.toggle(),
    };
    if (!keys[event.key]) return;
    keys[event.key]();
    event.preventDefault();
    event.stopPropagation();
  }

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
      else this.timer = setTimeout(tick, DESCENT_PACE);
    };
    this.timer = setTimeout(tick, DESCENT_PACE);
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
