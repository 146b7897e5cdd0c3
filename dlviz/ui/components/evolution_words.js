// What is said of a snapshot and of one channel there, with the current numbers.

/** "0.94", "11.7", "123". */
export function answerText(value) {
  if (value >= 100) return value.toFixed(0);
  return value >= 1 ? value.toFixed(1) : value.toPrecision(2);
}

/** "Step 128 · epoch 1.4 · 99.6 % of held-out pictures right". */
export function snapshotText({ step, epoch, accuracy }) {
  const parts = [`Step ${step}`, step === 0 ? "untrained" : `epoch ${epoch < 10 ? epoch.toFixed(1) : epoch.toFixed(0)}`];
  if (accuracy !== null) parts.push(`${(100 * accuracy).toFixed(1)} % of held-out pictures right`);
  return parts.join(" · ");
}

/** What the channel answers at this snapshot. */
export function cellText(scene, row, at) {
  const channel = scene.channels[row];
  if (scene.places[row][at] < 0) return `Channel ${channel}: nothing excites it here.`;
  return `Channel ${channel} answers ${answerText(scene.values[row][at])}`;
}

/** Which picture that is, and whether it was another one before. */
export function sourceText(scene, row, at) {
  const place = scene.places[row][at];
  if (place < 0) return "";
  const before = at === 0 ? "" : scene.jumps[row][at] ? ", another picture than before" : ", the same picture as before";
  return `From: ${scene.titles[place]}${before}`;
}
