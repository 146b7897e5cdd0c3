// Before and after side by side; the window under the pointer on both, and its numbers below.
// Streamlit calls the default function at every rerun that changes data or theme; the node and
// the window's place belong to the instance, which lives as long as the node.

import { savePicture } from "./picture.js";
import { css, decodeTable, inkOn, signedColour } from "./scale.js";
import { pageTheme } from "./theme.js";
import { answerAt, answersOf, colourOfAnswers, partsOf, sceneOf, windowOf, winnerOf } from "./loupe_math.js";
import { drawNear, enlarge, sideBySide, smallPictures, usedPixels } from "./loupe_draw.js";
import { COLOURS, kernelTexts, partText, placeText, shownText, spokenAt, sumOfParts } from "./loupe_text.js";

const TALLEST = 360; // CSS pixels of a picture: both and the numbers share one projected screen
const RESTING = 400; // ms without a move, then the numbers are spoken
const loupes = new WeakMap();

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** A cell's colour: grey, or of one colour with enough of the others to be written on. */
function tint(pixel, plane) {
  return [0, 1, 2].map((colour) => (plane === null || colour === plane ? pixel : 0.3 * pixel));
}

class Loupe {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.listen();
    this.observer = new ResizeObserver(() => {
      if (this.root.clientWidth !== this.width) this.resize();
    });
    this.gone = true;
  }

  /** Another picture, kernel or theme; the window stays where the visitor has put it. */
  update(data) {
    if (this.gone) this.observer.observe(this.root); // again if Streamlit took us for gone
    this.gone = false;
    const known = this.scene;
    const same = known && known.width === data.width && known.height === data.height;
    this.scene = sceneOf(data);
    this.theme = pageTheme(this.root);
    this.table = decodeTable(data.scales[this.theme.dark ? "dark" : "light"]);
    if (!same) this.pixel = null;
    this.place = this.pixel ? answerAt(this.scene, ...this.pixel) : data.start;
    this.dress();
    this.small = smallPictures(this.scene, this.table);
    this.build();
    this.resize();
  }

  /** Words, shapes and colours that depend on the data alone. */
  dress() {
    const { part, scene } = this;
    const { width, height } = scene;
    this.root.style.setProperty("--accent", this.theme.accent);
    this.root.style.setProperty("--thin", this.theme.line);
    this.root.style.setProperty("--shape", `${width} / ${height}`);
    this.root.style.setProperty("--widest", `${Math.round((TALLEST * width) / height)}px`);
    part.beforeTitle.textContent = scene.before;
    part.afterTitle.textContent = scene.after;
    part.beforeHow.textContent = scene.planes === 3
      ? "Each of the three colours: 0 is none, 255 full." : "0 is black, 255 white.";
    part.afterHow.textContent = scene.how;
    for (const name of ["before", "after"]) {
      part[name].firstChild.setAttribute("aria-label", `${name}: ${scene[name]}`);
    }
  }

  /** The grids of the loupe: made anew for other kernels, filled at every move. */
  build() {
    const { scene } = this;
    const { size, planes, kernels } = scene;
    const holder = this.part.planes;
    const written = kernels && kernelTexts(kernels);
    const letters = Math.max(3, ...(written?.texts.flat() ?? []).map((text) => text.length));
    holder.style.setProperty("--size", size);
    holder.style.setProperty("--cell", `${Math.max(size > 3 ? 28 : 34, 8 * letters + 6)}px`);
    holder.style.setProperty("--line", `${size > 3 ? 24 : 32}px`);
    holder.classList.toggle("three", planes === 3);
    holder.classList.toggle("large", size > 3);
    const limit = Math.max(...(kernels ?? [1]).flat(2).map(Math.abs)) || 1;
    this.planes = [...Array(planes).keys()].map((plane) => {
      const node = element("div", "plane");
      if (planes === 3) node.dataset.colour = COLOURS[plane];
      const window = this.grid(size * size);
      node.append(window);
      if (kernels) {
        const weights = this.kernel(kernels[plane].flat(), written.texts[plane], limit);
        node.append(element("span", "sign", "⊙"), weights);
        if (written.divisor > 1) node.append(element("span", "part", `÷ ${written.divisor}`));
      }
      const part = element("span", "part");
      if (planes === 3) node.append(part);
      return { node, cells: [...window.children], part };
    });
    holder.replaceChildren(...this.planes.map((plane) => plane.node));
    this.root.style.setProperty("--answer", scene.summed ? "208px" : "150px");
  }

  grid(count) {
    const cells = element("div", "cells");
    cells.append(...[...Array(count)].map(() => document.createElement("span")));
    return cells;
  }

  kernel(weights, texts, limit) {
    const cells = this.grid(weights.length);
    weights.forEach((weight, place) => {
      this.fill(cells.children[place], texts[place], signedColour(this.table, weight, limit));
    });
    return cells;
  }

  fill(cell, text, colour) {
    cell.textContent = text;
    cell.style.background = css(colour);
    cell.style.color = inkOn(colour);
  }

  resize() {
    this.width = this.root.clientWidth;
    if (!this.scene || this.width < 1) return;
    const { part } = this;
    this.show();
    part.glass.classList.remove("below");
    const [{ node }] = this.planes;
    const row = this.planes.length > 1 ? node.parentNode.children : node.querySelectorAll(".cells");
    part.glass.classList.toggle("below", new Set([...row].map((one) => one.offsetTop)).size > 1);
    for (const name of ["before", "after"]) enlarge(part[name].firstChild, this.small[name]);
  }

  /** Outlines, enlarged views and numbers for the window's place. */
  show() {
    const { scene, part, small, accent } = this;
    const [row, column] = this.place;
    const { stride, reach, offset } = scene;
    const [top, left] = [row * stride, column * stride];
    const seen = { top, left, side: reach };
    const cell = { top: offset + top, left: offset + left, side: stride };
    const used = usedPixels(scene, [top, left]);
    this.outline(part.before, seen);
    this.outline(part.after, cell);
    drawNear(part.nearBefore, small.before, scene, [top, left], accent, seen, used);
    drawNear(part.nearAfter, small.after, scene, [top, left], accent, cell);
    this.write();
    part.where.textContent = placeText(scene, row, column);
    this.root.dataset.place = `${row} ${column}`;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      part.spoken.textContent = spokenAt(scene, row, column);
    }, RESTING);
  }

  outline(picture, { top, left, side }) {
    const { width, height } = this.scene;
    const { style } = picture.lastChild;
    style.left = `${(100 * (left + side / 2)) / width}%`;
    style.top = `${(100 * (top + side / 2)) / height}%`;
    style.width = `${(100 * side) / width}%`;
    style.height = `${(100 * side) / height}%`;
  }

  write() {
    const { scene, place } = this;
    const parts = partsOf(scene, ...place);
    this.planes.forEach(({ cells, part }, plane) => {
      const window = windowOf(scene, plane, ...place);
      const winner = scene.op === "max_pool" ? winnerOf(window) : null;
      window.flat().forEach((pixel, index) => {
        this.fill(cells[index], String(pixel), tint(pixel, scene.planes === 1 ? null : plane));
        const won = winner !== null && index === winner[0] * scene.size + winner[1];
        cells[index].classList.toggle("winner", won);
      });
      part.textContent = partText(scene, parts[plane]);
    });
    const answers = answersOf(scene, ...place);
    const colour = colourOfAnswers(scene, answers, this.table);
    const [, text, sum, cell, shown] = this.part.answer.children;
    text.textContent = answers.length === 1 ? partText(scene, answers[0]) : "";
    sum.textContent = scene.summed ? sumOfParts(parts) : "";
    cell.style.background = css(colour);
    shown.textContent = shownText(scene, answers, colour);
  }

  listen() {
    const { part } = this;
    for (const name of ["before", "after"]) {
      part[name].addEventListener("pointerdown", (event) => this.point(event));
      part[name].addEventListener("pointermove", (event) => this.point(event));
    }
    part.pictures.addEventListener("keydown", (event) => this.key(event));
    part.save.addEventListener("click", () => {
      savePicture(sideBySide(this.small, this.scene, this.theme), this.scene.file);
    });
  }

  point(event) {
    const area = event.currentTarget.getBoundingClientRect();
    const { width, height } = this.scene;
    const y = Math.floor(((event.clientY - area.top) / area.height) * height);
    const x = Math.floor(((event.clientX - area.left) / area.width) * width);
    this.moveTo(y, x);
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const far = event.shiftKey ? 10 : 1;
    const moves = {
      ArrowLeft: [0, -far], ArrowRight: [0, far], ArrowUp: [-far, 0], ArrowDown: [far, 0],
    };
    if (!(event.key in moves)) return;
    const { stride, offset } = this.scene;
    const [y, x] = this.place.map((place, axis) => offset + (place + moves[event.key][axis]) * stride);
    this.moveTo(y, x);
    event.preventDefault();
    event.stopPropagation();
  }

  moveTo(y, x) {
    this.pixel = [y, x];
    this.place = answerAt(this.scene, y, x);
    this.show();
  }

  destroy() {
    this.gone = true;
    this.observer.disconnect();
    clearTimeout(this.resting);
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".loupe");
  let loupe = loupes.get(root);
  if (!loupe) {
    loupe = new Loupe(root);
    loupes.set(root, loupe);
  }
  loupe.update(data);
  return () => loupe.destroy();
}
