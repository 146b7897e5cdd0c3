// Above the network: how many hidden layers, and for each its units and activation.

import { layersText } from "./points_words.js";
import { hiddenText, readHidden } from "./points_net.js";

const LIKE_BEFORE = { units: 4, activation: "tanh" };
const OVERTAKEN = 2500; // ms; an answer that comes later is another one's

/** The layers after a hand's edit; null if it may not be. `edit`: {kind, layer, value}. */
export function editedHidden(hidden, { kind, layer, value }, { most_units, most_layers }) {
  if (kind === "fewer") return hidden.length ? hidden.slice(0, -1) : null;
  if (kind === "more") return hidden.length < most_layers ? [...hidden, { ...(hidden.at(-1) ?? LIKE_BEFORE) }] : null;
  const changed = { ...hidden[layer] };
  if (kind === "activation") changed.activation = value;
  else changed.units += value;
  if (changed.units < 1 || changed.units > most_units) return null;
  return hidden.map((each, at) => (at === layer ? changed : each));
}

function made(tag, values, ...children) {
  const node = Object.assign(document.createElement(tag), values);
  node.append(...children);
  return node;
}

/** The headings; `change(text)` when a hand edits the layers. */
export class Heads {
  constructor(part, change) {
    this.part = part;
    this.change = change;
    this.wanted = null; // what was asked for and is not there yet
    part.fewer.onclick = () => this.edit({ kind: "fewer" });
    part.more.onclick = () => this.edit({ kind: "more" });
  }

  edit(edit) {
    const next = editedHidden(this.hidden, edit, this.limits);
    if (!next) return;
    this.wanted = hiddenText(next);
    this.asked = performance.now();
    this.change(this.wanted);
    this.write();
  }

  /** `text`: the layers that are shown; `limits`: {most_units, most_layers}. */
  update(text, { limits, activations, editable, layout }) {
    if (this.wanted === text || performance.now() - this.asked > OVERTAKEN) this.wanted = null;
    this.shown = text;
    const names = JSON.stringify(activations);
    const columns = readHidden(text).length;
    if (columns !== this.columns || names !== this.names) this.build(columns, activations);
    Object.assign(this, { limits, editable, columns, names });
    const { side, columns: places } = layout;
    [this.first, ...this.heads.map(({ node }) => node), this.last].forEach((node, at) => {
      node.style.left = `${places[at].x + side / 2}px`;
    });
    this.write();
  }

  build(columns, activations) {
    this.first = made("div", { className: "head plain", textContent: "features" });
    this.last = made("div", { className: "head plain", textContent: "output" });
    this.heads = Array.from({ length: columns }, (_, layer) => this.head(layer, activations));
    this.part.heads.replaceChildren(this.first, ...this.heads.map(({ node }) => node), this.last);
  }

  head(layer, activations) {
    const button = (sign, value) => {
      const label = value < 0 ? `Remove a unit from layer ${layer + 1}` : `Add a unit to layer ${layer + 1}`;
      const node = made("button", { type: "button", className: "small", textContent: sign });
      node.setAttribute("aria-label", label);
      node.onclick = () => this.edit({ kind: "units", layer, value });
      return node;
    };
    const [fewer, more] = [button("−", -1), button("+", 1)];
    const count = made("span", { className: "number" });
    const select = made("select", {}, ...Object.entries(activations).map(([value, textContent]) => made("option", { value, textContent })));
    select.setAttribute("aria-label", `Activation of layer ${layer + 1}`);
    select.onchange = () => this.edit({ kind: "activation", layer, value: select.value });
    const node = made("div", { className: "head" }, made("div", { className: "units" }, fewer, count, more), select);
    node.setAttribute("role", "group");
    node.setAttribute("aria-label", `Layer ${layer + 1}`);
    return { node, fewer, more, count, select };
  }

  /** Numbers and what may be pressed; a hand's wish is shown before it is answered. */
  write() {
    const { part, limits, editable } = this;
    this.hidden = readHidden(this.wanted ?? this.shown);
    const [length, most] = [this.hidden.length, limits.most_layers];
    const text = layersText(length);
    if (part.layersText.textContent !== text) part.layersText.textContent = text;
    part.fewer.disabled = !editable || length === 0;
    part.more.disabled = !editable || length >= most;
    this.heads.forEach(({ fewer, more, count, select }, at) => {
      const { units, activation } = this.hidden[at] ?? readHidden(this.shown)[at];
      if (count.textContent !== String(units)) count.textContent = units;
      if (select.value !== activation) select.value = activation;
      fewer.disabled = !editable || units <= 1;
      more.disabled = !editable || units >= limits.most_units;
      select.disabled = !editable;
    });
  }
}
