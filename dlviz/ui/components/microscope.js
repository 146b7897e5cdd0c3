// One learning step, stage by stage: all numbers came from Python, stepping asks no server.
// Streamlit calls the default function at every rerun that changes data or theme; the node, the
// stage and what is chosen belong to the instance, which lives as long as the node.

import { css, decodeTable, inkOn, signedColour } from "./scale.js";
import { pageTheme } from "./theme.js";
import { placeInUrl, writePlacesToUrl } from "./stepper_address.js";
import { columnOf, digitsText, stagesOf, truthText, unitsOf } from "./microscope_stages.js";
import { equationLines, stageHead } from "./microscope_words.js";
import { edgeSymbol, tableOf, unitTitle } from "./microscope_tables.js";
import { NetPicture } from "./microscope_net.js";
import { saveStage } from "./microscope_picture.js";
import { StageHands, stripOf } from "./microscope_hands.js";

const BELOW = 20; // px of the network's box: room for a scrollbar
const RESTING = 350; // ms without a step, then it is spoken and written into the address
const scopes = new WeakMap();

const clampTo = (value, count) => Math.min(count - 1, Math.max(0, value));
const largestAt = (values) => values.indexOf(Math.max(...values));

class Microscope {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.part.scope = root;
    this.picture = new NetPicture(this.part.net, (column, unit, held) => this.point(column, unit, held));
    this.hands = new StageHands(this);
    this.observer = new ResizeObserver(() => {
      if (this.part.pane.clientWidth !== this.width) this.layOut();
    });
    this.chosen = { point: 0, unit: 0, input: 0 };
    this.hovered = null;
    this.gone = true;
  }

  get stage() {
    return this.stages[this.place];
  }

  get isLast() {
    return this.place === this.stages.length - 1;
  }

  /** What is shown: what was taken, or the unit under the pointer. */
  get shown() {
    return this.hovered === null ? this.chosen : { ...this.chosen, unit: this.hovered };
  }

  /** Another step or theme; the stage stays while the network keeps its shape. */
  update(data) {
    if (this.gone) this.observer.observe(this.part.pane); // again if Streamlit took us for gone
    this.gone = false;
    const shape = (of) => JSON.stringify([of.rule, of.inputs.length, of.layers.map((layer) => layer.numbers.old.length)]);
    const known = this.data;
    const same = known !== undefined && shape(known) === shape(data);
    const news = JSON.stringify({ ...data, scales: null });
    const another = news !== this.news;
    [this.data, this.news] = [data, news];
    this.theme = pageTheme(this.root);
    this.table = decodeTable(data.scales[this.theme.dark ? "dark" : "light"]);
    for (const name of ["accent", "line", "muted", "background"]) this.root.style.setProperty(`--${name}`, this.theme[name]);
    if (another) {
      this.hovered = null;
      const asked = known === undefined ? placeInUrl("sample", data.points.at.length) : null;
      this.chosen = { ...this.chosen, point: asked ?? largestAt(data.points.losses) };
      this.fillPoints();
    }
    if (!same) this.begin(known === undefined);
    if (another) this.enter();
    this.layOut();
  }

  begin(opened) {
    this.hands.pause();
    this.stages = stagesOf(this.data);
    this.taken = []; // {unit, input} of each column that a hand has chosen
    this.place = (opened ? placeInUrl("stage", this.stages.length) : null) ?? 0;
    if (opened) this.taken[columnOf(this.data, this.stage)] = this.asked();
    const strip = stripOf(this.data, this.stages, (place) => this.hands.byHand(place));
    this.part.strip.replaceChildren(...strip.nodes);
    this.chips = strip.buttons;
  }

  /** What the address says of this stage's layer. */
  asked() {
    const { layer } = this.stage;
    const unit = placeInUrl("unit", unitsOf(this.data, this.stage));
    const input = layer < 0 ? null : placeInUrl("weight", this.data.layers[layer].numbers.old[0].length);
    return { ...(unit !== null && { unit }), ...(input !== null && { input }) };
  }

  fillPoints() {
    const { data } = this;
    const { at, y, losses } = data.points;
    this.part.point.replaceChildren(
      ...at.map((place, row) => {
        const what = data.classes.length ? truthText(data, y[row]) : `y ${truthText(data, y[row])}`;
        return new Option(`${place + 1} of ${data.count} · ${what} · loss ${digitsText(losses[row])}`, String(row));
      }),
    );
  }

  layOut() {
    this.width = this.part.pane.clientWidth;
    if (!this.data || this.width < 1) return;
    this.picture.build(this.data, this.width, this.part.pane.offsetHeight - BELOW);
    this.show();
  }

  goTo(place) {
    const next = clampTo(place, this.stages.length);
    if (next === this.place) return;
    this.place = next;
    this.hovered = null;
    this.enter();
    this.show();
  }

  /** Unless a hand has chosen: the unit of the layer with the largest error, its steepest weight. */
  usual(point, taken) {
    const column = columnOf(this.data, this.stage);
    if (column === 0) return { unit: 0, input: 0, ...taken };
    const { delta, numbers } = this.data.layers[column - 1];
    const unit = taken?.unit ?? largestAt(delta[point].map(Math.abs));
    return { unit, input: largestAt(numbers.data[unit].slice(0, -1).map(Math.abs)), ...taken };
  }

  /** What is looked at in this stage's layer. */
  enter() {
    const taken = this.taken[columnOf(this.data, this.stage)];
    this.chosen = { ...this.chosen, ...this.usual(this.chosen.point, taken) };
  }

  choose(wanted) {
    this.hovered = null;
    const next = { ...this.chosen, ...wanted };
    next.point = clampTo(next.point, this.data.points.at.length);
    next.unit = clampTo(next.unit, unitsOf(this.data, this.stage));
    next.input = clampTo(next.input, this.stage.layer < 0 ? 1 : this.data.layers[this.stage.layer].numbers.old[0].length);
    this.chosen = next;
    if ("unit" in wanted || "input" in wanted) this.taken[columnOf(this.data, this.stage)] = { unit: next.unit, input: next.input };
    this.show();
  }

  /** A unit of the picture: one of the stage's layer is looked at, another leads to its stage. */
  point(column, unit, held) {
    const own = column === columnOf(this.data, this.stage);
    if (!held) {
      const hovered = own ? unit : null;
      if (hovered === this.hovered) return;
      this.hovered = hovered;
      this.show();
      return;
    }
    if (!own) {
      const { kind } = this.stage;
      const sought = (wanted) => this.stages.findIndex((stage) => stage.kind === wanted && columnOf(this.data, stage) === column);
      const place = [kind, column === 0 ? "batch" : "forward"].map(sought).find((found) => found !== -1);
      this.hands.byHand(place);
    }
    this.choose({ unit });
  }

  show() {
    const { data, part, stage, shown } = this;
    const [title, rule] = stageHead(data, stage);
    part.title.textContent = title;
    part.rule.textContent = rule;
    this.lines = equationLines(data, stage, shown);
    part.equation.replaceChildren(...this.lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
    this.showTable(tableOf(data, stage, shown.point));
    this.showControls();
    this.picture.show(data, stage, this.stages, shown, { table: this.table, theme: this.theme });
    this.root.dataset.place = String(this.place);
    this.root.dataset.kind = stage.kind;
    this.follow();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.settle(title), RESTING);
  }

  showControls() {
    const { part, stage, shown, data } = this;
    part.where.textContent = `stage ${this.place + 1} of ${this.stages.length}`;
    for (const name of ["first", "back"]) part[name].disabled = this.place === 0;
    for (const name of ["forward", "last"]) part[name].disabled = this.isLast;
    this.chips.forEach((chip, place) => {
      if (place === this.place) chip.setAttribute("aria-current", "step");
      else chip.removeAttribute("aria-current");
    });
    const column = columnOf(data, stage);
    const names = Array.from({ length: unitsOf(data, stage) }, (_, unit) => unitTitle(data, column, unit));
    if (names.join() !== this.names) part.unit.replaceChildren(...names.map((name, unit) => new Option(name, String(unit))));
    this.names = names.join();
    part.unit.disabled = stage.layer < 0;
    part.unit.value = String(shown.unit);
    part.point.value = String(shown.point);
  }

  showTable({ head, rows, foot }) {
    const { part, shown, stage } = this;
    const cell = (name, text) => Object.assign(document.createElement(name), { textContent: text });
    const line = document.createElement("tr");
    line.append(...head.map((text) => cell("th", text)));
    part.head.replaceChildren(line);
    const limits = head.map((_, column) => Math.max(...rows.map(({ cells }) => Math.abs(cells[column].value ?? 0))) || 1);
    this.rows = rows.map(({ cells, ...of }) => {
      const row = document.createElement("tr");
      Object.assign(row.dataset, of);
      row.append(...cells.map(({ text, value }, column) => {
        const node = cell("td", text);
        if (value !== undefined) {
          const colour = signedColour(this.table, value, limits[column]);
          Object.assign(node.style, { background: css(colour), color: inkOn(colour) });
        }
        return node;
      }));
      const own = of.point === undefined ? of.unit === shown.unit : of.point === shown.point;
      row.classList.toggle("own", own);
      row.classList.toggle("chosen", own && (of.input === undefined || of.input === shown.input));
      return row;
    });
    part.rows.replaceChildren(...this.rows);
    part.foot.textContent = foot;
    part.numbers.classList.toggle("by-number", ["backward", "update"].includes(stage.kind));
  }

  /** What is chosen is in sight: its row, the stage's column, its button. */
  follow() {
    const { part } = this;
    const first = this.rows.find((row) => row.classList.contains("own"));
    const row = this.rows.find((one) => one.classList.contains("chosen"));
    const { head, numbers } = part;
    if (row) {
      const lowest = row.offsetTop + row.offsetHeight - numbers.clientHeight;
      if (row.dataset.input !== undefined) numbers.scrollTop = Math.max(lowest, first.offsetTop - head.offsetHeight);
      else if (numbers.scrollTop < lowest) numbers.scrollTop = lowest;
      else numbers.scrollTop = Math.min(numbers.scrollTop, row.offsetTop - head.offsetHeight);
    }
    part.pane.scrollLeft = this.picture.middleOf(columnOf(this.data, this.stage)) - this.width / 2;
    const chip = this.chips[this.place];
    part.strip.scrollLeft = chip.offsetLeft + chip.offsetWidth / 2 - part.strip.clientWidth / 2;
  }

  settle(title) {
    this.part.spoken.textContent = `${title}. ${this.lines.join(". ")}`;
    const { point, unit, input } = this.chosen;
    const usual = this.usual(point);
    const steepest = this.usual(point, { unit }).input;
    writePlacesToUrl({
      stage: [this.place, 0],
      sample: [point, largestAt(this.data.points.losses)],
      unit: [unit, usual.unit],
      weight: [input, this.stage.layer < 0 ? input : steepest], // the bias is the last
    });
  }

  save() {
    const { part } = this;
    const lines = [`${part.title.textContent}:  ${part.rule.textContent}`, ...this.lines, part.foot.textContent];
    saveStage(part.net, lines, this.theme, `step-${this.data.step + 1}-stage-${this.place + 1}.png`);
  }

  destroy() {
    this.gone = true;
    this.hands.pause();
    this.observer.disconnect();
    clearTimeout(this.resting);
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".scope");
  let scope = scopes.get(root);
  if (!scope) {
    scope = new Microscope(root);
    scopes.set(root, scope);
  }
  scope.update(data);
  return () => scope.destroy();
}
