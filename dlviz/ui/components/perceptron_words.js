// A perceptron's mistakes in words. No DOM: Node runs it.

const PLACES = 2;
const signOf = (value) => (value < 0 ? `\u2212${Math.abs(value).toFixed(PLACES)}` : value.toFixed(PLACES));

/** Where one is in the film. */
export function lessonPlace(scene, at) {
  const [epoch] = scene.told[at];
  const total = scene.steps[scene.steps.length - 1];
  return scene.steps[at] ? `Mistake ${scene.steps[at]} of ${total}, pass ${epoch}` : `Before the first of ${total} mistakes`;
}

/** What happened there. */
export function lessonText(scene, at) {
  const [, seen, sum, truth] = scene.told[at];
  if (!scene.steps[at]) return "All weights are 0: it knows nothing. It looks at one picture after the other.";
  const [right, wrong] = [scene.names[truth], scene.names[1 - truth]];
  const said = sum === 0 ? "0, which says nothing" : `${signOf(sum)}, so it said “${wrong}”`;
  const what = truth === 0 ? "added to" : "taken from";
  return `Picture ${seen}: the sum was ${said}. It is “${right}”: the picture is ${what} the weights.`;
}

/** The held-out pictures. */
export const lessonShare = (scene, at) => `Held-out pictures right: ${(100 * scene.shares[at]).toFixed(1)} %`;
