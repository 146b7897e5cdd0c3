// The three views of a run: what each draws, when it has to, and how it is saved.

import { drawCurves, drawFilters } from "./live_draw.js";
import { markCells } from "./live_hands.js";
import { drawLayers, layerRows, layersHeight, layersText } from "./live_layers.js";
import { cellAt, cellText, classNamed, confusionText, drawMatrix, drawMistakes, matrixLayout, mistakeTexts, picturesLayout, wordsWidth } from "./live_mistakes.js";
import { emptyText, limitText, lossText, newestText, percentText, rateText } from "./live_words.js";

const SAVED_WIDTH = 960; // CSS pixels
const CHANGES = { learning_rate: "rate" };

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Set a canvas's height; it keeps its node. */
function tall(canvas, height) {
  const text = `${Math.round(height)}px`;
  if (canvas.style.height !== text) canvas.style.height = text;
}

const sheet = () => document.createElement("canvas");

/** "rate → 0.01" for each change by hand. */
export function marksOf(interventions) {
  return (interventions ?? []).map(([step, name, value]) => [step, `${CHANGES[name] ?? name} → ${rateText(value)}`]);
}

/** Loss with learning rate, accuracy, and the first layer's filters. */
export class CurvesView {
  constructor(part) {
    this.part = part;
    this.title = "training";
  }

  /** `changed`: names of what is new; filters cost more than curves and change less often. */
  draw(known, { theme, table, live }, changed) {
    const { part } = this;
    const { steps, scores, filters, frame } = known;
    const [step, score] = [steps.at(-1), scores.at(-1)];
    write(part.loss, newestText(step, score, 1, lossText));
    write(part.accuracy, newestText(step, score, 2, (share) => percentText(share)));
    write(part.limit, limitText(filters));
    if (part.filtersFigure.hidden !== !filters) part.filtersFigure.hidden = !filters;
    const shared = { theme, faint: !live, total: frame?.total, marks: marksOf(frame?.interventions) };
    drawCurves(part.lossCanvas, known, { ...shared, column: 1, rates: true });
    drawCurves(part.accuracyCanvas, known, { ...shared, column: 2, top: 1, mute: true });
    if (filters && changed.has("filters")) drawFilters(part.filtersCanvas, filters, table, { theme });
  }

  saved(known, { theme, table, live }) {
    const { part } = this;
    const [size, low] = [{ width: SAVED_WIDTH, height: 300 }, { width: SAVED_WIDTH, height: 100 }];
    const [loss, accuracy, filters] = [sheet(), sheet(), sheet()];
    const shared = { theme, faint: !live, total: known.frame?.total, marks: marksOf(known.frame?.interventions), size };
    drawCurves(loss, known, { ...shared, column: 1, rates: true });
    drawCurves(accuracy, known, { ...shared, column: 2, top: 1, mute: true });
    const shown = [[loss, `loss: ${part.loss.textContent}`], [accuracy, `accuracy: ${part.accuracy.textContent}`]];
    if (!known.filters) return shown;
    drawFilters(filters, known.filters, table, { theme, size: low });
    return [...shown, [filters, `first-layer filters: ${part.limit.textContent}`]];
  }
}

/** One row per layer. */
export class LayersView {
  constructor(part) {
    this.part = part;
    this.title = "layers";
  }

  draw({ health, frame }, { theme, live }, changed) {
    const { part } = this;
    part.layersCanvas.hidden = !health;
    write(part.layersEmpty, health ? "" : emptyText(frame, live, "Gradients, updates, dead units and weights are"));
    if (!health || !changed.has("health")) return;
    const rows = layerRows(health);
    const { clientWidth, clientHeight } = part.layersPanel;
    tall(part.layersCanvas, layersHeight(rows.length, clientHeight, clientWidth));
    part.layersCanvas.setAttribute("aria-label", layersText(rows));
    drawLayers(part.layersCanvas, rows, { theme });
  }

  saved({ health }, { theme }) {
    if (!health) return [];
    const rows = layerRows(health);
    const size = { width: SAVED_WIDTH, height: layersHeight(rows.length, 64 + 36 * rows.length, SAVED_WIDTH) };
    const canvas = sheet();
    drawLayers(canvas, rows, { theme, size });
    return [[canvas, `layers at step ${health.step}`]];
  }
}

/** The confusion matrix and the most confident mistakes. */
export class MistakesView {
  constructor(part, redraw) {
    this.part = part;
    this.title = "mistakes";
    this.marked = null;
    const look = () => ({
      count: this.verdict?.confusion.length ?? 0,
      marked: this.marked,
      find: (x, y) => (this.layout ? cellAt(this.layout, this.verdict.confusion.length, x, y) : null),
    });
    markCells(part.matrixCanvas, look, (cell) => {
      if (String(cell) === String(this.marked) || !this.verdict) return;
      this.marked = cell;
      redraw();
    });
  }

  draw({ verdict, frame }, { theme, table, live }, changed) {
    const { part } = this;
    part.mistakesFigures.hidden = !verdict;
    write(part.mistakesEmpty, verdict ? "" : emptyText(frame, live, "Held-out mistakes are"));
    this.verdict = verdict;
    if (!verdict || !(changed.has("verdict") || changed.has("marked"))) return;
    const { classes, confusion, mistakes } = verdict;
    if (this.marked?.some((place) => place >= confusion.length)) this.marked = null;
    const narrow = part.mistakesPanel.clientWidth < 640;
    const available = narrow ? 300 : part.mistakesPanel.clientHeight - 28;
    this.layout = this.arranged(part.matrixFigure.clientWidth, available, verdict, theme);
    tall(part.matrixCanvas, this.layout.height + 2);
    const wide = this.layout.width > part.matrixFigure.clientWidth ? `${this.layout.width}px` : "";
    if (part.matrixCanvas.style.width !== wide) part.matrixCanvas.style.width = wide; // then it scrolls
    const all = confusionText(confusion, classes);
    write(part.cell, this.marked ? cellText(confusion, classes, ...this.marked) : all);
    part.cell.setAttribute("aria-live", this.marked ? "polite" : "off");
    part.matrixCanvas.setAttribute("aria-label", `Confusion matrix. ${all}`);
    drawMatrix(part.matrixCanvas, confusion, { theme, table, classes, layout: this.layout, marked: this.marked });
    if (!changed.has("verdict")) return;
    write(part.surest, mistakes.length ? `at step ${verdict.step}` : "none");
    const pictures = picturesLayout(mistakes.length, part.picturesFigure.clientWidth, narrow ? 440 : available, this.words(verdict, theme));
    tall(part.picturesCanvas, pictures.height + 1);
    part.picturesCanvas.setAttribute("aria-label", mistakes.map((mistake) => mistakeTexts(mistake, classes).join(", ")).join("; "));
    drawMistakes(part.picturesCanvas, mistakes, { theme, classes, layout: pictures });
  }

  arranged(width, available, { classes, confusion }, theme) {
    const context = sheet().getContext("2d");
    context.font = `600 14px ${theme.font}`;
    const names = confusion.map((_, index) => context.measureText(classNamed(classes, index)).width);
    return matrixLayout(confusion.length, width, available, Math.max(...names));
  }

  words({ classes, mistakes }, theme) {
    return wordsWidth(sheet().getContext("2d"), theme, mistakes, classes);
  }

  saved({ verdict }, { theme, table }) {
    if (!verdict) return [];
    const { classes, confusion, mistakes, step } = verdict;
    const [matrix, pictures] = [sheet(), sheet()];
    const layout = this.arranged(SAVED_WIDTH, 30 * confusion.length, verdict, theme);
    const size = { width: SAVED_WIDTH, height: layout.height + 2 };
    drawMatrix(matrix, confusion, { theme, table, classes, layout, marked: null, size });
    const arranged = picturesLayout(mistakes.length, SAVED_WIDTH, 280, this.words(verdict, theme));
    drawMistakes(pictures, mistakes, { theme, classes, layout: arranged, size: { width: SAVED_WIDTH, height: arranged.height + 1 } });
    const words = `row: true class, column: said, at step ${step}; ${confusionText(confusion, classes)}`;
    return [[matrix, words], [pictures, "the mistakes it is surest of"]];
  }
}
