// The equations of a stage with the current numbers in them, line by line. No DOM.

import {
  digitsText, factorText, inputName, layerName, lowered, numberSymbol, signFor, sumText, truthText,
  unitSymbol, vectorText,
} from "./microscope_stages.js";

/** The stage in a few words, and its rule in symbols. */
export function stageHead(data, { kind, layer }) {
  const where = layerName(data, layer);
  const { g, formula, slope_formula: slope } = data.layers[Math.max(layer, 0)];
  const a = layer === 0 ? "x" : "a";
  const last = layer === data.layers.length - 1;
  const heads = {
    batch: [`The mini-batch of update ${data.step + 1}`, `${data.count} of ${data.of} training points`],
    forward: [`Forward, ${where}`, `z = W ${a} + b${last ? "" : `,  a = g(z) = ${g === "tanh" ? "tanh z" : formula}`}`],
    loss: ["The loss J", LOSS_RULES[data.loss]],
    mistake: ["A mistake?", "yes, if t z ≤ 0, with t = +1 for class B and −1 for A"],
    backward: [
      `Backward, ${where}`,
      last ? `δ = ŷ − y,  ∇W = mean of δ ${a}ᵀ` : `δ = Wᵀδ above ⊙ g′(z),  g′ = ${slope};  ∇W = mean of δ ${a}ᵀ`,
    ],
    update: [
      `Update, ${where}`,
      data.rule === "perceptron" ? "if it was a mistake: w ← w + λ t x" : `w ← w − ${symbolic(data)},  λ = ${digitsText(data.rate)}`,
    ],
    after: ["After the update", "the same batch with the new weights"],
  };
  return heads[kind];
}

const LOSS_RULES = {
  logistic: "J = −mean of [y log ŷ + (1 − y) log(1 − ŷ)],  ŷ = 1 / (1 + e⁻ᶻ)",
  softmax: "J = −mean of Σ yₖ log ŷₖ,  ŷₖ = e^zₖ / Σ e^zⱼ",
  squared: "J = mean of ½ (y − ŷ)²,  ŷ = z",
};

/** A formula with its {names} replaced. */
const written = (formula, words) => formula.replace(/\{(\w+)\}/g, (_, name) => words[name]);

/** The move in symbols: "λ · v". */
function symbolic({ formula, terms, decoupled }) {
  const symbols = { rate: "λ", g: "∇J", ...Object.fromEntries(terms.map((term) => [term.name, term.symbol])) };
  return written(formula, symbols) + (decoupled ? " − λ · l2 · w" : "");
}

/** The lines for one point of the list, one unit of the stage's layer and one of its inputs. */
export function equationLines(data, stage, { point, unit, input }) {
  return LINES[stage.kind](data, stage.layer, point, unit, input);
}

const LINES = {
  batch(data, _, point) {
    const { x, inputs, y, at } = data.points;
    const named = data.inputs.map((name, place) => `${name} ${signFor([inputs[point][place]])} ${digitsText(inputs[point][place])}`);
    const lines = [
      `Point ${at[point] + 1} lies at x ${signFor(x[point])} ${vectorText(x[point])}.`,
      `The network is told: ${named.join(",  ")}.`,
    ];
    if (data.rule === "perceptron") return [...lines, `It shall answer ${truthText(data, y[point])}: t = ${y[point] ? "+1" : "−1"}.`];
    if (!data.classes.length) return [...lines, `It shall answer y ${signFor([y[point]])} ${digitsText(y[point])}.`];
    return [...lines, `It shall answer ${truthText(data, y[point])}: ${targetText(data, y[point])}.`];
  },
  forward(data, layer, point, unit) {
    const steps = data.layers[layer];
    const row = steps.numbers.old[unit];
    const given = givenTo(data, layer, point);
    const z = unitSymbol(data, layer, "z", unit);
    const bias = [row.at(-1)];
    const value = steps.z[point][unit];
    const lines = [
      `${z} = ${sumText([...given.map((_, at) => [row[at], inputName(data, layer, at)]), bias])}`,
      `${" ".repeat(z.length)} = ${sumText([...given.map((a, at) => [row[at], factorText(a)]), bias])} ${signFor([...row, ...given, value])} ${digitsText(value)}`,
    ];
    if (layer === data.layers.length - 1) return [...lines, outputLine(data, point)];
    return [...lines, activationLine(data, layer, point, unit)];
  },
  loss(data, _, point) {
    const { losses } = data.points;
    const [mean, penalty] = data.before;
    const lines = [...lossLines(data, point), `J: the mean of ${data.count} such losses ≈ ${digitsText(mean)}`];
    const own = losses.length > 1 ? lines : lines.slice(0, -1);
    if (!penalty) return own;
    return [...own, `+ ${penaltyText(data)} ≈ ${digitsText(penalty)}: what is descended is ${digitsText(mean + penalty)}`];
  },
  mistake(data, _, point) {
    const { sign, z, wrong } = rosenblatt(data, point);
    return [
      `t = ${sign > 0 ? "+1" : "−1"} for class ${truthText(data, data.points.y[point])}, and z ${signFor([z])} ${digitsText(z)}.`,
      `t z ${signFor([z])} ${digitsText(sign * z)} ${wrong ? "≤" : ">"} 0`,
      wrong ? "A mistake: the weights move towards t x." : "Right: this update changes nothing.",
    ];
  },
  backward(data, layer, point, unit, input) {
    const { numbers, delta } = data.layers[layer];
    const given = [...givenTo(data, layer, point), 1][input];
    const symbol = numberSymbol(data, layer, unit, input);
    const d = unitSymbol(data, layer, "δ", unit);
    const isBias = input === numbers.old[unit].length - 1;
    const own = isBias ? `${d} ≈ ${digitsText(delta[point][unit])}`
      : `${d}·${inputName(data, layer, input)} = ${digitsText(delta[point][unit])}·${factorText(given)} ≈ ${digitsText(delta[point][unit] * given)}`;
    return [
      deltaLine(data, layer, point, unit),
      `∂Jᵢ/∂${symbol} = ${own}, of this point`,
      `∂J/∂${symbol} ≈ ${digitsText(numbers.data[unit][input], 5)}, the mean of ${data.count}${pullText(data, layer, unit, input)}`,
      `[J(${symbol} + h) − J(${symbol} − h)] / 2h ≈ ${digitsText(numbers.numeric[unit][input], 5)}, the check`,
    ];
  },
  update(data, layer, point, unit, input) {
    const symbol = numberSymbol(data, layer, unit, input);
    const of = (name) => data.layers[layer].numbers[name][unit][input];
    if (data.rule === "perceptron") return perceptronLines(data, point, input, symbol, of);
    const words = { rate: digitsText(data.rate), g: factorText(of("gradient"), 4) };
    const lines = data.terms.map(({ name, symbol: sign, formula }) => {
      const before = `before ${name}` in data.layers[layer].numbers ? factorText(of(`before ${name}`), 4) : "";
      const text = written(formula, before ? { ...words, [name]: before } : words);
      words[name] = factorText(of(`term ${name}`), 4);
      return `${sign} ${before ? "←" : "="} ${text} ≈ ${digitsText(of(`term ${name}`), 4)}`;
    });
    const decay = data.decoupled ? ` − ${digitsText(data.rate)} · ${digitsText(data.l2)} · ${factorText(of("old"))}` : "";
    const bias = input === data.layers[layer].numbers.old[unit].length - 1;
    return [
      ...lines,
      ...(data.terms.length > 2 ? [] : [directionText(symbol, of("gradient"), of("new") - of("old"))]),
      `${symbol} ← ${digitsText(of("old"), 5)} − ${written(data.formula, words)}${bias ? "" : decay} ≈ ${digitsText(of("new"), 5)}`,
    ];
  },
  after(data, _, point) {
    const [before, after] = [data.before, data.after].map(([mean, penalty]) => mean + penalty);
    const { losses, losses_after: later, at } = data.points;
    const change = after - before;
    const own = `Point ${at[point] + 1}: Jᵢ ≈ ${digitsText(losses[point])} → ${digitsText(later[point])}`;
    if (data.rule === "perceptron") return perceptronAfter(data, point);
    const moved = change === 0 ? "it stayed" : `it ${change < 0 ? "fell" : "rose"} by ${digitsText(Math.abs(change))}`;
    return [own, `J${data.before[1] ? " with penalties" : ""} ≈ ${digitsText(before, 5)} → ${digitsText(after, 5)}: ${moved}.`, ...promiseLines(data, change)];
  },
};

// -- parts of lines --------------------------------------------------------------------------------

const givenTo = (data, layer, point) => (layer === 0 ? data.points.inputs : data.layers[layer - 1].a)[point];

function targetText(data, y) {
  if (data.loss !== "softmax") return `y = ${y}`;
  return `y = (${data.classes.map((_, at) => (at === y ? 1 : 0)).join(", ")})`;
}

function activationLine(data, layer, point, unit) {
  const { g, formula, z, a, kept } = data.layers[layer];
  const [value, out] = [z[point][unit], a[point][unit]];
  const calls = { tanh: `tanh(${digitsText(value)})`, relu: `max(0, ${digitsText(value)})`, linear: digitsText(value) };
  const call = calls[g] ?? `g(${digitsText(value)})`;
  const how = g in calls ? "" : `,  g(z) = ${formula}`;
  const share = kept?.[point][unit];
  const dropped = kept ? ` · ${digitsText(share)}${share ? " (dropout: kept)" : " (left out by dropout)"}` : "";
  return `${unitSymbol(data, layer, "a", unit)} = ${call}${dropped} ${signFor([value, out])} ${digitsText(out)}${how}`;
}

function outputLine(data, point) {
  const said = data.points.said[point];
  if (data.rule === "perceptron") return `z ${said[0] > 0 ? "> 0: it answers B" : "≤ 0: it answers A"}`;
  if (data.loss === "squared") return "The output is z itself: ŷ = z";
  if (data.loss === "logistic") return `ŷ = 1 / (1 + e⁻ᶻ) ≈ ${digitsText(said[0])}, the probability of ${data.classes[1]}`;
  return `ŷ = (${said.map((share) => digitsText(share)).join(", ")}), e^z as shares`;
}

function lossLines(data, point) {
  const { y, said, losses } = data.points;
  const loss = digitsText(losses[point]);
  if (data.loss === "squared") {
    return [
      `y ${signFor([y[point]])} ${digitsText(y[point])},  ŷ ≈ ${digitsText(said[point][0])}`,
      `Jᵢ = ½ (${digitsText(y[point])} − ${factorText(said[point][0])})² ≈ ${loss}`,
    ];
  }
  const truth = `y = ${y[point]}`;
  if (data.loss === "softmax") {
    const name = data.classes[y[point]];
    return [
      `ŷ ≈ ${vectorText(said[point])}, and it is ${name}`,
      `Jᵢ = −log ŷ${lowered(y[point] + 1)} = −log ${digitsText(said[point][y[point]])} ≈ ${loss}`,
    ];
  }
  const share = said[point][0];
  return [
    `ŷ = 1 / (1 + e⁻ᶻ) ≈ ${digitsText(share)} for z ≈ ${digitsText(data.layers.at(-1).z[point][0])};  ${truth}, for it is ${data.classes[y[point]]}`,
    y[point] ? `Jᵢ = −log ŷ = −log ${digitsText(share)} ≈ ${loss}` : `Jᵢ = −log(1 − ŷ) = −log ${digitsText(1 - share)} ≈ ${loss}`,
  ];
}

function penaltyText({ l1, l2, decoupled }) {
  return [l1 && "l1 Σ|w|", l2 && !decoupled && "½ l2 Σw²"].filter(Boolean).join(" + ");
}

/** δ of the output is ŷ − y; below it is what arrives times the slope. */
function deltaLine(data, layer, point, unit) {
  const steps = data.layers[layer];
  const { said, y } = data.points;
  const delta = steps.delta[point][unit];
  const symbol = unitSymbol(data, layer, "δ", unit);
  if (layer === data.layers.length - 1) {
    const truth = data.loss === "softmax" ? Number(y[point] === unit) : y[point];
    return `${symbol} = ∂Jᵢ/∂z = ŷ − y = ${digitsText(said[point][unit])} − ${factorText(truth)} ≈ ${digitsText(delta)}`;
  }
  const above = data.layers[layer + 1];
  const sum = sumText(above.numbers.old.map((row, to) => [row[unit], factorText(above.delta[point][to])]));
  const share = steps.kept?.[point][unit];
  const dropped = share === undefined ? "" : ` · ${digitsText(share)} (dropout)`;
  const z = unitSymbol(data, layer, "z", unit);
  return `${symbol} = (Wᵀδ)${lowered(unit + 1)} · g′(${z}) = (${sum})${dropped} · ${digitsText(steps.slope[point][unit])} ≈ ${digitsText(delta)}`;
}

/** What L1 and L2 add to a weight's gradient. */
function pullText(data, layer, unit, input) {
  const { gradient, data: mean } = data.layers[layer].numbers;
  const pull = gradient[unit][input] - mean[unit][input];
  if (!penaltyText(data) || input === gradient[unit].length - 1) return "";
  const name = [data.l1 && "L1", data.l2 && !data.decoupled && "L2"].filter(Boolean).join(" and ");
  return `; with ${name}’s ${digitsText(pull)} it is ${digitsText(gradient[unit][input], 5)}`;
}

/** Which way it goes, and why. */
function directionText(symbol, gradient, moved) {
  if (gradient === 0) return `∂J/∂${symbol} = 0: J says nothing about ${symbol}.`;
  const slope = `J ${gradient > 0 ? "rises" : "falls"} with ${symbol}`;
  const way = moved < 0 ? "smaller" : "larger";
  if (moved === 0) return `${slope}, and it stays.`;
  return gradient * moved < 0 ? `${slope}, so it gets ${way}.` : `${slope}, and yet it gets ${way}: by what is remembered.`;
}

/** Whether the perceptron's rule calls it a mistake: t z ≤ 0, with t = ±1 for its class. */
function rosenblatt(data, point) {
  const sign = data.points.y[point] ? 1 : -1;
  const z = data.layers[0].z[point][0];
  return { sign, z, wrong: sign * z <= 0 };
}

function perceptronLines(data, point, input, symbol, of) {
  const given = [...data.points.inputs[point], 1][input];
  const { sign, wrong } = rosenblatt(data, point);
  const t = sign > 0 ? "1" : "(−1)";
  if (!wrong) return ["It was right:", `${symbol} stays ${digitsText(of("old"), 5)}`];
  return [
    "It was a mistake:",
    `${symbol} ← ${digitsText(of("old"), 5)} + ${digitsText(data.rate)} · ${t} · ${factorText(given)} ≈ ${digitsText(of("new"), 5)}`,
  ];
}

function perceptronAfter(data, point) {
  const [before, after] = [data.points.said[point][0], data.points.said_after[point][0]];
  const { sign, wrong } = rosenblatt(data, point);
  const right = wrong ? "now it is right" : "it was right and stays so";
  const verdict = sign * after > 0 ? `> 0: ${right}.` : "≤ 0: still a mistake; it will come by again.";
  return [`z of the same point ≈ ${digitsText(before)} → ${digitsText(after)}`, `t z ≈ ${digitsText(sign * after)} ${verdict}`];
}

/** What the slopes promise of the decay alone, which goes past the optimiser: ∇J · (−λ l2 w). */
function promiseOfDecay({ layers, decoupled, rate, l2 }) {
  let sum = 0;
  if (!decoupled) return sum;
  for (const { numbers } of layers) {
    numbers.gradient.forEach((row, unit) => {
      row.slice(0, -1).forEach((slope, input) => { sum -= slope * rate * l2 * numbers.old[unit][input]; });
    });
  }
  return sum;
}

function promiseLines(data, change) {
  const { promised } = data;
  if (promised > 0) {
    const why = promised <= promiseOfDecay(data) ? "The decay λ · l2 · w, which does not ask the loss," : "What the optimiser remembers";
    return [`${why} carries it uphill here: it moved against its gradient.`];
  }
  const lines = [`Had the slope stayed as it was, J would have changed by ${digitsText(promised)}.`];
  return change > 0 && promised < 0 ? [...lines, "The step was too long for the slope to hold."] : lines;
}
