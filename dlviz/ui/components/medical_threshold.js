// The threshold under the finger: Python has counted for every place of it, the browser looks up.
// Streamlit calls the default function at every rerun that changes data; the node stays.

import { savePicture, stack } from "./picture.js";
import { pageTheme } from "./theme.js";
import { AddressNumber, KINDS, MedicalPlot, shareText, withInterval } from "./medical_plot.js";

const SHARE_NAMES = { precision: "precision", recall: "recall", specificity: "specificity", f1: "F1" };
const MEDICAL_REST = 400; // ms without a move, then the verdict is spoken
const thresholds = new WeakMap();

/** What a threshold does, in one sentence. */
export function thresholdVerdict(data, cut) {
  const [tp, fp, fn] = data.counts.map((part) => part[cut]);
  if (tp + fp === 0) return `At ${(cut / 100).toFixed(2)} nobody is called ill: all ${fn} ill pictures are missed.`;
  const share = shareText(data.shares.precision[0][cut]);
  return `At ${(cut / 100).toFixed(2)} it finds ${tp} of the ${tp + fn} ill pictures, misses ${fn}, and raises ${fp} false ${fp === 1 ? "alarm" : "alarms"}: of its alarms ${share} are right.`;
}

/** Why precision falls with the prevalence although the point of the ROC curve stays. */
export function bayesText(data, cut) {
  const [tp, fp, fn, tn] = data.counts.map((counts) => counts[cut]);
  // Few alarms need more digits, or the written sum is another.
  const written = (share) => (share > 0 && share < 0.02 ? share.toPrecision(3) : share.toFixed(3));
  const [recall, alarms] = [written(tp / (tp + fn)), written(fp / (fp + tn))];
  const [prior, well] = [data.prevalence, 1 - data.prevalence].map((share) => String(Number(share.toFixed(3))));
  return `${recall} · ${prior} / (${recall} · ${prior} + ${alarms} · ${well}) = ${shareText(data.shares.precision[0][cut], 3)}`;
}

class Threshold {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]));
    this.count = Object.fromEntries([...root.querySelectorAll("[data-count]")].map((node) => [node.dataset.count, node]));
    this.at = new AddressNumber("cut", 50, 100);
    this.observer = new ResizeObserver(() => this.data && this.draw());
    this.observer.observe(root);
    this.listen();
  }

  update(data) {
    const another = this.data?.scene !== data.scene;
    Object.assign(this, { data, theme: pageTheme(this.root) });
    this.at.follow(data.asked, data.lesson);
    const set = (name, value) => this.root.style.setProperty(name, value);
    set("--accent", this.theme.accent);
    set("--wrong", this.theme.wrong);
    set("--muted", this.theme.muted);
    if (another) this.hang();
    this.show();
  }

  /** The strip of pictures; later only their frames change. */
  hang() {
    const { strip, sprite, note } = this.data;
    this.part.note.textContent = note;
    this.part.strip.replaceChildren(...strip.map((one, place) => {
      const figure = document.createElement("figure");
      figure.innerHTML = "<i></i><figcaption></figcaption>";
      figure.style.setProperty("--kind", one.ill ? KINDS.ill : KINDS.well);
      const picture = figure.firstChild.style;
      picture.backgroundImage = `url(${sprite})`;
      picture.backgroundPositionX = `${(100 * place) / (strip.length - 1)}%`;
      return figure;
    }));
    this.part.strip.setAttribute("aria-label", "Held-out pictures in the order of their scores");
  }

  show() {
    const { data, part, at: { value: cut } } = this;
    part.slider.value = cut;
    part.slider.setAttribute("aria-valuetext", (cut / 100).toFixed(2));
    part.cut.textContent = `threshold ${(cut / 100).toFixed(2)}`;
    part.verdict.textContent = thresholdVerdict(data, cut);
    const words = { tp: "found", fn: "missed", fp: "false alarms", tn: "left alone" };
    ["tp", "fp", "fn", "tn"].forEach((name, place) => {
      this.count[name].innerHTML = `${data.counts[place][cut]}<small>${words[name]}</small>`;
    });
    [...part.strip.children].forEach((figure, place) => {
      const { ill, score } = data.strip[place];
      const called = score >= cut / 100;
      figure.classList.toggle("mistaken", called !== ill);
      figure.lastChild.textContent = `${called === ill ? "✓" : "✗"} ${ill ? "ill" : "well"}`;
      figure.title = `score ${score.toFixed(2)}`;
    });
    part.formula.innerHTML = `precision = recall · π / (recall · π + false alarms · (1 − π)) = <b>${bayesText(data, cut)}</b>, where π is the share that is ill.`;
    this.draw();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => { part.spoken.textContent = part.verdict.textContent; }, MEDICAL_REST);
  }

  draw() {
    if (!this.part.scores.clientWidth) return;
    this.drawScores();
    this.drawShares();
    this.drawCurve("roc", "roc", { xLabel: "false alarms", yLabel: "recall" }, `ROC, AUC ${shareText(this.data.auc[0], 3)}`);
    this.drawCurve("pr", "pr", { xLabel: "recall", yLabel: "precision" }, `AP ${shareText(this.data.ap, 3)}`);
  }

  drawScores() {
    const { data, theme, at: { value: cut } } = this;
    const [ill, well] = data.bins;
    const [up, down] = [Math.max(...ill), Math.max(...well)];
    const plot = new MedicalPlot(this.part.scores, theme, { x: [0, 1], y: [-1.12, 1.12], left: 46, bottom: 20, top: 2 });
    this.scorePlot = plot;
    ill.forEach((count, bin) => plot.bar(bin / ill.length, (bin + 0.92) / ill.length, 0, count / up, KINDS.ill, (bin + 1) / ill.length <= cut / 100));
    well.forEach((count, bin) => plot.bar(bin / ill.length, (bin + 0.92) / ill.length, -count / down, 0, KINDS.well, bin / ill.length >= cut / 100));
    [["ill", data.counts[0], data.counts[2], 0.5], ["well", data.counts[1], data.counts[3], -0.5]].forEach(([kind, some, others, y]) => {
      plot.write(kind, 0, plot.y(y) - 9, { bold: true });
      plot.write(String(some[0] + others[0]), 0, plot.y(y) + 9, { colour: theme.muted });
    });
    for (const tick of [0, 0.25, 0.5, 0.75, 1]) plot.write(String(tick), plot.x(tick), plot.height - 8, { align: tick === 1 ? "right" : "center", colour: theme.muted });
    plot.upright(cut / 100, theme.text);
    const right = cut < 84;
    plot.write(right ? "called ill →" : "← called well", plot.x(cut / 100) + (right ? 6 : -6), 10, { align: right ? "left" : "right" });
    this.part.scores.setAttribute("aria-label", `How many pictures got which score, ill above, well below. ${this.part.verdict.textContent}`);
  }

  drawShares() {
    const { data, theme, at: { value: cut } } = this;
    const plot = new MedicalPlot(this.part.shares, theme, { x: [0, 1], y: [-0.6, 3.6], left: 82, bottom: 22, right: 14, top: 4 });
    for (const tick of [0, 0.5, 1]) {
      plot.stroke(theme.line, 1, [], (c) => { c.moveTo(plot.x(tick), 4); c.lineTo(plot.x(tick), plot.height - 22); });
      plot.write(String(tick), plot.x(tick), plot.height - 9, { align: "center", colour: theme.muted });
    }
    Object.entries(SHARE_NAMES).forEach(([name, title], row) => {
      const found = data.shares[name].map((part) => part[cut]);
      const y = 3 - row - 0.12;
      plot.write(title, 78, plot.y(y), { align: "right", bold: name === "f1" });
      if (found[0] !== null) plot.whisker(found[1], found[0], found[2], y, name === "f1" ? theme.accent : theme.muted);
      plot.write(withInterval(found), plot.x(0.5), plot.y(y) - 15, { align: "center" });
    });
    this.part.shares.setAttribute("aria-label", Object.entries(SHARE_NAMES).map(([name, title]) => `${title} ${withInterval(data.shares[name].map((part) => part[cut]))}`).join(", "));
  }

  drawCurve(name, source, labels, title) {
    const { data, theme, at: { value: cut } } = this;
    const plot = new MedicalPlot(this.part[name], theme, { x: [0, 1], y: [0, 1], left: 46 });
    plot.axes(labels);
    if (source === "roc") {
      plot.line([0, 1], [0, 1], theme.faint, { dash: [4, 4], width: 1 });
      plot.line(...data.whole, theme.muted, { dash: [2, 3], width: 1.5 });
    }
    else plot.line([0, 1], [data.prevalence, data.prevalence], theme.faint, { dash: [4, 4], width: 1 });
    plot.line(...data[source], theme.accent, { width: 2.5 });
    const [recall, specificity, precision] = ["recall", "specificity", "precision"].map((share) => data.shares[share][0][cut]);
    const point = source === "roc" ? [1 - specificity, recall] : [recall, precision];
    if (point[1] !== null) plot.dot(...point, KINDS.ill, { size: 7, ring: theme.text });
    const [x, y, align] = source === "roc" ? [plot.x(0.97), plot.y(0.16), "right"] : data.ap > 0.5 ? [plot.x(0.03), plot.y(0.12), "left"] : [plot.x(0.97), plot.y(0.88), "right"];
    plot.write(title, x, y, { align, bold: true });
    this.part[name].setAttribute("aria-label", `${title}; operating point ${point.map((part) => shareText(part)).join(", ")}`);
  }

  listen() {
    const { slider, scores, save } = this.part;
    slider.addEventListener("input", () => this.goTo(Number(slider.value)));
    const follow = (event) => {
      const { left, right } = this.scorePlot.box;
      const share = (event.offsetX - left) / (scores.clientWidth - left - right);
      this.goTo(Math.round(100 * Math.min(1, Math.max(0, share))));
    };
    scores.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      scores.setPointerCapture(event.pointerId);
      follow(event);
    });
    scores.addEventListener("pointermove", (event) => event.buttons & 1 && follow(event));
    for (const button of this.root.querySelectorAll("[data-cut]")) {
      button.addEventListener("click", () => this.goTo({ half: 50, best: this.data.best, recall: this.data.recall }[button.dataset.cut]));
    }
    save.addEventListener("click", () => this.save());
  }

  goTo(cut) {
    if (cut === this.at.value) return;
    this.at.set(cut);
    this.show();
  }

  save() {
    const { part, data, at: { value: cut } } = this;
    const [tp, fp, fn] = data.counts.map((counts) => counts[cut]);
    const words = `Threshold ${(cut / 100).toFixed(2)}: ${tp} found, ${fn} missed, ${fp} false alarms`;
    const pairs = [[part.scores, words], [part.shares, "With 95 % intervals"], [part.roc, "ROC"], [part.pr, "Precision and recall"]];
    savePicture(stack(pairs, this.theme), `threshold-${this.at.value}.png`);
  }

  destroy() {
    clearTimeout(this.resting);
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".threshold");
  let view = thresholds.get(root);
  if (!view) {
    view = new Threshold(root);
    thresholds.set(root, view);
  }
  view.update(data);
  return () => view.destroy();
}
