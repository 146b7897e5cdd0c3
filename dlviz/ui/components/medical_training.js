// A head while it learns: the scores of held-out pictures spread out, plain and with a weighted
// loss. Python has taught both; the browser plays the steps.

import { savePicture, stack } from "./picture.js";
import { pageTheme } from "./theme.js";
import { AddressNumber, KINDS, MedicalPlot, shareText } from "./medical_plot.js";

const FRAME_MS = 260;
const learningViews = new WeakMap();

/** What has been learnt by this frame, in one sentence. */
export function learningVerdict(data, frame) {
  const step = data.steps[frame];
  if (step === 0) return "Nothing is learnt yet: every picture has the score 0.50. Press Learn.";
  const found = (name) => data.shares[name][frame][0];
  return `After ${step} ${step === 1 ? "step" : "steps"}, of ${data.ill} ill pictures: plain finds ${found("plain")}, the weighted loss ${found("weighted")}, and plain with its threshold moved to ${shareText(data.moved[frame])} finds ${found("moved")}.`;
}

class Learning {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]));
    this.observer = new ResizeObserver(() => this.data && this.draw());
    this.observer.observe(root);
    const { slider, play, save } = this.part;
    slider.addEventListener("input", () => {
      this.stop();
      this.goTo(Number(slider.value));
    });
    play.addEventListener("click", () => this.toggle());
    slider.addEventListener("keydown", (event) => {
      if (event.key !== " ") return; // a button hears it by itself
      this.toggle();
      event.preventDefault();
      event.stopPropagation();
    });
    save.addEventListener("click", () => {
      const { plain, weighted, curve } = this.part;
      savePicture(stack([[plain, `Plain loss, step ${this.data.steps[this.at.value]}`], [weighted, "Weighted loss"], [curve, "F1"]], this.theme), `learning-${this.at.value}.png`);
    });
  }

  update(data) {
    if (this.data && this.data.scene !== data.scene) this.stop();
    Object.assign(this, { data, theme: pageTheme(this.root) });
    const last = data.steps.length - 1;
    this.at ??= new AddressNumber("frame", last, last);
    this.at.follow(data.asked, data.lesson);
    this.part.slider.max = last;
    this.root.style.setProperty("--accent", this.theme.accent);
    this.part.weight.textContent = `Weighted loss: an ill picture counts ${data.weight} times`;
    this.show();
  }

  toggle() {
    if (this.playing) this.stop();
    else this.play();
  }

  play() {
    if (this.at.value === this.data.steps.length - 1) this.goTo(0);
    this.part.play.textContent = "❚❚ Pause";
    this.part.play.setAttribute("aria-pressed", "true");
    this.playing = setInterval(() => {
      this.goTo(this.at.value + 1);
      if (this.at.value === this.data.steps.length - 1) this.stop();
    }, FRAME_MS);
  }

  stop() {
    clearInterval(this.playing);
    this.playing = null;
    this.part.play.textContent = "▶ Learn";
    this.part.play.setAttribute("aria-pressed", "false");
  }

  goTo(frame) {
    this.at.set(frame);
    this.show();
  }

  show() {
    const { data, part, at: { value: frame } } = this;
    part.slider.value = frame;
    part.step.textContent = `step ${data.steps[frame]}`;
    part.slider.setAttribute("aria-valuetext", part.step.textContent);
    part.verdict.textContent = learningVerdict(data, frame);
    if (!this.playing) part.spoken.textContent = part.verdict.textContent;
    this.draw();
  }

  draw() {
    if (!this.part.plain.clientWidth) return;
    const { data, theme, at: { value: frame } } = this;
    this.drawScores("plain", [[0.5, []], [data.moved[frame], [5, 4]]]);
    this.drawScores("weighted", [[0.5, []]]);
    const plot = new MedicalPlot(this.part.curve, theme, { x: [0, data.steps.length - 1], y: [0, 1], left: 40 });
    const marks = [0, 5, 10, 15, data.steps.length - 1];
    plot.axes({ xTicks: marks, yTicks: [0, 0.5, 1], xLabel: "step", text: (tick) => (marks.includes(tick) ? String(data.steps[tick]) : String(tick)) });
    const ways = [["plain", theme.muted, []], ["weighted", KINDS.ill, []], ["moved", KINDS.third, [6, 4]]];
    const names = { plain: "plain", weighted: "weighted loss", moved: "threshold moved" };
    ways.forEach(([name, colour, dash], row) => {
      const ys = data.shares[name].map((share) => share[4]);
      plot.line([...ys.keys()], ys, colour, { width: 3, dash });
      plot.dot(frame, ys[frame], colour, { square: name === "weighted" });
      const y = 18 + 19 * row;
      plot.stroke(colour, 3, dash, (c) => { c.moveTo(50, y); c.lineTo(78, y); });
      plot.write(`${names[name]} ${shareText(ys[frame])}`, 84, y);
    });
    this.part.curve.setAttribute("aria-label", ways.map(([name]) => `${names[name]}: F1 ${shareText(data.shares[name][frame][4])}`).join(", "));
  }

  drawScores(name, thresholds) {
    const { data, theme, part, at: { value: frame } } = this;
    const [ill, well] = data.bins[name][frame];
    const [up, down] = [ill, well].map((bins) => Math.max(...bins));
    const plot = new MedicalPlot(part[name], theme, { x: [0, 1], y: [-1.1, 1.1], left: 38, bottom: 34, top: 4 });
    const wide = 1 / ill.length;
    ill.forEach((count, bin) => plot.bar(bin * wide, (bin + 0.92) * wide, 0, count / up, KINDS.ill));
    well.forEach((count, bin) => plot.bar(bin * wide, (bin + 0.92) * wide, -count / down, 0, KINDS.well));
    plot.write("ill", 0, plot.y(0.5), { bold: true });
    plot.write("well", 0, plot.y(-0.5), { bold: true });
    for (const tick of [0, 0.5, 1]) plot.write(String(tick), plot.x(tick), plot.height - 24, { align: "center", colour: theme.muted });
    plot.write("score", plot.x(0.5), plot.height - 8, { align: "center", colour: theme.muted });
    for (const [at, dash] of thresholds) plot.upright(at, theme.text, dash);
    const [found, alarms, precision, recall] = data.shares[name][frame];
    part[name].setAttribute("aria-label", `Scores: ${found} found, ${alarms} called ill, precision ${shareText(precision)}, recall ${shareText(recall)}`);
  }

  destroy() {
    this.stop();
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".learning");
  let view = learningViews.get(root);
  if (!view) {
    view = new Learning(root);
    learningViews.set(root, view);
  }
  view.update(data);
  return () => view.destroy();
}
