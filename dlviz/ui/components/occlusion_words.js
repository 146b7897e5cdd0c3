// What the numbers of a covered picture say, in a sentence.

const STAYS = 0.05; // a smaller change of probability is called none
const NEEDS = 0.5; // a fall by more than this: the net needs what is hidden

/** 0.314 → "0.31"; a probability that would be written as 0.00 says so. */
export function chance(value) {
  return value > 0 && value < 0.005 ? "below 0.01" : value.toFixed(2);
}

/** An activity, as many digits as tell it from its limit. */
export function amount(value, limit) {
  return value.toFixed(limit >= 100 ? 0 : limit >= 10 ? 1 : 2);
}

/**
 * The sentence of a place. `before`, `now`: {probability, label, confidence} of the picture as it is
 * and covered; `target`: the class asked for; `hidden`: which parts are under the square, or "".
 */
export function sentenceOf(before, now, target, hidden) {
  const drop = before.probability - now.probability;
  const other = now.label !== before.label;
  const says = other ? `, and the net says “${now.label}” (${chance(now.confidence)})` : "";
  if (Math.abs(drop) < STAYS) {
    const needless = !other && before.label === target
      ? `: the net does without ${hidden || "what lies here"}.` : ".";
    return `Covered here, “${target}” stays at ${chance(now.probability)}${says}${needless}`;
  }
  const verb = drop > 0 ? "falls" : "rises";
  const changed = `“${target}” ${verb} from ${chance(before.probability)} to ${chance(now.probability)}`;
  if (!hidden) return `Covered here, ${changed}${says}.`;
  const needed = drop > NEEDS || (drop > 0 && other);
  const why = drop < 0 ? "without" : needed ? "the net needs" : "it helps the net to see";
  return `Covered here, ${changed}${says}: ${why} ${hidden}.`.replace(": without", " without");
}
