// What a change does, in words and numbers.

const MINUS = "\u2212";

/** A value of a change with its unit, as the slider says it. */
export function changeText(kind, value) {
  if (kind === "shift") {
    if (value === 0) return "not shifted";
    const pixels = Math.abs(value);
    return `shifted ${value > 0 ? "down" : "up"} by ${pixels} ${pixels === 1 ? "pixel" : "pixels"}`;
  }
  if (kind === "scale") return value === 1 ? "not enlarged" : `enlarged ${value.toFixed(2)} times`;
  return value === 0 ? "not turned" : `turned by ${value}°`;
}

/** A number under an axis. */
export function tickText(kind, value) {
  if (kind === "scale") return value.toFixed(1);
  return `${value < 0 ? MINUS : ""}${Math.abs(value)}${kind === "turn" ? "°" : ""}`;
}

/** A distance, as many digits as it needs. */
export function distanceText(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function average(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The sentence of a value. `data`: what the component was given, `at`: the value's number.
 * Distances are means over the pictures.
 */
export function invarianceSentence(data, at) {
  const how = changeText(data.kind, data.values[at]);
  const start = how[0].toUpperCase() + how.slice(1);
  if (!data.known[at]) return `${start}: not measured.`;
  const moved = data.layers.map((layer) => distanceText(average(layer.distances.map((row) => row[at]))));
  const right = data.pictures.filter((picture, index) => data.label[index][at] === picture.label).length;
  const count = data.pictures.length;
  const unit = data.relative ? " of the way to another picture" : "";
  const [first, last] = data.layers;
  return `${start}, ${first.title} has moved by ${moved[0]}${unit}, ${last.title} by ${moved[1]}; `
    + `${right} of ${count} are ${data.judged}.`;
}
