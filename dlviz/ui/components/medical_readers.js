// Four readers of the same skill and a program, judged by one another's labels, for every place of
// a slider. Python has simulated them all; the browser looks them up.

import { css, colourAt, decodeTable, inkOn } from "./scale.js";
import { savePicture, stack } from "./picture.js";
import { pageTheme } from "./theme.js";
import { AddressNumber, KINDS, MedicalPlot, shareText } from "./medical_plot.js";
import { tableCanvas } from "./medical_readers_save.js";

const READERS = ["R1", "R2", "R3", "R4", "program"];
const [PALE, FULL] = [0.45, 1]; // the F1 that get the ends of the scale
const readerShare = (f1) => (f1 - PALE) / (FULL - PALE);
const readerViews = new WeakMap();

/** What this place of the slider shows, in one sentence. */
export function readersVerdict(data, place) {
  const step = data.steps[place];
  const truth = shareText(step.by_truth);
  const others = shareText(step.by_others);
  return `Two readers differ on ${Math.round(100 * step.differ)} % of the pictures. Each has F1 ${others} by the others’ labels and ${truth} by the truth, which nobody knows; the program has ${shareText(step.program)} by theirs and ${shareText(step.program_truth)} by the truth.`;
}

class Four {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]));
    this.observer = new ResizeObserver(() => this.data && this.draw());
    this.observer.observe(root);
    this.part.slider.addEventListener("input", () => {
      this.at.set(Number(this.part.slider.value));
      this.show();
    });
    this.part.save.addEventListener("click", () => this.save());
  }

  update(data) {
    Object.assign(this, { data, theme: pageTheme(this.root), scale: decodeTable(data.scale) });
    this.at ??= new AddressNumber("noise", data.usual, 20);
    this.at.follow(data.asked, data.lesson);
    for (const [name, value] of [["--accent", this.theme.accent], ["--muted", this.theme.muted]]) this.root.style.setProperty(name, value);
    this.part.title.textContent = `Mean of ${data.sets} sets of ${data.pictures} pictures`;
    this.show();
  }

  show() {
    const { data, part, at: { value: place } } = this;
    part.slider.value = place;
    part.slider.setAttribute("aria-valuetext", shareText(data.noise[place]));
    part.verdict.textContent = readersVerdict(data, place);
    this.fillTable(data.steps[place]);
    this.draw();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => { part.spoken.textContent = part.verdict.textContent; }, 400);
  }

  fillTable({ table, others }) {
    const cell = (value, row, column) => {
      if (row === column) return "<td>·</td>";
      const colour = colourAt(this.scale, readerShare(value));
      return `<td style="background:${css(colour)};color:${inkOn(colour)}">${shareText(value)}</td>`;
    };
    const rows = table.map((values, row) => `<tr><th scope="row">${READERS[row]}</th>${values.map((value, column) => cell(value, row, column)).join("")}</tr>`);
    this.part.table.innerHTML = `<thead><tr><td></td>${READERS.map((name) => `<th scope="col">${name}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody>`;
    this.part.note.textContent = `By the other three, on the mean: ${others.map((value) => shareText(value)).join(", ")}. (The paper’s judges include the program.)`;
  }

  draw() {
    const { part, data, theme, at: { value: place } } = this;
    if (!part.chart.clientWidth) return;
    const { noise, steps } = data;
    const [low, high] = [noise[0], noise.at(-1)];
    const plot = new MedicalPlot(part.chart, theme, { x: [low, high], y: [0.45, 1.02], left: 50 });
    plot.axes({ xTicks: [0.5, 1, 1.5], yTicks: [0.5, 0.6, 0.7, 0.8, 0.9, 1], xLabel: "a reader’s error, standard deviations", yLabel: "F1", text: (tick) => tick.toFixed(1) });
    const curve = (name) => steps.map((step) => step[name]);
    plot.line(noise, curve("program"), theme.accent, { width: 4 });
    plot.line(noise, curve("by_truth"), theme.text, { dash: [6, 5], width: 2 });
    plot.line(noise, curve("by_others"), KINDS.ill, { width: 3 });
    plot.upright(noise[place], theme.muted, [2, 4]);
    const here = steps[place];
    here.others.forEach((value) => plot.dot(noise[place], value, KINDS.ill, { size: 4, ring: null }));
    plot.dot(noise[place], here.by_truth, theme.text, { size: 5 });
    plot.dot(noise[place], here.program, theme.accent, { square: true });
    plot.dot(noise[place], here.by_others, KINDS.ill, { size: 7 });
    const keys = [["readers, by the truth", theme.text], ["program, by the readers", theme.accent], ["readers, by each other", KINDS.ill]];
    keys.forEach(([words, colour], row) => {
      const y = plot.y(0.49 + 0.048 * (2 - row));
      plot.stroke(colour, 3, row === 0 ? [6, 5] : [], (c) => { c.moveTo(plot.x(low) + 10, y); c.lineTo(plot.x(low) + 40, y); });
      plot.write(words, plot.x(low) + 48, y);
    });
    part.chart.setAttribute("aria-label", part.verdict.textContent);
  }

  /** Settings, verdict, table and chart as one picture. */
  save() {
    const { part, data, scale, theme, at: { value: place } } = this;
    const table = tableCanvas({
      table: data.steps[place].table,
      names: READERS,
      words: `${part.verdict.textContent} One set, F1 of each by each other’s labels:`,
      share: readerShare,
      scale,
      theme,
      wide: part.chart.width,
    });
    const setting = `A reader’s error: ${shareText(data.noise[place])} standard deviations; all share ${Math.round(100 * data.shared)} % of it`;
    savePicture(stack([[table, setting], [part.chart, part.title.textContent]], theme), `agreement-${place}.png`);
  }

  destroy() {
    clearTimeout(this.resting);
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".four");
  let view = readerViews.get(root);
  if (!view) {
    view = new Four(root);
    readerViews.set(root, view);
  }
  view.update(data);
  return () => view.destroy();
}
