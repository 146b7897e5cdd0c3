// The view as a picture, and the run's surface as an animated one.

import { savePicture, saveBytes, stack } from "./picture.js";
import { GridTrace } from "./points_field.js";
import { hiddenOf, POINT_FEATURES } from "./points_net.js";
import { SurfaceView } from "./points_views.js";
import { activationText, groupedCount } from "./points_words.js";
import { makeFilm } from "./stepper_film.js";

const [FILM_SIDE, FILM_WORDS] = [400, 34];
const FILM_DELAY = 120; // ms a frame
const GAP = 24;

/** "x₁, x₂ → 8 tanh → output". */
function netText({ data, layers }) {
  const hidden = hiddenOf(layers).map(({ units, activation }) => `${units} ${activationText(activation, data.scene)}`);
  return [data.scene.features.map((name) => POINT_FEATURES[name].title).join(", "), ...hidden, "output"].join(" → ");
}

function beside(one, other, theme) {
  const gap = GAP * (window.devicePixelRatio || 1);
  const [width, height] = [one.width + gap + other.width, Math.max(one.height, other.height)];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  context.drawImage(one, 0, (height - one.height) / 2);
  context.drawImage(other, one.width + gap, 0);
  return canvas;
}

/** Network and picture, and below them the curves, as one PNG. */
export function savePoints(view) {
  if (!view.layers) return;
  const { part, style, known, nets } = view;
  const step = Number(view.root.dataset.shown ?? 0);
  const numbers = [part.loss.textContent, part.accuracy.textContent].filter(Boolean).join(", ");
  const shown = [[beside(part.network, part.picture, style.theme), `${netText(view)}, step ${step}${numbers ? `: held-out ${numbers}` : ""}`]];
  if (known.scores.length) shown.push([beside(part.lossCanvas, part.measureCanvas, style.theme), "loss and accuracy: blue, training batches; orange with dots, held out"]);
  savePicture(stack(shown, style.theme), `points-step-${step || nets.net?.step || 0}.png`);
}

/** The surface at every step that was kept, as a GIF; the button counts the frames. */
export async function saveFilm(view, button) {
  if (view.filming) {
    view.filming = false;
    return;
  }
  const { data, style, nets } = view;
  const kept = nets.steps.map((step) => [step, nets.kept.get(step)]);
  if (nets.net && nets.net.step !== nets.steps.at(-1)) kept.push([nets.net.step, nets.net.layers]);
  const [traces, surface, words] = [new GridTrace(), new SurfaceView(), button.textContent];
  const paint = (canvas, _, at) => {
    const [step, layers] = kept[at];
    if (canvas.width !== FILM_SIDE) Object.assign(canvas, { width: FILM_SIDE, height: FILM_SIDE + FILM_WORDS });
    const context = canvas.getContext("2d");
    context.fillStyle = style.theme.background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const trace = traces.of(layers, data.scene.features, 80);
    surface.draw(context, FILM_SIDE, { scene: data.scene, points: data.scene, style, trace, layers, marked: null });
    context.fillStyle = style.theme.text;
    context.font = `600 18px ${style.theme.font}`;
    context.fillText(`step ${groupedCount(step)}`, 4, FILM_SIDE + 24);
  };
  view.filming = true;
  const tell = (done, total) => {
    button.textContent = `${Math.round((100 * done) / total)} %`; // a click stops it
    return view.filming;
  };
  const bytes = await makeFilm({ count: kept.length, width: FILM_SIDE, delay: FILM_DELAY, paint, tell });
  view.filming = false;
  button.textContent = words;
  if (bytes) saveBytes(bytes, "image/gif", `points-${kept.at(-1)[0]}-steps.gif`);
}
