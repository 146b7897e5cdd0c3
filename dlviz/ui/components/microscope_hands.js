// Stepping through the stages: keys, buttons, the strip and the film.

import { PHASES, layerName } from "./microscope_stages.js";

const PACE = 2400; // ms for a stage: an equation has to be read

/** Buttons for all stages, a group for each phase; `take(place)` goes to one. */
export function stripOf(data, stages, take) {
  const groups = [];
  stages.forEach((stage, place) => {
    const last = groups.at(-1);
    if (last?.kind === stage.kind) last.places.push(place);
    else groups.push({ kind: stage.kind, places: [place] });
  });
  const buttons = [];
  const nodes = groups.map(({ kind, places }) => {
    const group = document.createElement("div");
    group.className = "phase";
    if (places.length > 1 || stages[places[0]].layer >= 0) group.append(wordOf(PHASES[kind]));
    for (const place of places) {
      const { layer } = stages[place];
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = layer < 0 ? PHASES[kind] : chipText(data, layer);
      button.setAttribute("aria-label", layer < 0 ? PHASES[kind] : `${PHASES[kind]}, ${layerName(data, layer)}`);
      button.addEventListener("click", () => take(place));
      buttons.push(button);
      group.append(button);
    }
    return group;
  });
  return { nodes, buttons };
}

function wordOf(text) {
  const node = document.createElement("span");
  node.textContent = text;
  return node;
}

const chipText = ({ layers }, layer) => (layer === layers.length - 1 ? "out" : String(layer + 1));

export class StageHands {
  constructor(owner) {
    this.owner = owner;
    this.timer = undefined;
    const { part, root } = owner;
    part.first.addEventListener("click", () => this.byHand(0));
    part.back.addEventListener("click", () => this.byHand(owner.place - 1));
    part.play.addEventListener("click", () => this.toggle());
    part.forward.addEventListener("click", () => this.byHand(owner.place + 1));
    part.last.addEventListener("click", () => this.byHand(Infinity));
    part.point.addEventListener("change", () => owner.choose({ point: Number(part.point.value) }));
    part.unit.addEventListener("change", () => owner.choose({ unit: Number(part.unit.value) }));
    part.save.addEventListener("click", () => owner.save());
    part.rows.addEventListener("click", (event) => this.takeRow(event));
    root.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.tagName === "SELECT") return;
    const { owner } = this;
    const { unit, input } = owner.chosen;
    const keys = {
      ArrowLeft: () => this.byHand(owner.place - 1),
      ArrowRight: () => this.byHand(owner.place + 1),
      Home: () => this.byHand(0),
      End: () => this.byHand(Infinity),
      ArrowUp: () => owner.choose({ unit: unit - 1 }),
      ArrowDown: () => owner.choose({ unit: unit + 1 }),
      PageUp: () => owner.choose({ input: input - 1 }),
      PageDown: () => owner.choose({ input: input + 1 }),
      " ": event.target.tagName === "BUTTON" ? undefined : () => this.toggle(),
    };
    if (!keys[event.key]) return;
    keys[event.key]();
    event.preventDefault();
    event.stopPropagation();
  }

  takeRow(event) {
    const row = event.target.closest("tr");
    if (!row) return;
    const told = ["point", "unit", "input"].filter((name) => name in row.dataset);
    this.owner.choose(Object.fromEntries(told.map((name) => [name, Number(row.dataset[name])])));
  }

  byHand(place) {
    this.pause();
    this.owner.goTo(place);
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
      else this.timer = setTimeout(tick, PACE);
    };
    this.timer = setTimeout(tick, PACE / 4);
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
