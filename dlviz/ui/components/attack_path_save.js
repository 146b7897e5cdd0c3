// An attack's path to take away: the current step as a picture, all of them as a film.

import { saveBytes, savePicture } from "./picture.js";
import { PATH_COLOURS, paintPathChart } from "./attack_path_draw.js";
import { pathName, pathScaleText, pathSentence } from "./attack_path_math.js";
import { GifColours } from "./gif_colours.js";
import { GifWriter } from "./gif.js";

const [PATH_EDGE, PATH_TILE, PATH_WORDS] = [16, 260, 64];
const [PATH_FRAME, PATH_END] = [450, 1800]; // ms
const PATH_FRAMES = 60;

function pathSize() {
  return [4 * PATH_EDGE + 3 * PATH_TILE + 460, PATH_TILE + 2 * PATH_EDGE + PATH_WORDS];
}

/** The two classes of the chart, each in its line's colour. */
function paintPathKey(context, { label, rival, aimed }, x, y) {
  context.font = `15px ${context.font.split("px ")[1]}`;
  context.fillStyle = PATH_COLOURS.clean;
  context.fillText(`● ${label}`, x, y, 200);
  context.fillStyle = aimed ? PATH_COLOURS.aim : PATH_COLOURS.rival;
  context.fillText(`● ${rival}${aimed ? ", the target" : ""}`, x + 216, y, 200);
}

/** x, what is added, the step, the chart, and their words. */
function paintPathSheet(context, view, step) {
  const { data, theme } = view;
  const [width, height] = pathSize();
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  const tiles = [view.picture(step, "clean"), view.picture(step, "change"), view.picture(step, "moved")];
  const top = PATH_EDGE + 22;
  const heads = ["x, the picture", `added ${pathScaleText(data.steps[step].limit)}`, pathName(data, step)];
  tiles.forEach((rgba, at) => {
    const canvas = new OffscreenCanvas(data.width, data.height);
    canvas.getContext("2d").putImageData(new ImageData(rgba, data.width), 0, 0);
    const x = PATH_EDGE + at * (PATH_TILE + PATH_EDGE);
    context.imageSmoothingEnabled = data.width >= 128;
    context.drawImage(canvas, x, top, PATH_TILE, PATH_TILE);
    context.fillStyle = theme.text;
    context.font = `15px ${theme.font}`;
    context.fillText(heads[at], x, PATH_EDGE + 12, PATH_TILE);
  });
  const across = 3 * (PATH_EDGE + PATH_TILE);
  paintPathKey(context, data, across + 44, PATH_EDGE + 12);
  context.save();
  context.translate(across, top);
  paintPathChart(context, 460, PATH_TILE, data, step, theme);
  context.restore();
  context.fillStyle = theme.text;
  context.textAlign = "left";
  context.font = `16px ${theme.font}`;
  const words = `${data.title} · ${data.attack} · ${pathSentence(data, step)}`;
  context.fillText(words, PATH_EDGE, height - 16, width - 2 * PATH_EDGE);
}

/** Save the current step as a picture. */
export function savePathSheet(view) {
  const [width, height] = pathSize();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  paintPathSheet(context, view, view.step);
  savePicture(canvas, `${view.data.file}-step-${view.step}.png`);
}

/** Save the whole path as a film. */
export async function savePathFilm(view) {
  const count = view.data.steps.length;
  const every = Math.ceil(count / PATH_FRAMES);
  const shown = Array.from({ length: count }, (_, step) => step).filter((step) => step % every === 0 || step === count - 1);
  const [width, height] = pathSize();
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  const frame = (step) => {
    paintPathSheet(context, view, step);
    return context.getImageData(0, 0, width, height).data;
  };
  const pause = () => new Promise((done) => setTimeout(done));
  const colours = new GifColours();
  for (const step of shown) {
    colours.add(frame(step));
    await pause();
  }
  const gif = new GifWriter(width, height, colours.table());
  for (const step of shown) {
    gif.addFrame(frame(step), step === count - 1 ? PATH_END : PATH_FRAME);
    await pause();
  }
  saveBytes(gif.finish(), "image/gif", `${view.data.file}.gif`);
}
