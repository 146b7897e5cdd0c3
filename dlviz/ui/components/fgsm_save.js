// The opened FGSM as a picture to keep, and as a film of ε rising.

import { saveBytes, savePicture } from "./picture.js";
import { channelMean, addedTo, movedPixels, rgbaOf, signedRgba } from "./fgsm_math.js";
import { epsText, magnifiedText } from "./fgsm_words.js";
import { GifColours } from "./gif_colours.js";
import { GifWriter } from "./gif.js";

const [EDGE, TILE_SIDE, SIGN_GAP, WORDS] = [24, 300, 150, 96];
const [FILM_FRAME, FILM_END] = [300, 1500]; // ms
const MOST_FRAMES = 64;

function imageOf(rgba, width) {
  const canvas = new OffscreenCanvas(width, rgba.length / 4 / width);
  canvas.getContext("2d").putImageData(new ImageData(rgba, width), 0, 0);
  return canvas;
}

/** x + ε·s = x′ as in the paper's panda: three pictures with their answers. */
function paintTriptych(context, view, eps, width, height) {
  const { data, theme } = view;
  const row = data.rows[eps][view.side];
  const moved = movedPixels(view.pixels, view.signs[view.side], eps);
  const change = channelMean(addedTo(view.pixels, moved), view.depth);
  const clean = data.rows[0].signs.top[0];
  const tiles = [
    [rgbaOf(view.pixels, view.depth), clean.name, clean.text],
    [signedRgba(change, Math.max(1, eps), view.table),
      view.side === "noise" ? "random signs" : "signs of the gradient", `shown ${magnifiedText(eps)}`],
    [rgbaOf(moved, view.depth), row.top[0].name, row.top[0].text],
  ];
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  context.fillStyle = theme.text;
  context.textAlign = "center";
  context.imageSmoothingEnabled = data.picture.width >= 128;
  tiles.forEach(([rgba, name, share], at) => {
    const x = EDGE + at * (TILE_SIDE + SIGN_GAP);
    const high = (TILE_SIDE * data.picture.height) / data.picture.width;
    context.drawImage(imageOf(rgba, data.picture.width), x, EDGE, TILE_SIDE, high);
    context.font = `600 19px ${theme.font}`;
    context.fillText(name, x + TILE_SIDE / 2, EDGE + high + 30, TILE_SIDE);
    context.font = `17px ${theme.font}`;
    context.fillText(share, x + TILE_SIDE / 2, EDGE + high + 54, TILE_SIDE);
  });
  context.font = `24px ${theme.font}`;
  const middle = EDGE + TILE_SIDE / 2;
  const sign = data.target === null || view.side === "noise" ? "+" : "−";
  context.fillText(`${sign} ${eps}/255 ×`, EDGE + TILE_SIDE + SIGN_GAP / 2, middle);
  context.fillText("=", EDGE + 2 * TILE_SIDE + 1.5 * SIGN_GAP, middle);
  context.font = `16px ${theme.font}`;
  const words = `${data.title} · FGSM, ε = ${epsText(eps)}`;
  context.fillText(words, width / 2, height - 12, width - 2 * EDGE);
}

function sizeOf({ picture }) {
  const high = (TILE_SIDE * picture.height) / picture.width;
  return [2 * EDGE + 3 * TILE_SIDE + 2 * SIGN_GAP, EDGE + high + WORDS];
}

/** Save the current ε as a picture. */
export function saveFgsmTriptych(view) {
  if (!view.row) return;
  const [width, height] = sizeOf(view.data);
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  paintTriptych(context, view, view.eps, width, height);
  savePicture(canvas, `${view.data.name}-fgsm-${view.eps}-picture.png`);
}

/** Save a film of ε rising from 0, as far as the net has been asked. */
export async function saveFgsmFilm(view) {
  const { data } = view;
  const known = data.rows.flatMap((row, eps) => (row ? [eps] : []));
  const every = Math.ceil(known.length / MOST_FRAMES);
  const shown = known.filter((_, at) => at % every === 0);
  const [width, height] = sizeOf(data).map(Math.round);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const frame = (eps) => {
    paintTriptych(context, view, eps, width, height);
    return context.getImageData(0, 0, width, height).data;
  };
  const pause = () => new Promise((done) => setTimeout(done));
  const colours = new GifColours();
  for (const eps of shown) {
    colours.add(frame(eps));
    await pause();
  }
  const gif = new GifWriter(width, height, colours.table());
  for (const eps of shown) {
    gif.addFrame(frame(eps), eps === shown.at(-1) ? FILM_END : FILM_FRAME);
    await pause();
  }
  saveBytes(gif.finish(), "image/gif", `${data.name}-fgsm.gif`);
}
