// CheXNet's table as intervals, and a pair of simulated readers for every place of a slider.
// Python has drawn all the sets; the browser looks them up.

import { savePicture, stack } from "./picture.js";
import { pageTheme } from "./theme.js";
import { AddressNumber, KINDS, MedicalPlot, shareText, withInterval } from "./medical_plot.js";

const pairViews = new WeakMap();

const overlapText = (own) => `A ${shareText(own[0][0], 3)}\u2013${shareText(own[0][1], 3)}, B ${shareText(own[1][0], 3)}\u2013${shareText(own[1][1], 3)}`;

/** What this place of the slider shows, in one sentence. */
export function pairVerdict(data, place) {
  const { own, paired } = data.steps[place];
  const overlap = own[0][1] >= own[1][0] ? "overlap" : "do not overlap";
  const out = paired[0] > 0 ? "and yet the difference excludes 0" : "and the difference may be 0";
  const joined = own[0][1] >= own[1][0] ? out : out.replace("and yet", "and");
  return `Their intervals ${overlap} (${overlapText(own)}), ${joined}: ${withInterval([data.difference, ...paired], 3)}.`;
}

class Pairs {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]));
    this.at = new AddressNumber("alike", 0, 20);
    this.observer = new ResizeObserver(() => this.data && this.draw());
    this.observer.observe(root);
    this.part.slider.addEventListener("input", () => {
      this.at.set(Number(this.part.slider.value));
      this.show();
    });
    this.part.save.addEventListener("click", () => {
      const { paper, cloud, bins } = this.part;
      const { own, paired } = this.data.steps[this.at.value];
      savePicture(stack([[paper, "CheXNet’s table"], [cloud, overlapText(own)], [bins, `B − A ${withInterval([this.data.difference, ...paired], 3)}`]], this.theme), `readers-${this.at.value}.png`);
    });
  }

  update(data) {
    Object.assign(this, { data, theme: pageTheme(this.root) });
    this.at.follow(data.asked, data.lesson);
    for (const [name, value] of [["--accent", this.theme.accent], ["--muted", this.theme.muted]]) this.root.style.setProperty(name, value);
    this.show();
  }

  show() {
    const { data, part, at: { value: place } } = this;
    const step = data.steps[place];
    part.slider.value = place;
    part.slider.setAttribute("aria-valuetext", (place / (data.steps.length - 1)).toFixed(2));
    part.verdict.textContent = pairVerdict(data, place);
    this.root.style.setProperty("--edge", step.paired[0] > 0 ? this.theme.accent : KINDS.ill);
    part.said.textContent = `both wrong on ${step.both} of ${data.pictures}; B is better in ${step.better} of ${data.draws} drawn sets`;
    this.draw();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => { part.spoken.textContent = part.verdict.textContent; }, 400);
  }

  draw() {
    if (!this.part.paper.clientWidth) return;
    this.drawPaper();
    this.drawCloud();
    this.drawBins();
  }

  drawPaper() {
    const { theme, part, data: { paper } } = this;
    const colours = [theme.muted, theme.muted, theme.muted, KINDS.fourth, KINDS.ill, theme.accent];
    const plot = new MedicalPlot(part.paper, theme, { x: [0.25, 0.52], y: [-0.6, 8.3], left: 142, bottom: 4, top: 2 });
    for (const tick of [0.3, 0.4, 0.5]) {
      plot.stroke(theme.line, 1, [], (c) => { c.moveTo(plot.x(tick), plot.y(8.3)); c.lineTo(plot.x(tick), plot.y(2.3)); });
      plot.write(String(tick), plot.x(tick), plot.y(1.95), { align: "center", colour: theme.muted });
    }
    paper.rows.forEach(([title, f1, low, high], row) => {
      const y = 7.6 - row;
      plot.write(title, 136, plot.y(y), { align: "right", bold: row > 3 });
      plot.whisker(low, f1, high, y, colours[row], { square: row === 5 });
      plot.write(f1.toFixed(3), plot.x(f1), plot.y(y) - 14, { align: "center", bold: row > 2 });
    });
    // The difference stands on the same scale, from a zero of its own.
    const [middle, low, high] = paper.difference;
    const zero = 0.34;
    plot.stroke(theme.text, 2, [], (c) => { c.moveTo(plot.x(zero), plot.y(0.9)); c.lineTo(plot.x(zero), plot.y(-0.5)); });
    plot.write("0", plot.x(zero) - 6, plot.y(-0.2), { align: "right", colour: theme.muted });
    plot.write("difference", 136, plot.y(0.2), { align: "right", bold: true });
    plot.whisker(zero + low, zero + middle, zero + high, 0.2, theme.text);
    plot.write(withInterval(paper.difference, 3), plot.x(zero) + 7, plot.y(0.2) - 16, { bold: true });
    part.paper.setAttribute("aria-label", paper.rows.map(([title, ...numbers]) => `${title} ${withInterval(numbers, 3)}`).join("; "));
  }

  drawCloud() {
    const { theme, part, data, at: { value: place } } = this;
    const step = data.steps[place];
    const plot = new MedicalPlot(part.cloud, theme, { x: [0.24, 0.6], y: [0.24, 0.6], left: 50 });
    plot.axes({ xTicks: [0.3, 0.4, 0.5, 0.6], yTicks: [0.3, 0.4, 0.5, 0.6], xLabel: "F1 of A", yLabel: "F1 of B" });
    plot.line([0.24, 0.6], [0.24, 0.6], theme.muted, { dash: [5, 4], width: 1.5 });
    const { context } = plot;
    context.globalAlpha = 0.45;
    step.cloud[0].forEach((first, at) => plot.dot(first / 1000, step.cloud[1][at] / 1000, KINDS.well, { size: 2.5, ring: null }));
    context.globalAlpha = 1;
    const [[aLow, aHigh], [bLow, bHigh]] = step.own;
    plot.whisker(aLow, data.f1[0], aHigh, 0.255, KINDS.ill);
    plot.stroke(theme.accent, 4, [], (c) => { c.moveTo(plot.x(0.255), plot.y(bLow)); c.lineTo(plot.x(0.255), plot.y(bHigh)); });
    plot.dot(0.255, data.f1[1], theme.accent, { square: true });
    plot.dot(...data.f1, theme.text, { size: 5 });
    plot.write("B better", plot.x(0.3), plot.y(0.585), { bold: true });
    plot.write("A better", plot.x(0.595), plot.y(0.3), { align: "right", bold: true });
    part.cloud.setAttribute("aria-label", `F1 of both readers in each drawn set: ${overlapText(step.own)}`);
  }

  drawBins() {
    const { theme, part, data, at: { value: place } } = this;
    const { bins, paired } = data.steps[place];
    const { edges } = data;
    const most = Math.max(...data.steps.map((step) => Math.max(...step.bins)));
    const plot = new MedicalPlot(part.bins, theme, { x: [-0.16, 0.24], y: [-0.22, 1.05], left: 10 });
    plot.axes({ xTicks: [-0.1, 0, 0.1, 0.2], yTicks: [], xLabel: "F1 of B − F1 of A", text: (tick) => shareText(tick, 1) });
    bins.forEach((count, bin) => plot.bar(edges[bin] + 0.0006, edges[bin + 1] - 0.0006, 0, count / most, KINDS.well, edges[bin + 1] <= 0.0001));
    plot.upright(0, theme.text);
    plot.whisker(paired[0], data.difference, paired[1], -0.12, paired[0] > 0 ? theme.accent : KINDS.ill);
    part.bins.setAttribute("aria-label", `The difference in each drawn set: ${withInterval([data.difference, ...paired], 3)}`);
  }

  destroy() {
    clearTimeout(this.resting);
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".pairs");
  let view = pairViews.get(root);
  if (!view) {
    view = new Pairs(root);
    pairViews.set(root, view);
  }
  view.update(data);
  return () => view.destroy();
}
