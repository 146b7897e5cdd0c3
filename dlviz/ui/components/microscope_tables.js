// The table below the equation: which numbers a stage has, row by row. No DOM.

import {
  digitsText, fixedText, inputName, layerName, lowered, numberSymbol, truthText, vectorText,
} from "./microscope_stages.js";

const tinted = (value, digits = 3) => ({ text: digitsText(value, digits), value });
/** A number in a column where the numbers stand below each other: all with as many decimals. */
const aligned = (value, largest, digits) => {
  const places = Math.min(9, digits - 1 - Math.floor(Math.log10(largest || 1)));
  const written = largest < 1e-3 || largest >= 1e4 ? digitsText(value, digits) : fixedText(value, Math.max(0, places));
  return { text: written, value };
};
const largestIn = (rows) => Math.max(...rows.flat().map(Math.abs));
const plain = (text) => ({ text });

/**
 * {head: [text], rows: [{cells: [{text, value?}], point?, unit?, input?}], foot}: cells with a
 * value are coloured by it, all of them on one scale if `shared`, else column by column.
 */
export function tableOf(data, stage, point) {
  return TABLES[stage.kind](data, stage.layer, point);
}

const TABLES = {
  batch: (data) => {
    const { x, inputs, y } = data.points;
    const itself = data.inputs.join() === "x₁,x₂"; // the network is told the place and no more
    const rows = x.map((place, at) => [
      ...(itself ? [] : place.map((value) => plain(digitsText(value)))),
      ...inputs[at].map((value) => tinted(value)), plain(truthText(data, y[at])),
    ]);
    const told = data.inputs.map((name) => (itself ? name : `told ${name}`));
    const head = [...(itself ? [] : ["lies at x₁", "x₂"]), ...told, data.classes.length ? "class" : "y"];
    return ofPoints(data, head, rows, listedText(data));
  },
  forward: (data, layer, point) => {
    const { numbers, z, a, kept } = data.layers[layer];
    const from = numbers.old[0].slice(1).map((_, at) => `· ${inputName(data, layer, at)}`);
    const last = layer === data.layers.length - 1;
    const head = ["unit", ...from, "+ b", "z", ...(last ? [] : [kept ? "a, dropout" : "a"])];
    const rows = numbers.old.map((row, unit) => ({
      unit,
      cells: [
        plain(String(unit + 1)), ...row.map((value) => tinted(value)), tinted(z[point][unit]),
        ...(last ? [] : [tinted(a[point][unit])]),
      ],
    }));
    return { head, rows, foot: `Every row is a unit: its weights, its bias, and what it makes of this point.` };
  },
  loss: (data) => {
    const { y, said, losses } = data.points;
    const z = data.layers.at(-1).z;
    const rows = losses.map((loss, at) => [
      plain(truthText(data, y[at])), plain(answerText(z[at])), plain(answerText(said[at])), plain(digitsText(loss)),
    ]);
    return ofPoints(data, [data.classes.length ? "class" : "y", "z", "ŷ", "loss Jᵢ"], rows, listedText(data));
  },
  mistake: (data) => {
    const z = data.layers[0].z;
    const rows = data.points.y.map((y, at) => [
      plain(truthText(data, y)), plain(y ? "+1" : "−1"), tinted(z[at][0]), tinted((y ? 1 : -1) * z[at][0]),
    ]);
    return ofPoints(data, ["class", "t", "z", "t z"], rows, "Rosenblatt’s rule looks at one point at a time.");
  },
  backward: (data, layer, point) => {
    const { delta, numbers, passed_on: passed } = data.layers[layer];
    const given = [...(layer === 0 ? data.points.inputs : data.layers[layer - 1].a)[point], 1];
    const head = ["", "δ · a here", "∂J/∂w", "finite difference", "apart by"];
    const reach = largestIn(numbers.gradient);
    const rows = ofNumbers(data, layer, (unit, input) => [
      tinted(delta[point][unit] * given[input]),
      aligned(numbers.gradient[unit][input], reach, 5),
      aligned(numbers.numeric[unit][input], reach, 5),
      plain(numbers.kinked[unit][input] ? "a kink" : digitsText(Math.abs(numbers.off[unit][input]), 1)),
    ]);
    const below = layer === 0 ? "" : ` Passed on to ${layerName(data, layer - 1)}: Wᵀδ ≈ ${vectorText(passed[point], 2)}.`;
    return { head, rows, foot: `Largest difference in the whole network: ${digitsText(data.difference, 1)}${kinksText(data)}.${below}` };
  },
  update: (data, layer) => {
    const { numbers } = data.layers[layer];
    if (data.rule === "perceptron") return rosenblattTable(data, layer, numbers);
    const kept = data.terms.filter((term) => `before ${term.name}` in numbers);
    const head = ["", "old w", "∇J", ...kept.map((term) => term.symbol), "step", ...(data.decoupled ? ["decay"] : []), "new w"];
    const digits = kept.length + Number(data.decoupled) > 2 ? 2 : 3;
    const reach = Object.fromEntries(Object.entries(numbers).map(([name, values]) => [name, largestIn(values)]));
    const rows = ofNumbers(data, layer, (unit, input) => [
      aligned(numbers.old[unit][input], reach.old, 5),
      tinted(numbers.gradient[unit][input], digits),
      ...kept.map((term) => plain(digitsText(numbers[`term ${term.name}`][unit][input], 2))),
      tinted(-numbers.move[unit][input], digits),
      ...(data.decoupled ? [tinted(-numbers.decay[unit][input], digits)] : []),
      aligned(numbers.new[unit][input], reach.old, 5),
    ]);
    return { head, rows, foot: `${data.optimiser}: new w = old w + step${data.decoupled ? " + decay" : ""}.` };
  },
  after: (data) => {
    const { y, said, said_after: later, losses, losses_after: after } = data.points;
    const rows = y.map((truth, at) => [
      plain(truthText(data, truth)), plain(answerText(said[at])), plain(answerText(later[at])),
      plain(digitsText(losses[at])), plain(digitsText(after[at])), tinted(after[at] - losses[at]),
    ]);
    const hat = data.rule === "perceptron" ? "z" : "ŷ";
    const head = [data.classes.length ? "class" : "y", hat, `${hat} after`, "Jᵢ", "Jᵢ after", "change"];
    return ofPoints(data, head, rows, nextText(data));
  },
};

/** One number, or several outputs in brackets. */
export const kinksText = ({ kinks }) =>
  kinks ? `, ${kinks} aside where w ± h lie on two sides of a kink` : "";

const answerText = (values) => (values.length === 1 ? digitsText(values[0]) : vectorText(values));

function rosenblattTable(data, layer, numbers) {
  const reach = largestIn([...numbers.old, ...numbers.new]);
  const rows = ofNumbers(data, layer, (unit, input) => [
    aligned(numbers.old[unit][input], reach, 5),
    tinted(-numbers.move[unit][input]),
    aligned(numbers.new[unit][input], reach, 5),
  ]);
  return { head: ["", "old w", "λ t x", "new w"], rows, foot: "The bias is a weight whose x is always 1." };
}

/** A row for each point that is listed. */
function ofPoints(data, head, rows, foot) {
  return {
    head: ["point", ...head],
    rows: rows.map((cells, point) => ({ point, cells: [plain(String(data.points.at[point] + 1)), ...cells] })),
    foot,
  };
}

/** A row for each weight and bias of a layer, unit by unit. */
function ofNumbers(data, layer, cellsOf) {
  return data.layers[layer].numbers.old.flatMap((row, unit) =>
    row.map((_, input) => {
      const from = input === row.length - 1 ? "" : ` from ${inputName(data, layer, input)}`;
      return { unit, input, cells: [plain(numberSymbol(data, layer, unit, input) + from), ...cellsOf(unit, input)] };
    }),
  );
}

function nextText({ step, count, of, rule }) {
  if (count === of) return `The batch is all ${of} training points: this is the whole J.`;
  const another = rule === "perceptron" ? "point" : "batch";
  return `Update ${step + 2} takes another ${another}: what is good for this one need not be for all.`;
}

function listedText({ count, points }) {
  const listed = points.at.length;
  if (listed === count) return count === 1 ? "The batch is one point." : `All ${count} points of the batch.`;
  return `The ${listed} of ${count} points with the largest loss; means are of all ${count}.`;
}

/** What stands on a unit of a column at a stage, null if nothing is known of it yet. */
export function unitValue(data, stage, stages, { column, unit }, point) {
  const at = stages.indexOf(stage);
  const place = (kind, layer) => stages.findIndex((one) => one.kind === kind && one.layer === layer);
  if (column === 0) return data.points.inputs[point][unit];
  const layer = column - 1;
  if (place("forward", layer) > at) return null;
  const last = layer === data.layers.length - 1;
  if (stage.kind === "after") return last ? data.points.said_after[point][unit] : data.layers[layer].after[point][unit];
  const back = place("backward", layer);
  if (back !== -1 && back <= at) return data.layers[layer].delta[point][unit];
  return last && stage.kind !== "forward" ? data.points.said[point][unit] : data.layers[layer].a[point][unit];
}

/** What the numbers of a column are called at a stage: "a", "δ", "ŷ". */
export function columnSymbol(data, stage, stages, column) {
  const at = stages.indexOf(stage);
  if (column === 0) return "";
  const last = column === data.layers.length;
  if (stage.kind === "after") return last ? `${data.rule === "perceptron" ? "z" : "ŷ"} after` : "a after";
  if (stages.findIndex((one) => one.kind === "forward" && one.layer === column - 1) > at) return "";
  const back = stages.findIndex((one) => one.kind === "backward" && one.layer === column - 1);
  if (back !== -1 && back <= at) return "δ";
  if (!last) return "a";
  return stage.kind === "forward" || data.rule === "perceptron" ? "z" : "ŷ";
}

/** Which numbers stand on the edges into a layer at a stage. */
export const edgeRows = ({ numbers }, { kind }) =>
  ({ backward: numbers.gradient, update: numbers.new, after: numbers.new })[kind] ?? numbers.old;

/** "∂J/∂w" and the like: what the edges' numbers are. */
export const edgeSymbol = ({ kind }) => ({ backward: "∂J/∂w", update: "new w", after: "new w" })[kind] ?? "w";

/** "unit 2 of layer 1". */
export const unitTitle = (data, column, unit) => {
  if (column === 0) return data.inputs[unit];
  if (column < data.layers.length) return `unit ${unit + 1} of ${layerName(data, column - 1)}`;
  const outputs = data.layers.at(-1).numbers.old.length;
  return outputs > 1 ? `output ${data.classes[unit] ?? lowered(unit + 1)}` : "output";
};
