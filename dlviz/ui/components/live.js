// The live view of a run: a WebSocket straight into canvases, no rerun while it trains.
// Streamlit calls the default function at every rerun; node, socket and curves belong to the
// instance, which lives as long as the node.

import { savePicture, stack } from "./picture.js";
import { decodeTable } from "./scale.js";
import { curveTheme, drawCurves, drawFilters } from "./live_draw.js";

const RETRIES = 3; // failed connections in a row, then the page falls back to reruns
const GONE = 4404; // the job is no longer there: the page has to look what there is instead
const RETRY_MS = 400;
const instances = new WeakMap();
const FINAL = ["done", "stopped", "failed"];
const percent = (share) => `${(100 * share).toFixed(1)} %`;

function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

class LiveView {
  constructor(root) {
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.root = this.part.root;
    this.failures = 0;
    this.forget();
    this.observer = new ResizeObserver(() => this.schedule());
    this.observer.observe(this.root);
    this.part.save.onclick = () => this.save();
  }

  forget() {
    this.steps = [];
    this.scores = [];
    this.filters = null;
    this.frame = null;
  }

  /** Called at each rerun: another job, another theme, or a frame brought by a rerun. */
  update({ data, setTriggerValue }) {
    this.tell = setTriggerValue;
    this.data = data;
    this.theme = curveTheme(this.root);
    this.table = decodeTable(data.scales[this.theme.dark ? "dark" : "light"]);
    if (data.job !== this.job) {
      this.job = data.job;
      this.told = data.state;
      this.failures = 0;
      this.disconnect();
      this.forget();
      if (this.job && !data.frame) this.connect();
    }
    this.told = data.state ?? this.told;
    if (!this.job) {
      this.forget();
      if (data.recorded) this.take({ ...data.recorded, reset: true });
    }
    if (data.frame) {
      this.disconnect();
      this.take({ ...data.frame, reset: true });
    }
    this.schedule();
  }

  connect() {
    const { protocol, host } = window.location;
    const query = new URLSearchParams({ job: this.job, token: this.data.token });
    if (this.data.session) query.set("session", this.data.session);
    const scheme = protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${host}${this.data.path}?${query}`);
    this.socket = socket;
    socket.onmessage = (event) => {
      this.failures = 0;
      this.take(JSON.parse(event.data));
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      this.failures += 1;
      if (code === GONE || this.failures > RETRIES) this.tell("blocked", this.job);
      else this.timer = setTimeout(() => this.connect(), RETRY_MS * this.failures);
    };
  }

  disconnect() {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.close();
  }

  /** A frame of the channel: what is new since the last one. */
  take(frame) {
    if (frame.reset) {
      this.steps = [];
      this.scores = [];
    }
    if (!frame.reset && this.frame && frame.sequence < this.frame.sequence) return;
    this.steps.push(...frame.steps);
    this.scores.push(...frame.scores);
    this.filters = frame.filters ?? (frame.reset ? null : this.filters);
    this.frame = frame;
    this.root.dataset.state = this.job ? frame.state : "recorded";
    this.root.dataset.step = frame.step;
    this.root.dataset.elapsed = frame.elapsed;
    this.root.dataset.frames = Number(this.root.dataset.frames ?? 0) + 1;
    // Buttons are Streamlit's: a new state needs one rerun, the pictures none.
    if (this.job && frame.state !== this.told) {
      this.told = frame.state;
      this.tell("state", frame.state);
    }
    this.schedule();
  }

  schedule() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = null;
      this.draw();
    });
  }

  draw() {
    const { part, frame, theme } = this;
    this.write(frame);
    const faint = !this.job;
    drawCurves(part.lossCanvas, this, { theme, column: 1, faint, total: frame?.total });
    drawCurves(part.accuracyCanvas, this, { theme, column: 2, faint, total: frame?.total, top: 1 });
    part.filtersFigure.hidden = !this.filters;
    if (this.filters) drawFilters(part.filtersCanvas, this.filters, this.table, theme);
  }

  write(frame) {
    const { part } = this;
    const text = (name, value) => {
      if (part[name].textContent !== value) part[name].textContent = value;
    };
    if (!frame) {
      for (const name of ["place", "time", "speed", "device", "loss", "accuracy", "limit"]) text(name, "");
      text("badge", this.data.labels.none);
      text("message", this.data.hint ?? "");
      part.fill.style.width = "0";
      return;
    }
    const waiting = frame.state === "queued" && frame.position > 0;
    text("badge", this.job ? this.data.labels[frame.state] : this.data.labels.recorded);
    text("place", `step ${frame.step} of ${frame.total} · epoch ${frame.epoch.toFixed(2)} of ${frame.epochs}`);
    const left = frame.remaining == null || FINAL.includes(frame.state) ? "" : ` · ${clock(frame.remaining)} left`;
    text("time", `${clock(frame.elapsed)} elapsed${left}`);
    text("speed", frame.throughput ? `${Math.round(frame.throughput).toLocaleString("en")} images/s` : "");
    text("device", frame.device);
    text("message", waiting ? `All places are taken: you are number ${frame.position} in the queue.` : frame.message || this.data.hint || "");
    part.fill.style.width = `${frame.total ? (100 * frame.step) / frame.total : 0}%`;
    part.bar.setAttribute("aria-valuenow", String(Math.round(frame.total ? (100 * frame.step) / frame.total : 0)));
    const step = this.steps.at(-1);
    const score = this.scores.at(-1);
    text("loss", [step && `batch ${step[1].toFixed(3)}`, score && `held-out ${score[1].toFixed(3)}`].filter(Boolean).join(" · "));
    text("accuracy", [step && `batch ${percent(step[2])}`, score && `held-out ${percent(score[2])}`].filter(Boolean).join(" · "));
    text("limit", this.filters ? `blue −${this.filters.limit.toFixed(2)} … orange +${this.filters.limit.toFixed(2)}` : "");
  }

  /** Curves and filters, each with its numbers, as one PNG. */
  save() {
    const { part } = this;
    const shown = [
      [part.lossCanvas, `loss: ${part.loss.textContent}`],
      [part.accuracyCanvas, `accuracy: ${part.accuracy.textContent}`],
    ];
    if (this.filters) shown.push([part.filtersCanvas, `first-layer filters: ${part.limit.textContent}`]);
    savePicture(stack(shown, this.theme), `training-step-${this.frame?.step ?? 0}.png`);
  }

  end() {
    this.disconnect();
    this.observer.disconnect();
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
