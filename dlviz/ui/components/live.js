// The live view of a run: a WebSocket straight into canvases, no rerun while it trains.
// Streamlit calls the default function at every rerun; node, socket and curves belong to the
// instance, which lives as long as the node.

import { savePicture, stack } from "./picture.js";
import { decodeTable } from "./scale.js";
import { curveTheme } from "./live_canvas.js";
import { absorb, Feed, nothingYet } from "./live_feed.js";
import { Babysitter } from "./live_findings.js";
import { keepKeys, Tabs, viewAfter } from "./live_hands.js";
import { CurvesView, LayersView, MistakesView } from "./live_views.js";
import { calmText, lineTexts, seenEnough } from "./live_words.js";

const EVERYTHING = ["curves", "filters", "health", "verdict", "findings"];
const LINE_PARTS = ["series", "place", "time", "speed", "memory", "device"];
const instances = new WeakMap();

class LiveView {
  constructor(root) {
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    const { part } = this;
    this.root = part.root;
    this.known = nothingYet();
    this.changed = new Set(EVERYTHING);
    this.seen = true;
    this.views = {
      curves: new CurvesView(part),
      layers: new LayersView(part),
      mistakes: new MistakesView(part, () => this.renew("marked")),
    };
    this.babysitter = new Babysitter(part);
    this.feed = new Feed((frame) => this.take(frame), (job) => this.tell("blocked", job));
    this.tabs = new Tabs([part.curvesTab, part.layersTab, part.mistakesTab], (name) => this.choose(name));
    this.unheard = null; // a view that was chosen here and that the page does not know of yet
    this.observer = new ResizeObserver(() => this.renew(...EVERYTHING));
    this.observer.observe(this.root);
    this.watcher = new IntersectionObserver(([entry]) => {
      this.seen = entry.isIntersecting;
      this.schedule();
    });
    this.watcher.observe(this.root);
    keepKeys(this.root);
    part.save.onclick = () => this.save();
    this.show("curves");
  }

  /** A hand opens a view: the page puts it into its address. */
  choose(name) {
    if (this.view === this.views[name]) return;
    this.unheard = name;
    this.show(name);
    this.tell("view", name);
  }

  /** Open one of the views; what is not open is not drawn. */
  show(name) {
    this.view = this.views[name];
    this.tabs.mark(name);
    for (const other of Object.keys(this.views)) this.part[`${other}Panel`].hidden = other !== name;
    this.root.dataset.view = name;
    this.renew(...EVERYTHING);
  }

  /** Called at each rerun: another job, another theme, or a frame brought by a rerun. */
  update({ data, setTriggerValue }) {
    this.tell = setTriggerValue;
    this.data = data;
    const open = this.root.dataset.view;
    const [view, unheard] = viewAfter(data.view, open, this.unheard);
    this.unheard = unheard;
    if (view !== open) this.show(view);
    const theme = curveTheme(this.root);
    const table = decodeTable(data.scales[theme.dark ? "dark" : "light"]);
    if (data.job !== this.job) {
      this.job = data.job;
      this.told = data.state;
      this.feed.disconnect();
      this.known = nothingYet();
      if (this.job && !data.frame) this.feed.connect(data);
    }
    this.told = data.state ?? this.told;
    this.style = { theme, table, live: Boolean(this.job) };
    this.root.style.setProperty("--wrong", theme.wrong);
    this.root.style.setProperty("--accent", theme.accent);
    if (!this.job) {
      this.known = nothingYet();
      if (data.recorded) this.take({ ...data.recorded, reset: true });
    }
    if (data.frame) {
      this.feed.disconnect();
      this.take({ ...data.frame, reset: true });
    }
    this.renew(...EVERYTHING);
  }

  /** A frame of the channel: what is new since the last one. */
  take(frame) {
    const changed = absorb(this.known, frame);
    if (!changed) return;
    const { dataset } = this.root;
    dataset.state = this.job ? frame.state : "recorded";
    dataset.step = frame.step;
    dataset.elapsed = frame.elapsed;
    dataset.frames = Number(dataset.frames ?? 0) + 1;
    // Buttons are Streamlit's: a new state needs one rerun, the pictures none.
    if (this.job && frame.state !== this.told) {
      this.told = frame.state;
      this.tell("state", frame.state);
    }
    this.renew(...changed);
  }

  /** Draw again what depends on these. */
  renew(...names) {
    for (const name of names) this.changed.add(name);
    this.schedule();
  }

  schedule() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = null;
      if (this.seen && this.data) this.draw();
    });
  }

  draw() {
    const { changed, known, style } = this;
    this.changed = new Set();
    this.write(known.frame);
    this.view.draw(known, style, changed);
  }

  write(frame) {
    const { part, data } = this;
    const text = (name, value) => {
      if (part[name].textContent !== value) part[name].textContent = value;
    };
    const words = frame ? lineTexts(frame) : {};
    for (const name of LINE_PARTS) text(name, words[name] ?? "");
    text("badge", data.labels[this.job ? (frame?.state ?? "none") : frame ? "recorded" : "none"]);
    text("message", frame?.message || data.hint || "");
    const share = frame?.total ? (100 * frame.step) / frame.total : 0;
    part.fill.style.width = `${share}%`;
    part.bar.setAttribute("aria-valuenow", String(Math.round(share)));
    const watched = Boolean(this.job) || this.known.findings != null;
    const { findings, verdict } = this.known;
    const well = Boolean(frame) && seenEnough(frame, verdict);
    this.babysitter.update(findings ?? [], calmText(frame, watched, verdict), well);
  }

  /** The view shown, each picture with its numbers, as one PNG. */
  save() {
    const shown = this.view.saved(this.known, this.style);
    if (!shown.length) return;
    savePicture(stack(shown, this.style.theme), `${this.view.title}-step-${this.known.frame?.step ?? 0}.png`);
  }

  end() {
    this.feed.disconnect();
    this.observer.disconnect();
    this.watcher.disconnect();
    cancelAnimationFrame(this.pending);
  }
}

export default function (component) {
  const { parentElement } = component;
  let view = instances.get(parentElement);
  if (!view) {
    view = new LiveView(parentElement);
    instances.set(parentElement, view);
  }
  view.update(component);
  return () => {
    view.end();
    instances.delete(parentElement);
  };
}
