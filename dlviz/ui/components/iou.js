// A box under the hand and the true one: areas and their quotient at once, without the server.

import { pageTheme } from "./theme.js";
import { savePicture } from "./picture.js";
import { iouArea, iouHold, iouMoved, iouOf, iouShared, iouText, iouVerdict } from "./iou_math.js";

const IOU_REST = 400; // ms without a move, then Python is told
const IOU_GRIP = 22; // screen pixels around the box and its corner that a finger may miss
const iouViews = new WeakMap();

class IouView {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]));
    this.told = [];
    this.image = new Image();
    this.image.onload = () => this.show();
    const { picture, home, save } = this.part;
    picture.addEventListener("pointerdown", (event) => this.grab(event));
    picture.addEventListener("pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) picture.addEventListener(name, (event) => this.release(event));
    // A finger on the box drags it; anywhere else it scrolls the page.
    picture.addEventListener("touchstart", (event) => {
      if (this.hold(event.touches[0])) event.preventDefault();
    }, { passive: false });
    picture.addEventListener("keydown", (event) => this.key(event));
    home.addEventListener("click", () => this.put(this.data.start));
    save.addEventListener("click", () => savePicture(this.sheet(), `${this.data.file}.png`));
    this.observer = new ResizeObserver(() => this.data && this.show());
    this.observer.observe(picture);
  }

  update(data, tell) {
    const another = this.data?.scene !== data.scene;
    Object.assign(this, { data, tell });
    const asked = String(data.box);
    // What comes back of our own may be older than the hand.
    const own = this.told.lastIndexOf(asked);
    this.told = this.told.slice(Math.max(0, own));
    if (another || own < 0) [this.box, this.told] = [data.box, [asked]];
    if (another) this.image.src = `data:image/png;base64,${data.png}`;
    this.theme = pageTheme(this.root);
    this.root.style.setProperty("--accent", this.theme.accent);
    this.root.style.setProperty("--thin", this.theme.line);
    this.root.style.setProperty("--muted", this.theme.muted);
    this.show();
  }

  put(box) {
    this.box = box;
    this.show();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.told.push(String(this.box));
      this.part.spoken.textContent = `IoU ${this.part.iou.textContent}`;
      this.tell("box", { scene: this.data.scene, box: this.box });
    }, IOU_REST);
  }

  show() {
    const { part, data, box } = this;
    const { shared, union, iou } = iouOf(box, data.truth);
    const count = (number) => number.toLocaleString("en").replaceAll(",", "\u202f");
    part.iou.textContent = part.again.textContent = iouText(iou);
    part.fill.style.width = `${100 * iou}%`;
    part.verdict.textContent = iouVerdict(iou);
    part.shared.textContent = count(shared);
    part.union.textContent = count(union);
    part.sum.textContent = `union = yours ${count(iouArea(box))} + true ${count(iouArea(data.truth))} − shared ${count(shared)}, in pixels`;
    this.root.dataset.box = box.join(" ");
    this.root.dataset.iou = iou.toFixed(4);
    this.paint(part.picture, part.picture.clientWidth * (window.devicePixelRatio || 1));
  }

  paint(canvas, wide) {
    const { data, box, image } = this;
    if (!wide || !image.complete) return;
    const scale = wide / data.width;
    const [width, height] = [Math.round(wide), Math.round(data.height * scale)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, width, height);
    const place = ([left, top, right, bottom]) => [left, top, right - left, bottom - top].map((value) => value * scale);
    const both = iouShared(box, data.truth);
    context.fillStyle = "rgba(230, 159, 0, 0.28)";
    context.fillRect(...place(box));
    context.fillStyle = "rgba(86, 180, 233, 0.28)";
    context.fillRect(...place(data.truth));
    context.fillStyle = "rgba(255, 255, 255, 0.45)";
    if (iouArea(both)) context.fillRect(...place(both));
    const line = Math.max(3, wide / 260);
    const stroke = (one, colour, dash) => {
      context.setLineDash([]);
      context.lineWidth = line + 3;
      context.strokeStyle = "rgba(0, 0, 0, 0.6)";
      context.strokeRect(...place(one));
      context.setLineDash(dash);
      context.lineWidth = line;
      context.strokeStyle = colour;
      context.strokeRect(...place(one));
    };
    stroke(data.truth, "#56b4e9", [3 * line, 2 * line]);
    stroke(box, "#e69f00", []);
    const [right, bottom, grip] = [box[2] * scale, box[3] * scale, 6 * line];
    context.setLineDash([]);
    context.fillStyle = "#e69f00";
    context.beginPath();
    context.moveTo(right, bottom - grip);
    context.lineTo(right, bottom);
    context.lineTo(right - grip, bottom);
    context.fill();
  }

  /** The picture with both boxes, and the fraction below, for a file. */
  sheet() {
    const [whole, drawn] = [document.createElement("canvas"), document.createElement("canvas")];
    this.paint(drawn, 2 * this.data.width);
    Object.assign(whole, { width: drawn.width, height: drawn.height + 60 });
    const context = whole.getContext("2d");
    context.fillStyle = this.theme.background;
    context.fillRect(0, 0, whole.width, whole.height);
    context.drawImage(drawn, 0, 0);
    context.fillStyle = this.theme.text;
    context.font = `28px ${this.theme.font}`;
    const { part } = this;
    context.fillText(`IoU = ${part.shared.textContent} / ${part.union.textContent} = ${part.iou.textContent}`, 16, drawn.height + 40);
    return whole;
  }

  pixel(event) {
    const area = this.part.picture.getBoundingClientRect();
    const scale = this.data.width / area.width;
    return [(event.clientX - area.left) * scale, (event.clientY - area.top) * scale, scale];
  }

  /** What a pointer or a finger there takes hold of. */
  hold(event) {
    const [x, y, scale] = this.pixel(event);
    return iouHold(this.box, x, y, IOU_GRIP * scale);
  }

  grab(event) {
    const hold = this.hold(event);
    if (event.button || this.from || !hold) return;
    const [x, y] = this.pixel(event);
    this.part.picture.setPointerCapture(event.pointerId);
    this.from = { x, y, box: this.box, resize: hold === "resize", pointer: event.pointerId };
  }

  drag(event) {
    if (!this.from) {
      this.part.picture.style.cursor = { resize: "nwse-resize", move: "grab" }[this.hold(event)] ?? "default";
      return;
    }
    if (event.pointerId !== this.from.pointer) return;
    const [x, y] = this.pixel(event);
    const { width, height } = this.data;
    this.put(iouMoved(this.from.box, Math.round(x - this.from.x), Math.round(y - this.from.y), this.from.resize, width, height));
  }

  release(event) {
    if (event.pointerId === this.from?.pointer) this.from = null;
  }

  key(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    const far = event.repeat ? 6 : 2; // small enough to get onto the true box, faster while held
    this.put(iouMoved(this.box, far * way[0], far * way[1], event.shiftKey, this.data.width, this.data.height));
    event.preventDefault();
    event.stopPropagation();
  }

  destroy() {
    clearTimeout(this.resting);
    this.observer.disconnect();
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".iou");
  let view = iouViews.get(root);
  if (!view) {
    view = new IouView(root);
    iouViews.set(root, view);
  }
  view.update(data, setTriggerValue);
  return () => {
    view.destroy();
    iouViews.delete(root);
  };
}
