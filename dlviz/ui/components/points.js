// The lab of 2-D points: weights come over the live channel, what they do is computed here.
// Streamlit calls the default function at every rerun; node, socket and pictures belong to the
// instance, which lives as long as the node.

import { prepare } from "./live_canvas.js";
import { Feed, nothingYet } from "./live_feed.js";
import { keepKeys, Tabs, viewAfter } from "./live_hands.js";
import { Brush } from "./points_brush.js";
import { drawStrips } from "./points_curves.js";
import { GridTrace } from "./points_field.js";
import { handleNetwork, handlePicture } from "./points_hands.js";
import { Heads } from "./points_heads.js";
import { SceneInputs } from "./points_hidden.js";
import { leastWidth, netLayout } from "./points_layout.js";
import { messageOf } from "./points_message.js";
import { LossView } from "./points_loss_view.js";
import { hiddenOf, hiddenText, numberAt, withNumber } from "./points_net.js";
import { NetPainter } from "./points_paint_net.js";
import { Room } from "./points_room.js";
import { saveFilm, savePoints } from "./points_save.js";
import { Setting } from "./points_setting.js";
import { drawCross, pointsStyle } from "./points_surface.js";
import { absorbNets, netAt, noNets, Scrubber } from "./points_track.js";
import { drawLegend, HiddenView, SurfaceView } from "./points_views.js";
import { paceOf, pictureText, pointsLine } from "./points_words.js";

const [FINE, COARSE] = [120, 60]; // cells a side of the surface at rest and while it moves
const LINE = ["series", "epoch", "speed", "rate", "loss", "accuracy"];
const instances = new WeakMap();

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

class PointsView {
  constructor(root) {
    this.part = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]));
    const { part } = this;
    this.root = part.root;
    this.forget();
    this.serial = 0;
    this.version = 0;
    this.seen = true;
    this.traces = new GridTrace();
    const inputs = new SceneInputs();
    const redraw = () => this.schedule();
    this.views = { surface: new SurfaceView(), hidden: new HiddenView(inputs), loss: new LossView(part, inputs, redraw) };
    this.painter = new NetPainter(part.network);
    this.brush = new Brush(part, { send: (points) => this.send("painted", { points }), redraw });
    this.heads = new Heads(part, (hidden) => this.send("shape", { hidden }));
    this.setting = new Setting(this);
    this.feed = new Feed((frame) => this.take(frame), (job) => this.tell("blocked", job));
    this.tabs = new Tabs([part.surfaceTab, part.hiddenTab, part.lossTab], (name) => this.choose(name));
    this.scrubber = new Scrubber(part, redraw);
    this.unheard = null; // a view that was chosen here and that the page does not know of yet
    this.listen();
    this.show("surface");
  }

  listen() {
    const { part } = this;
    this.observer = new ResizeObserver(() => this.schedule());
    this.observer.observe(this.root);
    this.watcher = new IntersectionObserver(([entry]) => {
      this.seen = entry.isIntersecting;
      this.schedule();
    });
    this.watcher.observe(this.root);
    this.room = new Room(this.root, part.picture);
    keepKeys(this.root);
    // What is typed into a box or a list is no shortcut of the page.
    this.root.addEventListener("keydown", (event) => {
      if (event.target.matches("input, select") && !event.ctrlKey && !event.metaKey) event.stopPropagation();
    });
    const look = () => ({ layout: this.layout, counts: this.counts, marked: this.marked });
    handleNetwork(part.network, { look, mark: (...given) => this.mark(...given), open: (target) => this.setting.open(target) });
    handlePicture(part.picture, {
      look: () => this.pointed,
      point: (place, how) => {
        Object.assign(this, { pointed: place, how });
        this.schedule();
      },
      put: (place) => this.brush.put(place),
    });
    part.save.onclick = () => savePoints(this);
    part.film.onclick = () => saveFilm(this, part.film);
  }

  forget() {
    Object.assign(this, { known: nothingYet(), nets: noNets(), heard: [] });
  }

  /** Tell the page what a hand has done; the number makes every edit another one. */
  send(name, value) {
    this.serial = Math.max(this.serial + 1, Date.now());
    this.tell(name, { ...value, serial: this.serial });
  }

  choose(name) {
    if (this.root.dataset.view === name) return;
    this.unheard = name;
    this.show(name);
    this.tell("view", name);
  }

  show(name) {
    const { part } = this;
    this.view = this.views[name];
    this.tabs.mark(name);
    this.root.dataset.view = name;
    part.panel.setAttribute("aria-labelledby", `${name}-tab`);
    part.axes.hidden = name !== "loss";
    if (this.data) this.brush.update(this.data.scene, this.style, name);
    part.legend.hidden = name === "loss" || this.brush.on;
    this.schedule();
  }

  /** Called at each rerun: another job, another theme, another scene. */
  update({ data: given, setTriggerValue }) {
    this.tell = setTriggerValue;
    const { scene } = given;
    const data = { ...given, scene: { ...scene, task: scene.rule === "perceptron" ? "perceptron" : scene.task } };
    this.data = data;
    if (data.refused >= this.serial) this.setting.pending.clear();
    const open = this.root.dataset.view;
    const [view, unheard] = viewAfter(data.view ?? open, open, this.unheard);
    this.unheard = unheard;
    this.style = pointsStyle(this.root, data);
    this.show(view);
    for (const [name, colour] of Object.entries(this.style.inks)) this.root.style.setProperty(name, colour);
    if (data.job !== this.job) {
      this.job = data.job;
      this.told = data.state;
      this.feed.disconnect();
      this.forget();
      this.scrubber.forget();
      if (this.job && !data.frame) this.feed.connect(data);
    }
    this.told = data.state ?? this.told;
    if (!this.job) this.rest(data);
    if (data.frame) {
      this.feed.disconnect();
      this.take({ ...data.frame, reset: true });
    }
    this.schedule();
  }

  /** Without a job: a recorded run, or the network of these settings. */
  rest({ recorded, net }) {
    this.forget();
    this.setting.pending.known = [];
    if (recorded) this.take({ ...recorded, reset: true });
    if (net) this.nets.net = net;
    if (JSON.stringify(net) !== this.rested) this.setting.pending.clear();
    this.rested = JSON.stringify(net);
  }

  /** A frame of the channel: what is new since the last one. */
  take(frame) {
    if (!absorbNets(this.known, this.nets, frame)) return;
    this.setting.pending.hear(frame, performance.now());
    if (frame.reset) this.heard = [];
    this.heard = [...this.heard.slice(-60), [frame.epoch, frame.elapsed]];
    const { dataset } = this.root;
    dataset.state = this.job ? frame.state : "recorded";
    dataset.step = frame.step;
    dataset.frames = Number(dataset.frames ?? 0) + 1;
    // Buttons are Streamlit's: a new state needs one rerun, the pictures none.
    if (this.job && frame.state !== this.told) {
      this.told = frame.state;
      this.tell("state", frame.state);
    }
    this.schedule();
  }

  schedule() {
    if (this.due) return;
    this.due = requestAnimationFrame(() => {
      this.due = null;
      if (this.seen && this.data) this.draw();
    });
  }

  /** The network under the eye: the newest or an old one, with what a hand tries out. */
  current() {
    const net = netAt(this.nets, this.scrubber.back);
    if (!net || net.layers[0].w[0].length !== this.data.scene.features.length) return null;
    const held = this.scrubber.back == null ? this.setting.pending.held : null;
    if (net.layers !== this.base || held !== this.tried) {
      Object.assign(this, { base: net.layers, tried: held, version: this.version + 1 });
      const fits = held && numberAt(net.layers, held.place) !== undefined;
      this.layers = fits ? withNumber(net.layers, held.place, held.value) : net.layers;
    }
    return net;
  }

  draw() {
    const { part, known, nets, style } = this;
    this.scrubber.update(nets);
    const net = this.current();
    const began = performance.now();
    this.drawStrips();
    if (net) {
      const { scene } = this.data;
      this.scene = { ...scene, layers: this.layers };
      this.counts = [scene.features.length, ...this.layers.map(({ b }) => b.length)];
      this.moving = (known.frame?.state === "running" && this.job && this.scrubber.back == null) || this.setting.box.open;
      this.drawNetwork(this.traces.of(this.layers, scene.features, this.moving ? COARSE : FINE));
      const more = this.drawPicture(net.step);
      if (more) this.schedule();
    }
    drawLegend(...this.canvasOf(part.legend), this.data.scene, style);
    this.write();
    this.root.dataset.drawn = (performance.now() - began).toFixed(1);
    if (net) this.root.dataset.shown = net.step;
  }

  canvasOf(node) {
    const { context, width, height } = prepare(node);
    return [context, width, height];
  }

  drawNetwork(trace) {
    const { part, style, data } = this;
    const least = leastWidth(this.counts.length);
    const wide = `${least}px`;
    this.room.keep(least);
    if (part.sheet.style.minWidth !== wide) part.sheet.style.minWidth = wide;
    const { clientWidth, clientHeight } = part.network;
    this.layout = netLayout(this.counts, clientWidth, clientHeight);
    const { activations, editable, most_units = 8, most_layers = 6 } = data.scene;
    this.heads.update(hiddenText(hiddenOf(this.layers)), { limits: { most_units, most_layers }, activations, editable, layout: this.layout });
    this.trace = trace;
    this.painter.draw({ layout: this.layout, layers: this.layers, trace, scene: data.scene, ...style, marked: this.marked, focused: this.how === "keys", chosen: this.view.chosen?.() });
  }

  /** What the views need to know. */
  shot(step) {
    const { layers, trace, nets, moving, version, job, style, data } = this;
    const { marked, brush } = this;
    const points = brush.points(data.scene);
    return { scene: data.scene, points, painting: brush.on, layers, trace, nets, moving, version, job, style, marked, step };
  }

  drawPicture(step) {
    const { picture } = this.part;
    const [context, side] = this.canvasOf(picture);
    picture.setAttribute("aria-label", pictureText(this.root.dataset.view, this.data.scene, step));
    const more = this.view.draw(context, side, this.shot(step));
    if (this.pointed && this.how === "keys" && this.view === this.views.surface) drawCross(context, side, this.pointed, this.style.theme);
    return more;
  }

  drawStrips() {
    const { part, known, style, data } = this;
    drawStrips(part, known, { theme: style.theme, task: data.scene.task, at: this.scrubber.back });
  }

  write() {
    const { part, known, data } = this;
    const { frame } = known;
    const score = this.scrubber.scoreAt(known.scores);
    const { back } = this.scrubber;
    const rate = known.steps.findLast(([step]) => step <= back)?.[3];
    const then = frame && back != null ? { ...frame, epoch: (frame.epochs * back) / (frame.total || 1), rate } : frame;
    const words = pointsLine(then, score, { task: data.scene.task, pace: frame?.state === "running" ? paceOf(this.heard) : null });
    if (data.slow) words.speed = "shown once a second";
    for (const name of LINE) write(part[name], words[name] ?? "");
    write(part.badge, data.labels[this.job ? (frame?.state ?? "none") : frame ? "recorded" : "none"]);
    part.film.disabled = this.nets.steps.length < 2;
    const [text, kind] = messageOf(this);
    write(part.message, text);
    part.message.dataset.kind = kind;
    if (this.how === "keys") write(part.spoken, text);
  }

  mark(target, how) {
    if (how === "blur" && this.setting.box.open) return;
    Object.assign(this, { marked: target, how });
    this.schedule();
  }

  end() {
    this.feed.disconnect();
    this.setting.box.end();
    this.observer.disconnect();
    this.watcher.disconnect();
    this.room.end();
    cancelAnimationFrame(this.due);
  }
}

export default function (component) {
  const { parentElement } = component;
  let view = instances.get(parentElement);
  if (!view) {
    view = new PointsView(parentElement);
    instances.set(parentElement, view);
  }
  view.update(component);
  return () => {
    view.end();
    instances.delete(parentElement);
  };
}
