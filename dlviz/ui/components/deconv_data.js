// What Python packed, as numbers again; and which pictures belong to a step. No DOM.

const FULL_STEP = 32767;

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** {steps, largest, limit} → {values: Float32Array, limit}. */
export function unpacked({ steps, largest, limit }) {
  const whole = new Int16Array(bytesOf(steps).buffer);
  return { values: Float32Array.from(whole, (step) => (step / FULL_STEP) * largest), limit };
}

/** The tensors with their numbers decoded; the pixels have `levels` (0 to 255) instead of `up`. */
export function decodedTensors(data) {
  return data.tensors.map((tensor) => ({
    ...tensor,
    down: unpacked(tensor.down),
    ...(tensor.levels === undefined ? { up: unpacked(tensor.up) } : { levels: bytesOf(tensor.levels) }),
  }));
}

/** Switches and filters of every step decoded. */
export function decodedSteps(data) {
  return data.steps.map((step) => ({
    ...step,
    switches: step.switches && new Int32Array(bytesOf(step.switches).buffer),
    filters: step.filters && { ...unpacked(step.filters), shape: step.filters.shape },
  }));
}

/** At step `place`, the tensors whose signal arrives and leaves, as numbers; 0 is the pixels. */
export function endsOf(place, count) {
  const arriving = count - 1 - Math.max(0, place - 1);
  return { arriving, leaving: place === 0 ? arriving : arriving - 1 };
}

/** The map number `at` among those shown of a tensor: {values, limit, rows, columns}. */
export function mapOf(tensor, which, at) {
  const [, rows, columns] = tensor.shape;
  const { values, limit } = tensor[which];
  return { values: values.subarray(at * rows * columns, (at + 1) * rows * columns), limit, rows, columns };
}

/** Where the maxima sat in channel number `at`: Map of flat index → whether a signal goes there. */
export function winnersOf(switches, signal, at) {
  const winners = new Map();
  switches.subarray(at * signal.length, (at + 1) * signal.length).forEach((place, window) => {
    winners.set(place, (winners.get(place) ?? false) || signal[window] !== 0);
  });
  return winners;
}

/** 4.213 → "4.21"; two digits at least. */
export function shortNumber(value) {
  const size = Math.abs(value);
  const text = size === 0 ? "0" : size >= 0.1 && size < 1000 ? size.toFixed(2) : size.toPrecision(2);
  return value < 0 ? `\u2212${text}` : text;
}
