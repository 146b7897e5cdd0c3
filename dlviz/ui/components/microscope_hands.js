// Stepping through the stages: the strip, and what is looked at.

import { PHASES, layerName } from "./microscope_stages.js";
import { WalkHands } from "./walk_hands.js";

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

export class StageHands extends WalkHands {
  constructor(owner) {
    super(owner, { pace: PACE, first: PACE / 4 });
    const { part } = owner;
    part.point.addEventListener("change", () => owner.choose({ point: Number(part.point.value) }));
    part.unit.addEventListener("change", () => owner.choose({ unit: Number(part.unit.value) }));
    part.rows.addEventListener("click", (event) => this.takeRow(event));
  }

  keys() {
    const { owner } = this;
    const { unit, input } = owner.chosen;
    return {
      ...super.keys(),
      ArrowUp: () => owner.choose({ unit: unit - 1 }),
      ArrowDown: () => owner.choose({ unit: unit + 1 }),
      PageUp: () => owner.choose({ input: input - 1 }),
      PageDown: () => owner.choose({ input: input + 1 }),
    };
  }

  takeRow(event) {
    const row = event.target.closest("tr");
    if (!row) return;
    const told = ["point", "unit", "input"].filter((name) => name in row.dataset);
    this.owner.choose(Object.fromEntries(told.map((name) => [name, Number(row.dataset[name])])));
  }
}
