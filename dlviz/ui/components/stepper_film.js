// The steps as one animated picture. Frame by frame, so that the page stays alive meanwhile.

import { GifWriter } from "./gif.js";
import { GifColours } from "./gif_colours.js";

const WIDEST = 1200; // pixels: usually the picture's own width, so that its text stays readable
const MOST_FRAMES = 200;
const FILM_SAMPLES = 12; // frames that the colours are chosen from
const LINGER = 1500; // ms on the last frame

/** The steps to show: all, or evenly spread ones where there are too many. */
export function filmSteps(count) {
  const frames = Math.min(count, MOST_FRAMES);
  return Array.from({ length: frames }, (_, at) =>
    frames === 1 ? 0 : Math.round((at * (count - 1)) / (frames - 1)),
  );
}

/**
 * Make the film. paint(canvas, ratio, step) draws a step; tell(done, total) hears of each frame
 * and says false to stop. → the GIF's bytes, or null if it was stopped.
 */
export async function makeFilm({ count, width, delay, paint, tell }) {
  const ratio = Math.min(1, WIDEST / width);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true }); // before paint asks for one
  const steps = filmSteps(count);
  const frame = (step) => {
    paint(canvas, ratio, step);
    return context.getImageData(0, 0, canvas.width, canvas.height).data;
  };
  const breathe = () => new Promise((resolve) => setTimeout(resolve));

  const colours = new GifColours();
  const stride = Math.max(1, Math.floor(steps.length / FILM_SAMPLES));
  for (let at = steps.length - 1; at >= 0; at -= stride) {
    if (!tell(0, steps.length)) return null;
    colours.add(frame(steps[at]));
    await breathe();
  }
  const gif = new GifWriter(canvas.width, canvas.height, colours.table());
  for (const [done, step] of steps.entries()) {
    if (!tell(done, steps.length)) return null;
    gif.addFrame(frame(step), done === steps.length - 1 ? LINGER : delay);
    await breathe();
  }
  return gif.finish();
}
