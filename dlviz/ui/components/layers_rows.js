// One layer's row: it is made once and then changed in place, so that typing keeps the focus.

import { valueOf } from "./layers_edit.js";
import { countText, optionText, readOption, shapeText, steppedOption } from "./layers_text.js";

const ICONS = {
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  copy: "M9 9h11v11H9zM15 5V4H4v11h1",
  remove: "M6 6l12 12M18 6L6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  insert: "M12 6v12M6 12h12",
};
const ACTIONS = {
  more: "More about layer",
  up: "Move up layer",
  down: "Move down layer",
  copy: "Duplicate layer",
  remove: "Delete layer",
};
const HINTS = { up: " (Alt+↑)", down: " (Alt+↓)" };

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function icon(path) {
  const template = document.createElement("template");
  template.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
  return template.content.firstChild;
}

const setText = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

/** A number nobody set and few need: it unfolds. */
const isRare = (option) => option.optional && option.type === "float";

/**
 * The row of one layer. `owner` has data, numberOf(row) and the methods act(row, name), choose(row,
 * kind), set(row, option, value, typed), rest(), tell(sentence), link(number).
 */
export class LayerRow {
  constructor(owner, layer) {
    [this.owner, this.id, this.kind, this.fields] = [owner, layer.id, null, []];
    this.node = element("div", { class: "row", role: "listitem" });
    this.insert = element("button", { class: "insert" }, icon(ICONS.insert));
    this.handle = element("span", { class: "handle" });
    this.select = element("select", { class: "kind" });
    for (const [kind, { title }] of Object.entries(owner.data.kinds)) {
      this.select.append(element("option", { value: kind }, title));
    }
    [this.options, this.rare] = [element("div", { class: "options" }), element("div", { class: "options rare" })];
    this.output = element("output", { class: "right shape" });
    this.parameters = element("span", { class: "right count", "data-what": "parameters" });
    this.adds = element("span", { class: "right count adds", "data-what": "multiply-adds" });
    this.actions = element("div", { class: "actions" });
    this.buttons = {};
    for (const name of Object.keys(ACTIONS)) {
      this.buttons[name] = element("button", { class: `act ${name}` }, icon(ICONS[name]));
      this.buttons[name].onclick = () => owner.act(this, name);
      if (name !== "more") this.actions.append(this.buttons[name]);
    }
    this.mistake = element("div", { class: "mistake", role: "alert" });
    this.node.append(
      this.insert, this.handle, this.select, this.options, this.output,
      this.parameters, this.adds, this.buttons.more, this.actions, this.rare, this.mistake,
    );
    this.insert.onclick = () => owner.act(this, "insert");
    this.select.onchange = () => owner.choose(this, this.select.value);
    this.node.addEventListener("pointerenter", () => owner.link(owner.numberOf(this)));
    this.node.addEventListener("pointerleave", () => owner.link(-1));
  }

  /** The fields of a kind: label and input for each of its options. */
  makeFields(layer) {
    this.kind = layer.kind;
    this.select.value = layer.kind;
    const options = this.owner.data.kinds[layer.kind]?.options ?? [];
    this.options.replaceChildren();
    this.rare.replaceChildren();
    this.fields = options.map((option) => {
      const places = Math.max(String(option.high).length, option.type === "float" ? 4 : 1);
      const width = Math.max(places, option.optional ? 0.9 * option.empty.length : 0);
      const input = element("input", {
        type: "text", autocomplete: "off", spellcheck: "false", name: option.name,
        inputmode: option.type === "int" ? "numeric" : "decimal",
        placeholder: option.empty ?? "", title: `${option.low} to ${option.high}`,
        style: `width: calc(${width}ch + 16px)`,
      });
      const field = { option, input };
      input.addEventListener("input", () => this.typed(field));
      input.addEventListener("keydown", (event) => this.key(field, event));
      input.addEventListener("blur", () => this.leave(field));
      input.addEventListener("focus", () => input.select());
      (isRare(option) ? this.rare : this.options).append(element("label", {}, option.title, input));
      return field;
    });
    this.node.classList.toggle("has-rare", this.rare.childElementCount > 0);
  }

  typed(field) {
    const { value, refusal } = readOption(field.input.value, field.option);
    field.input.classList.toggle("wrong", refusal !== undefined);
    if (refusal === undefined) this.owner.set(this, field.option, value);
  }

  key(field, event) {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Enter") field.input.select();
    if (!direction || event.altKey) return;
    event.preventDefault();
    const { value, refusal } = readOption(field.input.value, field.option);
    if (refusal !== undefined) return;
    field.input.value = optionText(steppedOption(value, field.option, direction));
    this.typed(field);
  }

  /** Who leaves a field with what is no number finds the last number in it again. */
  leave(field) {
    if (this.owner.placing) return;
    const { refusal } = readOption(field.input.value, field.option);
    field.input.classList.remove("wrong");
    const layer = this.owner.layerOf(this);
    if (!layer) return;
    const kept = optionText(valueOf(layer, field.option));
    if (refusal !== undefined) {
      field.input.value = kept;
      this.owner.tell(`${field.option.title} ${refusal}: it stays ${kept || field.option.empty}.`);
    }
    this.owner.rest();
  }

  /** What the layer is now, and what the server said of it (`line`, null while it is not known). */
  show(layer, number, count, line, shares) {
    const title = this.owner.data.kinds[layer.kind]?.title ?? layer.kind;
    if (layer.kind !== this.kind) this.makeFields(layer);
    this.node.dataset.number = number;
    this.node.dataset.kind = layer.kind;
    this.node.setAttribute("aria-label", `Layer ${number}: ${title}`);
    this.handle.title = "Drag to another place; Alt+↑ and Alt+↓ move it too";
    setText(this.handle, String(number));
    this.select.setAttribute("aria-label", `Kind of layer ${number}`);
    this.insert.setAttribute("aria-label", `Add a layer before layer ${number}`);
    this.insert.title = "Add a layer here";
    this.insert.disabled = count >= this.owner.data.most;
    for (const [name, button] of Object.entries(this.buttons)) {
      button.setAttribute("aria-label", `${ACTIONS[name]} ${number}`);
      button.title = `${ACTIONS[name].replace(/ layer$/, "")}${HINTS[name] ?? ""}`;
    }
    this.buttons.up.disabled = number === 1;
    this.buttons.down.disabled = number === count;
    this.buttons.remove.disabled = count === 1;
    this.buttons.copy.disabled = count >= this.owner.data.most;
    this.showOptions(layer, number);
    this.showLine(line, shares);
  }

  showOptions(layer, number) {
    const set = [];
    for (const { option, input } of this.fields) {
      const value = valueOf(layer, option);
      if (isRare(option) && value !== option.default) set.push(`${option.title} ${optionText(value)}`);
      input.setAttribute("aria-label", `${option.title} of layer ${number}`);
      const { value: shown, refusal } = readOption(input.value, option);
      // What is being typed stays as it is written while it says the same: 0.50 for 0.5.
      if (input.matches(":focus") && (refusal !== undefined || shown === value)) continue;
      const text = optionText(value);
      if (input.value !== text) input.value = text;
    }
    this.node.classList.toggle("set", set.length > 0);
    if (set.length) this.buttons.more.title = set.join(", ");
    this.buttons.more.setAttribute("aria-expanded", String(this.node.classList.contains("open")));
  }

  showLine(line, shares) {
    const shape = line?.shape;
    setText(this.output, shape ? shapeText(shape) : "–");
    setText(this.parameters, shape ? countText(line.parameters) : "–");
    setText(this.adds, shape ? countText(line.adds) : "–");
    for (const [node, share] of [
      [this.parameters, shape ? shares.parameters(line.parameters) : 0],
      [this.adds, shape ? shares.adds(line.adds) : 0],
    ]) {
      node.style.setProperty("--share", share);
      node.classList.toggle("none", share === 0);
    }
    this.node.classList.toggle("wrong", Boolean(line?.mistake));
    this.node.classList.toggle("unreached", Boolean(line) && !shape && !line.mistake);
    this.node.classList.toggle("learns", Boolean(shape) && line.parameters > 0);
    setText(this.mistake, line?.mistake ?? "");
  }

  toggle() {
    this.node.classList.toggle("open");
    this.buttons.more.setAttribute("aria-expanded", String(this.node.classList.contains("open")));
  }
}
