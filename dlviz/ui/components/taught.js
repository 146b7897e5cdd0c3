// The live view of a taught run: curves, pictures and lines from the live channel, no rerun while
// it learns. Node, socket and curves belong to the instance, which lives as long as the node.

import { curveTheme } from "./live_canvas.js";
import { drawCurves } from "./live_draw.js";
import { absorb, Feed, nothingYet } from "./live_feed.js";
import { lineTexts, lossText, newestText, percentText } from "./live_words.js";
import { savePicture, stack } from "./picture.js";
import { bitmapOf, drawPicture, drawSheetOf } from "./taught_draw.js";

const SAVED = { width: 980, height: 260 };
const taughtViews = new WeakMap();

class TaughtView {
  constructor(root) {
    this.part = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]));
    this.root = this.part.root;
    this.known = nothingYet();
    this.items = []; // pictures as drawn: { item, bitmap, canvas, words }
    this.turn = 0; // a picture that is decoded late must not replace a newer one
    this.feed = new Feed((frame) => this.take(frame), (job) => this.tell("blocked", job));
    this.observer = new ResizeObserver(() => this.schedule());
    this.observer.observe(this.root);
    this.part.save.onclick = () => this.save();
  }

  /** Called at each rerun: another job, another theme, or a frame brought by a rerun. */
  update({ data, setTriggerValue }) {
    this.tell = setTriggerValue;
    this.data = data;
    this.theme = curveTheme(this.root);
    this.root.style.setProperty("--accent", this.theme.accent);
    if (data.job !== this.job) {
      this.job = data.job;
      this.told = data.state;
      this.feed.disconnect();
      this.known = nothingYet();
      if (this.job && !data.frame) this.feed.connect(data);
    }
    this.told = data.state ?? this.told;
    if (!this.job) {
      this.known = nothingYet();
      if (data.recorded) this.take({ ...data.recorded, reset: true });
      else this.see(null);
    }
    if (data.frame) {
      this.feed.disconnect();
      this.take({ ...data.frame, reset: true });
    }
    this.schedule();
  }

  take(frame) {
    if (!absorb(this.known, frame)) return;
    const { dataset } = this.root;
    dataset.state = this.job ? frame.state : "recorded";
    dataset.step = frame.step;
    if (frame.reset || frame.net != null) this.see(frame.net);
    // Buttons are Streamlit's: a new state needs one rerun, the pictures none.
    if (this.job && frame.state !== this.told) {
      this.told = frame.state;
      this.tell("state", frame.state);
    }
    this.schedule();
  }

  /** New pictures and lines; each picture keeps its canvas. */
  async see(net) {
    const turn = ++this.turn;
    const pictures = net?.pictures ?? [];
    const bitmaps = await Promise.all(pictures.map(({ png }) => bitmapOf(png)));
    if (turn !== this.turn) return;
    while (this.items.length > pictures.length) this.items.pop().figure.remove();
    while (this.items.length < pictures.length) this.items.push(this.added());
    pictures.forEach((item, index) => {
      const kept = this.items[index];
      Object.assign(kept, { item, bitmap: bitmaps[index] });
      kept.figure.style.setProperty("--form", `${item.width} / ${item.height}`);
      kept.canvas.setAttribute("aria-label", item.title);
      kept.words.textContent = item.title;
    });
    const lines = (net?.lines ?? []).join("\n");
    if (this.part.lines.textContent !== lines) {
      this.part.lines.textContent = lines;
      this.part.lines.scrollTop = this.part.lines.scrollHeight; // the newest line is the last
    }
    this.schedule();
  }

  added() {
    const figure = document.createElement("figure");
    const canvas = document.createElement("canvas");
    const words = document.createElement("figcaption");
    canvas.setAttribute("role", "img");
    figure.append(canvas, words);
    this.part.pictures.append(figure);
    return { figure, canvas, words };
  }

  schedule() {
    if (this.pending || !this.data) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = null;
      this.draw();
    });
  }

  draw() {
    const { part, data, known, theme } = this;
    const { steps, scores, frame } = known;
    const [step, score] = [steps.at(-1), scores.at(-1)];
    const text = (name, value) => {
      if (part[name].textContent !== value) part[name].textContent = value;
    };
    const words = frame ? lineTexts(frame) : {};
    text("badge", data.labels[this.job ? (frame?.state ?? "none") : frame ? "recorded" : "none"]);
    text("place", (frame?.total && words.place) || ""); // while it prepares nobody knows of how many
    text("time", words.time ?? "");
    text("message", frame?.message || data.hint || "");
    text("measureName", data.measure);
    text("measure", newestText(step, score, 2, (share) => percentText(share)));
    text("loss", newestText(step, score, 1, lossText));
    part.measureCanvas.setAttribute("aria-label", `${data.measure} over training steps`);
    this.keepRoom();
    part.fill.style.width = `${frame?.total ? (100 * frame.step) / frame.total : 0}%`;
    part.bar.setAttribute("aria-valuenow", String(frame?.total ? Math.round((100 * frame.step) / frame.total) : 0));
    this.curves(part.measureCanvas, part.lossCanvas);
    for (const { canvas, bitmap, item } of this.items) if (bitmap) drawPicture(canvas, bitmap, item, data.colours);
  }

  /**
   * A run that begins has no pictures yet and few lines, and the words above take other rows on a
   * narrow screen: as much room as they once had stays theirs, and nothing below jumps.
   */
  keepRoom() {
    const layout = `${this.data.name} ${this.root.clientWidth}`;
    for (const node of [this.part.line, this.part.seen]) {
      if (this.layout !== layout) node.style.minHeight = "";
      node.style.minHeight = `${node.offsetHeight}px`;
    }
    this.layout = layout;
  }

  curves(measure, loss, size) {
    const shared = { theme: this.theme, faint: !this.job, total: this.known.frame?.total, size };
    drawCurves(measure, this.known, { ...shared, column: 2, top: 1 });
    drawCurves(loss, this.known, { ...shared, column: 1 });
  }

  /** Pictures and curves as one PNG. */
  save() {
    const [measure, loss] = [document.createElement("canvas"), document.createElement("canvas")];
    this.curves(measure, loss, SAVED);
    const shown = [[measure, `${this.data.measure}: ${this.part.measure.textContent}`], [loss, `loss: ${this.part.loss.textContent}`]];
    if (this.items.length) shown.unshift([drawSheetOf(this.items, this.data.colours, this.theme), this.part.lines.textContent.split("\n").at(-1)]);
    savePicture(stack(shown, this.theme), `${this.data.name}-step-${this.known.frame?.step ?? 0}.png`);
  }

  end() {
    this.feed.disconnect();
    this.observer.disconnect();
    cancelAnimationFrame(this.pending);
  }
}

export default function (component) {
  const { parentElement } = component;
  let view = taughtViews.get(parentElement);
  if (!view) {
    view = new TaughtView(parentElement);
    taughtViews.set(parentElement, view);
  }
  view.update(component);
  return () => {
    view.end();
    taughtViews.delete(parentElement);
  };
}
