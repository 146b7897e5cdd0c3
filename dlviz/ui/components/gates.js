// A threshold unit under the hand: sliders, a line to drag, its truth table, and what it computes.
// Streamlit calls the default function at every rerun that changes data; the node stays.

import { writeWishesToUrl } from "./maps_address.js";
import { savePicture, stack } from "./picture.js";
import { decodeTable } from "./scale.js";
import { pageTheme } from "./theme.js";
import {
  gateAnswers, gateClamp, gateCorners, gateIn, gateNumber, gateOut, gateRule, gateSum, gateVerdict,
} from "./gates_math.js";
import { drawFunction, drawGate, gateUnder } from "./gates_draw.js";

const RESTING = 350; // ms without a move, then it is spoken and written into the address
const gates = new WeakMap();

function made(name, text = "", className = "") {
  const node = document.createElement(name);
  node.textContent = text;
  node.className = className;
  return node;
}

class GateView {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.found = new Set(); // functions of two inputs that the hand has made
    this.observer = new ResizeObserver(() => {
      if (this.root.clientWidth !== this.width) this.show();
    });
    this.listen();
  }

  update(data) {
    this.observer.observe(this.root);
    const another = this.scene?.scene !== data.scene;
    const linked = data.asked !== (this.written ?? null);
    this.scene = data;
    this.theme = pageTheme(this.root);
    this.table = decodeTable(data.scales[this.theme.dark ? "dark" : "light"]);
    if (another || linked) {
      this.unit = (linked && gateIn(data.asked, data.inputs)) || this.preset;
      this.written = data.asked;
    }
    for (const [name, colour] of [["--accent", this.theme.accent], ["--thin", this.theme.line], ["--wrong", this.theme.wrong]]) {
      this.root.style.setProperty(name, colour);
    }
    this.build();
    this.show();
  }

  get preset() {
    return { weights: [...this.scene.weights], threshold: this.scene.threshold };
  }

  /** What depends on the number of inputs alone. */
  build() {
    const { part, scene } = this;
    if (this.built === scene.scene) return;
    this.built = scene.scene;
    const names = [...Array(scene.inputs).keys()].map((place) => [`w${"₁₂₃"[place]}`, place]);
    part.sliders.replaceChildren(...[...names, ["θ", null]].map(([label, place]) => this.slider(label, place)));
    part.second.hidden = scene.inputs < 3;
    part.thirds.hidden = scene.inputs < 3;
    part.planes.classList.toggle("two", scene.inputs === 3);
    const heads = [...gateCorners(scene.inputs)[0].map((_, place) => `x${"₁₂₃"[place]}`), "sum", "answer", scene.title];
    part.heads.replaceChildren(...heads.map((text) => made("th", text)));
    part.heads.children[scene.inputs].colSpan = 2;
    part.rows.replaceChildren(...gateCorners(scene.inputs).map((at) => {
      const row = made("tr");
      row.append(...at.map((bit) => made("td", String(bit))), ...[0, 1, 2, 3].map(() => made("td")));
      return row;
    }));
    part.strip.hidden = scene.inputs !== 2;
    part.tiles.replaceChildren(...(scene.inputs === 2 ? scene.functions : []).map((bits) => {
      const tile = made("canvas");
      tile.title = scene.names[bits];
      tile.setAttribute("role", "img");
      return tile;
    }));
    part.solve.disabled = !scene.possible;
    part.solve.textContent = scene.possible ? "Show weights that do it" : "No weights do it";
  }

  slider(label, place) {
    const row = made("label");
    const input = Object.assign(made("input"), { type: "range", min: -3, max: 3, step: 0.1 });
    input.setAttribute("aria-label", place === null ? "threshold θ" : `weight ${label}`);
    input.addEventListener("input", () => {
      const value = gateClamp(Number(input.value));
      if (place === null) this.change({ threshold: value });
      else this.change({ weights: this.unit.weights.map((old, at) => (at === place ? value : old)) });
    });
    row.append(made("b", label), input, made("output"));
    return row;
  }

  change(settings) {
    this.unit = { ...this.unit, ...settings };
    this.show();
  }

  show() {
    this.width = this.root.clientWidth;
    if (!this.scene || !this.width) return;
    const { part, scene, unit } = this;
    const answers = gateAnswers(unit);
    const right = answers === scene.wanted;
    if (scene.inputs === 2) this.found.add(answers);
    part.verdict.textContent = gateVerdict(scene, answers);
    part.verdict.classList.toggle("right", right);
    part.rule.textContent = `It fires if ${gateRule(unit)}`;
    [...unit.weights, unit.threshold].forEach((value, place) => {
      const [, input, output] = part.sliders.children[place].children;
      input.value = value;
      output.textContent = gateNumber(value);
    });
    this.fillTable(answers);
    const how = { theme: this.theme, table: this.table, ratio: window.devicePixelRatio || 1 };
    drawGate(part.plane, scene, unit, answers, { ...how, third: scene.inputs < 3 ? null : 0 });
    if (scene.inputs === 3) drawGate(part.second, scene, unit, answers, { ...how, third: 1 });
    part.plane.setAttribute("aria-label", `The corners and the unit's line. ${part.rule.textContent}`);
    if (scene.inputs === 2) this.showFunctions(answers, how);
    this.root.dataset.answers = answers;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(), RESTING);
  }

  fillTable(answers) {
    const { scene, unit, part } = this;
    gateCorners(scene.inputs).forEach((at, row) => {
      const cells = [...part.rows.children[row].children].slice(scene.inputs);
      const right = answers[row] === scene.wanted[row];
      cells[0].textContent = gateNumber(gateSum(unit.weights, at));
      cells[1].textContent = `${answers[row] === "1" ? "≥" : "<"} ${gateNumber(unit.threshold)}`;
      cells[2].textContent = answers[row];
      cells[3].textContent = `${scene.wanted[row]} ${right ? "✓" : "✗"}`;
      part.rows.children[row].classList.toggle("wrong", !right);
    });
  }

  showFunctions(answers, how) {
    const { scene, part } = this;
    [...part.tiles.children].forEach((tile, place) => {
      const bits = scene.functions[place];
      const possible = scene.separable.includes(bits);
      const found = this.found.has(bits);
      drawFunction(tile, bits, { ...how, possible, found });
      const state = possible ? (found ? "found" : "not found yet") : "no weights reach it";
      tile.setAttribute("aria-label", `${scene.names[bits]}: ${state}`);
      tile.classList.toggle("here", bits === answers);
    });
    part.count.textContent = `Found: ${this.found.size} of the ${scene.separable.length} that one unit can do`;
  }

  listen() {
    const { part } = this;
    for (const [name, third] of [["plane", 0], ["second", 1]]) {
      part[name].addEventListener("pointerdown", (event) => {
        if (event.button) return;
        part[name].setPointerCapture(event.pointerId);
        this.drag(event, third);
      });
      part[name].addEventListener("pointermove", (event) => event.buttons && this.drag(event, third));
      part[name].addEventListener("keydown", (event) => this.key(event));
    }
    part.solve.addEventListener("click", () => this.change(this.preset));
    part.zero.addEventListener("click", () => (
      this.change({ weights: this.unit.weights.map(() => 0), threshold: 0 })));
    part.save.addEventListener("click", () => this.save());
  }

  /** The line goes through the finger: that sets the threshold. */
  drag(event, third) {
    const [x, y] = gateUnder([event.offsetX, event.offsetY], event.currentTarget.clientWidth);
    const [w1, w2 = 0, w3 = 0] = this.unit.weights;
    this.change({ threshold: gateClamp(w1 * x + w2 * y + w3 * third) });
  }

  key(event) {
    const move = { ArrowUp: 0.1, ArrowRight: 0.1, ArrowDown: -0.1, ArrowLeft: -0.1 }[event.key];
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
    this.change({ threshold: gateClamp(this.unit.threshold + move) });
    event.preventDefault();
    event.stopPropagation();
  }

  rest() {
    const { unit, part } = this;
    part.spoken.textContent = part.verdict.textContent;
    this.written = gateOut(unit) === gateOut(this.preset) ? null : gateOut(unit);
    writeWishesToUrl({ weights: this.written });
  }

  save() {
    const { part, scene, theme } = this;
    const pairs = [[part.plane, `${part.rule.textContent}: ${scene.names[this.root.dataset.answers] ?? ""}`]];
    if (scene.inputs === 3) pairs.push([part.second, "x₃ = 1"]);
    savePicture(stack(pairs, theme), `gate-${scene.scene}.png`);
  }

  destroy() {
    clearTimeout(this.resting);
    this.observer.disconnect();
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".gates");
  let view = gates.get(root);
  if (!view) {
    view = new GateView(root);
    gates.set(root, view);
  }
  view.update(data);
  return () => view.destroy();
}
