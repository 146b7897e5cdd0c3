// The network beside the equation: units and edges as SVG, the stage's layer in the foreground.

import { css, inkOn, signedColour } from "./scale.js";
import { columnOf, layerName, shortText } from "./microscope_stages.js";
import { columnSymbol, edgeRows, edgeSymbol, unitTitle, unitValue } from "./microscope_tables.js";

const SPACE = "http://www.w3.org/2000/svg";
const [BOX, HIGH] = [62, 28]; // a unit
const PITCH = 122; // columns are no closer
const [MARGIN, HEAD, FOOT] = [6, 50, 8];
const LARGEST_ROW = 84;
const LABEL = 0.42; // of the way along an edge

function drawn(name, attributes, parent) {
  const node = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent?.append(node);
  return node;
}

const largestOf = (values) => Math.max(...[values].flat(Infinity).map(Math.abs), 0) || 1;

export class NetPicture {
  /** `tell(column, unit, held)`: a unit was pointed at, or taken. */
  constructor(svg, tell) {
    this.svg = svg;
    const found = (event) => event.target.closest?.("[data-unit]")?.dataset;
    svg.addEventListener("click", (event) => {
      const unit = found(event);
      if (unit) tell(Number(unit.column), Number(unit.unit), true);
    });
    svg.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      const unit = found(event);
      tell(...(unit ? [Number(unit.column), Number(unit.unit)] : [-1, -1]), false);
    });
    svg.addEventListener("pointerleave", () => tell(-1, -1, false));
  }

  /** Nodes for this network at this size; `show` fills them. */
  build(data, width, height) {
    this.sizes = [data.inputs.length, ...data.layers.map(({ numbers }) => numbers.old.length)];
    const pitch = Math.max(PITCH, (width - BOX - 2 * MARGIN) / Math.max(1, this.sizes.length - 1));
    this.width = Math.max(width, 2 * MARGIN + BOX + pitch * (this.sizes.length - 1));
    const room = height - HEAD - FOOT;
    const row = Math.min(LARGEST_ROW, room / Math.max(...this.sizes));
    this.places = this.sizes.map((count, column) =>
      Array.from({ length: count }, (_, unit) => ({
        x: MARGIN + BOX / 2 + column * pitch,
        y: HEAD + room / 2 + (unit - (count - 1) / 2) * row,
      })),
    );
    for (const [name, value] of Object.entries({ width: this.width, height })) this.svg.setAttribute(name, value);
    this.svg.replaceChildren();
    const layers = ["edges", "labels", "units", "heads"].map((name) => drawn("g", { class: name }, this.svg));
    this.edges = this.sizes.slice(1).map((count, layer) => this.buildEdges(layers[0], layer, count));
    this.labels = Array.from({ length: 8 }, () => this.buildLabel(layers[1]));
    this.units = this.sizes.map((count, column) => this.buildUnits(layers[2], data, column, count));
    this.heads = this.sizes.map((_, column) => this.buildHead(layers[3], data, column));
    this.between = drawn("text", { y: 37, class: "symbol between", "text-anchor": "middle" }, layers[3]);
  }

  buildEdges(parent, layer, count) {
    return Array.from({ length: count }, (_, to) =>
      this.places[layer].map((start, from) => {
        const end = this.places[layer + 1][to];
        return drawn("line", { x1: start.x + BOX / 2, y1: start.y, x2: end.x - BOX / 2, y2: end.y, "data-edge": `${layer}:${to}:${from}` }, parent);
      }),
    );
  }

  buildLabel(parent) {
    const group = drawn("g", {}, parent);
    drawn("rect", { x: -25, y: -10, width: 50, height: 20, rx: 4 }, group);
    drawn("text", { y: 5 }, group);
    return group;
  }

  buildUnits(parent, data, column, count) {
    return Array.from({ length: count }, (_, unit) => {
      const { x, y } = this.places[column][unit];
      const group = drawn("g", { transform: `translate(${x} ${y})`, "data-column": column, "data-unit": unit }, parent);
      drawn("title", {}, group).textContent = unitTitle(data, column, unit);
      drawn("rect", { x: -BOX / 2, y: -HIGH / 2, width: BOX, height: HIGH, rx: 7 }, group);
      drawn("text", { y: 5 }, group);
      return group;
    });
  }

  buildHead(parent, data, column) {
    const { x } = this.places[column][0];
    const ends = { 0: [x - BOX / 2, "start"], [this.sizes.length - 1]: [x + BOX / 2, "end"] };
    const [at, anchor] = ends[column] ?? [x, "middle"];
    const group = drawn("g", { transform: `translate(${at} 0)`, "text-anchor": anchor }, parent);
    const layer = data.layers[column - 1];
    const g = column > 0 && column < data.layers.length ? ` · ${layer.title}` : "";
    drawn("text", { y: 17 }, group).textContent = layerName(data, column - 1) + g;
    drawn("text", { y: 37, class: "symbol" }, group);
    return group;
  }

  /** Numbers and emphasis of a stage; `shown` {point, unit, input}. */
  show(data, stage, stages, shown, { table, theme }) {
    const focus = columnOf(data, stage);
    const symbols = this.sizes.map((_, column) => columnSymbol(data, stage, stages, column));
    this.heads.forEach((head, column) => {
      head.classList.toggle("focus", column === focus);
      head.lastChild.textContent = symbols[column];
    });
    const limits = this.limits(data, stage, stages, shown.point, symbols);
    this.units.forEach((units, column) =>
      units.forEach((group, unit) => {
        const value = unitValue(data, stage, stages, { column, unit }, shown.point);
        const [, box, text] = group.children;
        const colour = value === null ? null : signedColour(table, value, limits[column]);
        box.style.fill = colour ? css(colour) : theme.background;
        text.style.fill = colour ? inkOn(colour) : theme.text;
        text.textContent = value === null ? "" : shortText(value);
        group.classList.toggle("chosen", column === focus && unit === shown.unit);
        group.classList.toggle("focus", column === focus);
      }),
    );
    this.showEdges(data, stage, shown, table);
    this.svg.dataset.focus = String(focus);
  }

  /** How far the colours of each column reach: columns that show the same kind share it. */
  limits(data, stage, stages, point, symbols) {
    const values = this.sizes.map((count, column) =>
      Array.from({ length: count }, (_, unit) => unitValue(data, stage, stages, { column, unit }, point) ?? 0),
    );
    return symbols.map((symbol) => largestOf(values.filter((_, column) => symbols[column] === symbol)));
  }

  showEdges(data, stage, { unit, input }, table) {
    const { layer } = stage;
    this.edges.forEach((rows, at) => {
      const numbers = edgeRows(data.layers[at], at === layer ? stage : { kind: stage.kind === "after" ? "after" : "" });
      const limit = largestOf(numbers.map((row) => row.slice(0, -1)));
      rows.forEach((edges, to) =>
        edges.forEach((edge, from) => {
          const value = numbers[to][from];
          const own = at === layer && to === unit;
          edge.style.stroke = css(signedColour(table, Math.sign(value) * (0.3 * limit + 0.7 * Math.abs(value)), limit));
          edge.style.strokeWidth = String(0.8 + (own ? 4 : 3) * Math.abs(value / limit));
          edge.setAttribute("class", `${at === layer ? "near" : "far"} ${own ? "own" : ""} ${own && from === input ? "chosen" : ""}`);
        }),
      );
    });
    this.between.textContent = layer < 0 ? "" : edgeSymbol(stage);
    if (layer >= 0) this.between.setAttribute("x", (this.places[layer][0].x + this.places[layer + 1][0].x) / 2);
    const numbers = layer >= 0 ? edgeRows(data.layers[layer], stage)[unit].slice(0, -1) : [];
    this.labels.forEach((label, from) => {
      label.style.display = from < numbers.length ? "" : "none";
      if (from >= numbers.length) return;
      const [start, end] = [this.places[layer][from], this.places[layer + 1][unit]];
      const gap = end.x - start.x - BOX;
      label.setAttribute("transform", `translate(${start.x + BOX / 2 + LABEL * gap} ${start.y + LABEL * (end.y - start.y)})`);
      label.lastChild.textContent = shortText(numbers[from]);
      label.setAttribute("class", from === input ? "chosen" : "");
    });
  }

  /** Where the stage's column stands, to be scrolled to. */
  middleOf(column) {
    return (this.places[column][0].x + this.places[Math.max(0, column - 1)][0].x) / 2;
  }
}
