// What a network of 2-D points computes: the numbers of dlviz.core.points, so that nothing waits
// for the server. A layer is {w: [to][from], b: [to], g: name}; values are one array for each unit.

export const DOMAIN = 3; // both coordinates lie in −3…3
const LEAK = 0.01;

export const POINT_FEATURES = {
  x1: { title: "x₁", of: (x) => x },
  x2: { title: "x₂", of: (_, y) => y },
  x1_squared: { title: "x₁²", of: (x) => x * x },
  x2_squared: { title: "x₂²", of: (_, y) => y * y },
  x1x2: { title: "x₁x₂", of: (x, y) => x * y },
  sin_x1: { title: "sin x₁", of: (x) => Math.sin(x) },
  sin_x2: { title: "sin x₂", of: (_, y) => Math.sin(y) },
};

export const POINT_ACTIVATIONS = {
  relu: (z) => (z > 0 ? z : 0),
  leaky_relu: (z) => (z > 0 ? z : LEAK * z),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  tanh: (z) => Math.tanh(z),
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  linear: null,
};

/** The features of points: one array for each name. */
export function featureValues(names, xs, ys) {
  return names.map((name) => Float64Array.from(xs, (x, at) => POINT_FEATURES[name].of(x, ys[at])));
}

/** The centres of size×size cells that fill the domain, row by row from the top. */
export function gridPoints(size) {
  const [xs, ys] = [new Float64Array(size * size), new Float64Array(size * size)];
  for (let row = 0, at = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1, at += 1) {
      xs[at] = DOMAIN * ((2 * column + 1) / size - 1);
      ys[at] = -DOMAIN * ((2 * row + 1) / size - 1);
    }
  }
  return { xs, ys };
}

/** One unit for all points: g(b + Σ w a), into `values`. */
function unitValues(weights, bias, kind, given, values) {
  values.fill(bias);
  for (let from = 0; from < weights.length; from += 1) {
    const [weight, source] = [weights[from], given[from]];
    if (weight === 0) continue;
    for (let at = 0; at < values.length; at += 1) values[at] += weight * source[at];
  }
  const activation = POINT_ACTIVATIONS[kind];
  if (activation) for (let at = 0; at < values.length; at += 1) values[at] = activation(values[at]);
  return values;
}

/** All layers' values for `count` points; `room`: what an earlier call gave, to be written over. */
export function forwardPass(layers, inputs, count, room = []) {
  const passed = [];
  let given = inputs;
  for (const [depth, { w, b, g }] of layers.entries()) {
    given = b.map((bias, to) => {
      const free = room[depth]?.[to];
      return unitValues(w[to], bias, g, given, free?.length === count ? free : new Float64Array(count));
    });
    passed.push(given);
  }
  return passed;
}

/** Values of the layers from `depth` on, where those before it are known. */
export function forwardFrom(layers, depth, given, count, room) {
  return forwardPass(layers.slice(depth), given, count, room);
}

const logistic = (z) => 1 / (1 + Math.exp(-z));

/** Softmax of one point's outputs, which stand one array a class. */
export function sharesAt(outputs, at) {
  const most = Math.max(...outputs.map((values) => values[at]));
  const powers = outputs.map((values) => Math.exp(values[at] - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/**
 * What the network says of one point (tasks "two", "classes", "regression"; "perceptron" is two
 * classes by Rosenblatt's rule, which knows yes and no only): class 1's share, each class's share, or the number.
 */
export function saidAt(task, outputs, at) {
  if (task === "two") return logistic(outputs[0][at]);
  if (task === "perceptron") return Number(outputs[0][at] > 0);
  return task === "classes" ? sharesAt(outputs, at) : outputs[0][at];
}

/** log(1 + eᶻ) without overflow. */
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/** The mean loss that the network is trained with, penalties left out. */
export function meanLoss(task, outputs, labels) {
  let sum = 0;
  for (let at = 0; at < labels.length; at += 1) {
    const label = labels[at];
    if (task === "two") sum += softplus(outputs[0][at]) - label * outputs[0][at];
    else if (task === "perceptron") sum += Math.max(0, (1 - 2 * label) * outputs[0][at]);
    else if (task === "classes") sum += crossEntropyAt(outputs, at, label);
    else sum += 0.5 * (outputs[0][at] - label) ** 2;
  }
  return sum / labels.length;
}

/** What is descended beside the loss: l1 Σ|w| + ½ l2 Σw², biases left out. */
export function penaltyOf(layers, { l1 = 0, l2 = 0 } = {}) {
  if (!l1 && !l2) return 0;
  let sum = 0;
  for (const { w } of layers) for (const row of w) for (const weight of row) sum += l1 * Math.abs(weight) + 0.5 * l2 * weight * weight;
  return sum;
}

function crossEntropyAt(outputs, at, label) {
  let most = -Infinity;
  for (const values of outputs) most = Math.max(most, values[at]);
  let sum = 0;
  for (const values of outputs) sum += Math.exp(values[at] - most);
  return most + Math.log(sum) - outputs[label][at];
}

/** "weight:0:1:0" → {kind: "weight", layer, to, from}; "bias:0:1" → {kind: "bias", layer, to}. */
export function readPlace(name) {
  const [kind, layer, to, from] = name.split(":");
  const place = { kind, layer: Number(layer), to: Number(to) };
  return kind === "weight" ? { ...place, from: Number(from) } : place;
}

export function placeName({ kind, layer, to, from }) {
  return kind === "weight" ? `weight:${layer}:${to}:${from}` : `bias:${layer}:${to}`;
}

/** The number at a place, undefined where the layers have none. */
export function numberAt(layers, { kind, layer, to, from }) {
  return kind === "weight" ? layers[layer]?.w[to]?.[from] : layers[layer]?.b[to];
}

/** The same layers but for one number. */
export function withNumber(layers, { kind, layer, to, from }, value) {
  return layers.map((each, depth) => {
    if (depth !== layer) return each;
    if (kind === "bias") return { ...each, b: each.b.map((bias, at) => (at === to ? value : bias)) };
    const changed = (row) => row.map((weight, at) => (at === from ? value : weight));
    return { ...each, w: each.w.map((row, at) => (at === to ? changed(row) : row)) };
  });
}

/** "8tanh-4relu" ↔ [{units: 8, activation: "tanh"}, …]; "" is no hidden layer. */
export function readHidden(text) {
  if (!text) return [];
  return text.split("-").map((part) => {
    const [, units, activation] = /^(\d+)(\w+)$/.exec(part);
    return { units: Number(units), activation };
  });
}

export const hiddenText = (hidden) => hidden.map(({ units, activation }) => `${units}${activation}`).join("-");

/** The hidden layers that packed layers show. */
export const hiddenOf = (layers) => layers.slice(0, -1).map(({ b, g }) => ({ units: b.length, activation: g }));
