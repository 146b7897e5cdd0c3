// Stepping down through the deconvnet: the ladder, the channels and what is under the pointer.

import { WalkHands } from "./walk_hands.js";

const DESCENT_PACE = 1700; // ms for a step

export class DescentHands extends WalkHands {
  constructor(owner) {
    super(owner, { pace: DESCENT_PACE });
    const { part } = owner;
    part.film.addEventListener("click", () => owner.saveFilm());
    part.rule.addEventListener("change", () => owner.tell("rule", part.rule.value));
    part.ladder.addEventListener("click", (event) => this.byHand(owner.stepAt(event)));
    part.pictures.addEventListener("click", (event) => owner.takePlace(event));
    part.pictures.addEventListener("pointermove", (event) => owner.read(event));
    part.pictures.addEventListener("pointerleave", () => owner.read(null));
  }

  keys() {
    const { owner } = this;
    return {
      ...super.keys(),
      ArrowUp: () => owner.choose(owner.channelAt - 1),
      ArrowDown: () => owner.choose(owner.channelAt + 1),
    };
  }
}
