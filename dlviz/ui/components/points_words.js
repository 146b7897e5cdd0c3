// What the picture of a network says: names of its parts, numbers, sentences. No DOM.

import { lossText, percentText, rateText, sizeText } from "./live_words.js";
import { featureValues, forwardPass, numberAt, POINT_FEATURES, saidAt } from "./points_net.js";

/** 12345 → "12 345", with narrow spaces that do not break. */
export const groupedCount = (count) => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, "\u202f");

/** −0.4213 → "−0.421"; three digits, a real minus. */
export function weightText(value) {
  if (!Number.isFinite(value)) return "no number";
  const size = Math.abs(value);
  if (size >= 1000 || (size > 0 && size < 0.001)) return sizeText(value);
  return (value < 0 ? "−" : "") + Number(size.toPrecision(3));
}

/** "x₁", "unit 2 of layer 1", "output". */
export function unitName({ layer, at }, { features, layers, classes, task }) {
  if (layer < 0) return POINT_FEATURES[features[at]].title;
  if (layer < layers.length - 1) return `unit ${at + 1} of layer ${layer + 1}`;
  return task === "classes" ? `output ${classes[at] ?? at + 1}` : "output";
}

/** The target as what can be edited: an edge's weight, a unit's bias; null for a feature. */
export function placeOf(target) {
  if (!target || target.layer < 0) return null;
  const { kind, layer } = target;
  if (kind === "edge") return { kind: "weight", layer, to: target.to, from: target.from };
  return { kind: "bias", layer, to: target.at };
}

/** "w from x₁ to unit 2 of layer 1", "bias of unit 2 of layer 1". */
export function placeText(place, scene) {
  const to = unitName({ layer: place.layer, at: place.to }, scene);
  if (place.kind === "bias") return `bias of ${to}`;
  return `w from ${unitName({ layer: place.layer - 1, at: place.from }, scene)} to ${to}`;
}

/** What is read out of an edge or a unit under the pointer or the keys. */
export function targetText(target, scene) {
  const place = placeOf(target);
  if (!place) return `feature ${unitName(target, scene)}`;
  const value = weightText(numberAt(scene.layers, place));
  if (target.kind === "edge") return `${placeText(place, scene)}: ${value}`;
  const { w, g } = scene.layers[place.layer];
  const inputs = w[place.to].length;
  return `${unitName(target, scene)}: bias ${value}, ${inputs} input${inputs === 1 ? "" : "s"}, ${activationText(g, scene)}`;
}

export const activationText = (name, { activations }) => activations?.[name] ?? name;

/** "orange 93 %" or "0.42": what the network says of a place. */
export function saidText(said, { task, classes }) {
  if (task === "regression") return weightText(said);
  const shares = task === "classes" ? said : [1 - said, said];
  const best = shares.indexOf(Math.max(...shares));
  if (task === "perceptron") return classes[best] ?? String(best);
  return `${classes[best] ?? best} ${percentText(shares[best])}`;
}

/** "x₁ 1.20, x₂ −0.40: orange 93.0 %". */
export function saidHere([x, y], scene) {
  const outputs = forwardPass(scene.layers, featureValues(scene.features, [x], [y]), 1).at(-1);
  const place = [x, y].map((value) => value.toFixed(2).replace("-", "−"));
  return `x₁ ${place[0]}, x₂ ${place[1]}: ${saidText(saidAt(scene.task, outputs, 0), scene)}`;
}

/** What the big picture shows, for who cannot see it. */
export function pictureText(view, { classes, task, train, test }, step) {
  const points = `${train.length} points are trained on, ${test.length} held out`;
  const what = task === "regression" ? "a number for every place" : `classes ${classes.join(", ")}`;
  const shown = {
    surface: `Decision surface: ${what}; ${points}. Arrow keys read places.`,
    hidden: `The points as the last hidden layer sees them; ${points}.`,
    loss: "The loss over two weights, and the way that the run took.",
  };
  return `${shown[view]} Step ${groupedCount(step)}.`;
}

/** A chart in words: "loss over steps: batches 0.123, held-out 0.456"; `more`: how it is drawn. */
export function stripText(name, batch, held, column, write, more = "") {
  const parts = [batch && `batches ${write(batch[column])}`, held && `held-out ${write(held[column])}`].filter(Boolean);
  return `${name} over steps: ${parts.join(", ") || "nothing yet"}${more}`;
}

/** The line above the picture, part by part; `pace`: epochs a second, null if not known. */
export function pointsLine(frame, score, { task, pace }) {
  if (!frame) return {};
  return {
    series: frame.runs > 1 ? `run ${frame.run} of ${frame.runs}` : "",
    epoch: `epoch ${groupedCount(Math.floor(frame.epoch))}${frame.epochs ? ` of ${groupedCount(frame.epochs)}` : ""}`,
    speed: pace ? `${pace < 10 ? pace.toFixed(1) : groupedCount(pace)} epochs/s` : "",
    rate: frame.rate == null ? "" : `λ ${rateText(frame.rate)}`,
    loss: score ? `held-out loss ${lossText(score[1])}` : "",
    accuracy: score ? measureText(score[2], task) : "",
  };
}

/** "accuracy 97.5 %", "R² 0.93"; what is worse than the mean comes as 0, the curve's lower end. */
export function measureText(value, task) {
  if (task === "regression") return value > 0 ? `R² ${value.toFixed(2)}` : "R² below 0";
  return `accuracy ${percentText(value)}`;
}

/** "rate → 0.01", "w → 1.2" for each change by hand. */
export function changeMarks(interventions) {
  const named = { learning_rate: (value) => `rate → ${rateText(value)}` };
  const other = (name, value) => `${name.startsWith("bias") ? "b" : "w"} → ${weightText(value)}`;
  return (interventions ?? []).map(([step, name, value]) => [step, named[name]?.(value) ?? other(name, value)]);
}

export const layersText = (count) => (count === 0 ? "No hidden layer" : `${count} hidden layer${count === 1 ? "" : "s"}`);

/** The epochs that passed in a second, over the newest `heard` [epoch, elapsed] of about one second. */
export function paceOf(heard) {
  const last = heard.at(-1);
  const first = heard.find(([, elapsed]) => last[1] - elapsed <= 1.5);
  if (!first || last[1] - first[1] < 0.2) return null;
  return (last[0] - first[0]) / (last[1] - first[1]);
}
