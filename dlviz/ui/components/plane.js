// The plane of two directions: a finger on it shows the picture there and what the network says.
// Python has measured every grid point; here the steps are added and the numbers looked up.
// Streamlit calls the default function at every rerun that changes data; the node stays.

import { pageTheme } from "./theme.js";
import { saveBytes, savePicture } from "./picture.js";
import { makeFilm } from "./stepper_film.js";
import { writeWishesToUrl } from "./maps_address.js";
import {
  bytesIn, indexOf, percentText, pictureAt, pointIn, pointText, snapped, whereText,
} from "./plane_data.js";
import { fieldArea, paintCuts, paintField, pointUnder } from "./plane_draw.js";
import { SHEET_WIDE, paintSheet } from "./plane_save.js";

const planes = new WeakMap();
const RESTING = 350; // ms without a move, then it is spoken and written into the address
const STRIDE = 450; // ms of a step of the walk

class PlaneView {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.observer = new ResizeObserver(() => this.data && this.show());
    this.observer.observe(root);
    this.listen();
  }

  update(data) {
    const another = this.data?.scene !== data.scene;
    // While finer points are measured, Python knows the address of before: no news, no link.
    const linked = !this.data || (data.asked !== this.data.asked && data.asked !== this.written);
    if (!this.data || this.data.pixels !== data.pixels) this.pixels = bytesIn(data.pixels);
    if (!this.data || this.data.signs !== data.signs) this.signs = bytesIn(data.signs);
    this.data = data;
    this.theme = pageTheme(this.root);
    if (linked || another) {
      this.stop();
      this.preview = null;
      this.point = (linked ? pointIn(data, data.asked) : null) ?? data.start;
      this.written = data.asked;
    }
    this.dress();
    this.show();
  }

  dress() {
    const { data, part, theme } = this;
    for (const [name, colour] of [["--accent", theme.accent], ["--thin", theme.line]]) {
      this.root.style.setProperty(name, colour);
    }
    part.legend.replaceChildren(...data.regions.map((region) => {
      const item = document.createElement("li");
      for (const tag of ["i", "span", "b"]) item.append(document.createElement(tag));
      const [key, name, share] = item.children;
      key.textContent = region.letter;
      key.style.background = region.colour;
      name.textContent = name.title = region.name;
      share.textContent = `${Math.round(100 * region.share)} %`;
      return item;
    }));
    part.cutTitle.textContent = this.cutTitle;
    part.cuts.setAttribute("aria-label", this.cutTitle);
  }

  get cutTitle() {
    const { target, axes } = this.data;
    return `Probability of “${target}”: solid along ${axes[0]}, dashed along ${axes[1]}`;
  }

  get shown() {
    return this.preview ?? this.point;
  }

  show() {
    const { data, part } = this;
    const point = this.shown;
    const at = indexOf(data, point);
    part.sentence.textContent = pointText(data, point);
    part.where.textContent = `${whereText(data, point)}, at true scale`;
    this.paintPicture(part.picture, point);
    part.picture.setAttribute("aria-label", whereText(data, point));
    this.paintOn(part.field, (context, width) => paintField(context, width, data, point, this.theme));
    this.paintOn(part.cuts, (context, width, height) => (
      paintCuts(context, width, height, data, point, this.theme)));
    this.showAnswers(at);
    [...part.legend.children].forEach((item, rank) => {
      item.classList.toggle("here", rank === data.ranks[at]);
    });
    this.root.dataset.point = point.join(" ");
    this.root.dataset.label = data.names[data.labels[at]];
    this.root.dataset.measured = data.known.filter(Boolean).length;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(), RESTING);
  }

  showAnswers(at) {
    const { data } = this;
    const name = data.names[data.labels[at]];
    const [sure, left] = [data.confidence[at], data.probability[at]];
    const colour = data.regions[data.ranks[at]].colour;
    const rows = [[`says “${name}”`, sure, colour]];
    rows.push(name === data.target
      ? ["everything else", 1 - sure, this.theme.muted]
      : [`“${data.target}”`, left, data.regions[0].colour]);
    rows.forEach(([words, share, paint], index) => {
      const [label, bar, number] = this.part.answers.children[index].children;
      label.textContent = label.title = words;
      bar.firstChild.style.width = `${100 * share}%`;
      bar.firstChild.style.background = paint;
      number.textContent = percentText(share);
    });
  }

  paintPicture(canvas, [across, up]) {
    const { width, height, channels } = this.data;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const rgba = pictureAt(this.pixels, this.signs, channels, across, up);
    canvas.getContext("2d").putImageData(new ImageData(rgba, width), 0, 0);
  }

  paintOn(canvas, paint) {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width) return;
    Object.assign(canvas, { width: width * ratio, height: height * ratio });
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    paint(context, width, height);
  }

  listen() {
    const { field, walk, home, save, film } = this.part;
    field.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      this.stop();
      field.setPointerCapture(event.pointerId);
      this.dragged = true;
      this.goTo(this.under(event));
    });
    field.addEventListener("pointermove", (event) => {
      if (this.dragged) this.goTo(this.under(event));
      else if (event.pointerType === "mouse") this.look(this.under(event));
    });
    for (const name of ["pointerup", "pointercancel"]) {
      field.addEventListener(name, () => {
        this.dragged = false;
      });
    }
    field.addEventListener("pointerleave", () => this.look(null));
    field.addEventListener("keydown", (event) => this.press(event));
    walk.addEventListener("click", () => (this.walking ? this.stop() : this.walk()));
    home.addEventListener("click", () => {
      this.stop();
      this.goTo([0, 0]);
    });
    save.addEventListener("click", () => this.save());
    film.addEventListener("click", () => this.film());
  }

  /** The grid point under the pointer; null in the margins, unless a drag has gone there. */
  under(event) {
    const { field } = this.part;
    const [side, area] = [field.clientWidth, fieldArea(field.clientWidth)];
    const within = (place, start) => place >= start && place <= start + area.size;
    const inside = within(event.offsetX, area.left) && within(event.offsetY, area.top);
    if (!inside && !this.dragged) return null;
    return snapped(this.data, pointUnder(this.data, side, event.offsetX, event.offsetY));
  }

  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { unit } = this.data;
    const moves = {
      ArrowLeft: [-unit, 0], ArrowRight: [unit, 0], ArrowUp: [0, unit], ArrowDown: [0, -unit],
    };
    const move = moves[event.key];
    if (event.key === " ") this.walking ? this.stop() : this.walk();
    else if (move) {
      this.stop();
      this.goTo(snapped(this.data, this.point.map((steps, axis) => steps + move[axis])));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  look(point) {
    if (this.dragged || String(point) === String(this.preview)) return;
    this.preview = point;
    this.show();
  }

  goTo(point) {
    this.preview = null;
    this.point = point;
    this.show();
  }

  /** From the picture to the right, a step at a time. */
  walk() {
    const { half, unit } = this.data;
    this.goTo([0, 0]);
    this.part.walk.textContent = "Pause";
    this.walking = setInterval(() => {
      if (this.point[0] >= half * unit) this.stop();
      else this.goTo([this.point[0] + unit, 0]);
    }, STRIDE);
  }

  stop() {
    clearInterval(this.walking);
    this.walking = null;
    this.part.walk.textContent = "Walk";
  }

  rest() {
    this.part.spoken.textContent = this.part.sentence.textContent;
    const { point, data } = this;
    this.written = String(point) === String(data.start) ? null : point.join(".");
    writeWishesToUrl({ spot: this.written });
  }

  /** What a saved picture of a point needs. */
  sheetOf(point) {
    const { data, theme, cutTitle } = this;
    const small = document.createElement("canvas");
    this.paintPicture(small, point);
    return { data, theme, cutTitle, point, picture: small };
  }

  save() {
    const canvas = document.createElement("canvas");
    paintSheet(canvas, 2, this.sheetOf(this.point));
    savePicture(canvas, `${this.data.file}.png`);
  }

  /** The walk as a film; pressed again it stops. */
  async film() {
    if (this.filming) {
      this.filming = false;
      return;
    }
    this.filming = true;
    const { half, unit, file } = this.data;
    const bytes = await makeFilm({
      count: half + 1,
      width: SHEET_WIDE,
      delay: STRIDE,
      paint: (canvas, ratio, step) => paintSheet(canvas, ratio, this.sheetOf([step * unit, 0])),
      tell: (done, total) => {
        this.part.film.textContent = `Stop (${done} of ${total})`;
        return this.filming;
      },
    });
    this.filming = false;
    this.part.film.textContent = "Save film";
    if (bytes) saveBytes(bytes, "image/gif", `${file}.gif`);
  }

  destroy() {
    this.stop();
    this.filming = false;
    clearTimeout(this.resting);
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".plane");
  let view = planes.get(root);
  if (!view) {
    view = new PlaneView(root);
    planes.set(root, view);
  }
  view.update(data);
  return () => view.destroy();
}
