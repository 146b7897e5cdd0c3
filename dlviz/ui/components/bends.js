// One activation function under the finger, and all of them at the same z below each other.
// Streamlit calls the default function at every rerun that changes data; the node stays.

import { writeWishesToUrl } from "./maps_address.js";
import { savePicture, stack } from "./picture.js";
import { pageTheme } from "./theme.js";
import { bendAt, bendIn, bendNumber, bendSays, floatsIn } from "./bends_math.js";
import { drawBend } from "./bends_draw.js";

const RESTING = 350; // ms without a move, then it is spoken and written into the address
const bends = new WeakMap();
const BEND_SLOPES = [-0.25, 1.25];

class BendView {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.observer = new ResizeObserver(() => {
      if (this.root.clientWidth !== this.width) this.show();
    });
    const { part } = this;
    for (const name of ["value", "slope"]) {
      const follow = (event) => this.goTo(this.axes[name].zOf(event.offsetX));
      part[name].addEventListener("pointerdown", follow);
      part[name].addEventListener("pointermove", (event) => (
        (event.pointerType === "mouse" || event.buttons) && follow(event)));
    }
    part.slider.addEventListener("input", () => this.goTo(Number(part.slider.value)));
    part.save.addEventListener("click", () => this.save());
    this.axes = {};
  }

  update(data) {
    this.observer.observe(this.root);
    const linked = data.asked !== (this.written ?? null);
    if (!this.scene) {
      this.rows = data.functions.map((item) => (
        { ...item, value: floatsIn(item.value), slope: floatsIn(item.slope) }));
      this.fillTable(data);
    }
    this.scene = data;
    this.theme = pageTheme(this.root);
    if (linked || this.z === undefined) this.z = bendIn(data.asked, data.reach) ?? data.start;
    this.written = data.asked;
    this.root.style.setProperty("--accent", this.theme.accent);
    this.root.style.setProperty("--thin", this.theme.line);
    this.part.slider.min = -data.reach;
    this.part.slider.max = data.reach;
    this.part.slider.step = data.step;
    this.show();
  }

  fillTable() {
    this.part.rows.replaceChildren(...this.rows.map(({ title }) => {
      const row = document.createElement("tr");
      row.innerHTML = "<th></th><td></td><td></td><td><i><u></u></i></td>";
      row.firstChild.textContent = title;
      return row;
    }));
  }

  goTo(z) {
    const { reach, step } = this.scene;
    this.z = bendAt(this.scene, z) * step - reach;
    this.show();
  }

  show() {
    this.width = this.root.clientWidth;
    if (!this.scene || !this.width) return;
    const { scene, part, theme, rows } = this;
    const at = bendAt(scene, this.z);
    const own = rows.find((row) => row.name === scene.name);
    const others = rows.filter((row) => row !== own);
    const how = { at, theme, ratio: window.devicePixelRatio || 1 };
    this.axes.value = drawBend(part.value, scene, own.value, {
      ...how, others: others.map((row) => row.value), range: scene.range, tangent: own.slope[at], colour: scene.colours[0],
    });
    this.axes.slope = drawBend(part.slope, scene, own.slope, {
      ...how, others: others.map((row) => row.slope), range: BEND_SLOPES, tangent: null, colour: scene.colours[1],
    });
    part.slider.value = this.z;
    const z = bendNumber(Number(this.z.toFixed(2)));
    part.words.textContent = `g(${z}) = ${bendNumber(own.value[at])}   g′(${z}) = ${bendNumber(own.slope[at])}`;
    part.says.textContent = bendSays(own.slope[at], scene.flat);
    part.z.textContent = `z = ${z}`;
    part.value.setAttribute("aria-label", `${own.title}: ${part.words.textContent}`);
    rows.forEach((row, place) => {
      const [, value, slope, bar] = part.rows.children[place].children;
      value.textContent = bendNumber(row.value[at]);
      slope.textContent = bendNumber(row.slope[at]);
      const fill = bar.firstChild.firstChild;
      fill.style.width = `${Math.min(100, 100 * Math.abs(row.slope[at]) / BEND_SLOPES[1])}%`;
      fill.style.background = scene.colours[1];
      part.rows.children[place].classList.toggle("here", row === own);
    });
    this.root.dataset.z = this.z.toFixed(2);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(), RESTING);
  }

  rest() {
    this.part.spoken.textContent = `${this.part.words.textContent}. ${this.part.says.textContent}`;
    this.written = Math.abs(this.z - this.scene.start) < 1e-6 ? null : this.root.dataset.z;
    writeWishesToUrl({ z: this.written });
  }

  save() {
    const { part, theme, scene } = this;
    savePicture(stack([[part.value, `${scene.title}: g(z)`], [part.slope, "its slope g′(z)"]], theme), `${scene.name}.png`);
  }

  destroy() {
    clearTimeout(this.resting);
    this.observer.disconnect();
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".bends");
  let view = bends.get(root);
  if (!view) {
    view = new BendView(root);
    bends.set(root, view);
  }
  view.update(data);
  return () => view.destroy();
}
