// The loupe's canvases: hard pixels, the window in the middle, and the picture to save.

import { bytesAfter, bytesBefore } from "./loupe_math.js";

const ENLARGED = 168; // CSS pixels of an enlarged view
const AROUND = 6; // pixels shown beside the window, both sides together, at least

function canvasOf(width, height, bytes) {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d").putImageData(new ImageData(bytes, width), 0, 0);
  return canvas;
}

function hard(canvas) {
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  return context;
}

/** Both pictures at one canvas pixel a pixel; answers stand in the middle of their windows. */
export function smallPictures(scene, table) {
  const { width, height, stride, rows, columns, offset } = scene;
  const after = new OffscreenCanvas(width, height);
  const map = canvasOf(columns, rows, bytesAfter(scene, table));
  hard(after).drawImage(map, offset, offset, columns * stride, rows * stride);
  return { before: canvasOf(width, height, bytesBefore(scene)), after };
}

/** Enlarged by a whole number first, so that all pixels look the same size. */
export function enlarge(canvas, small) {
  const shown = canvas.clientWidth * (window.devicePixelRatio || 1);
  const scale = Math.max(1, Math.ceil(shown / small.width));
  canvas.width = small.width * scale;
  canvas.height = small.height * scale;
  hard(canvas).drawImage(small, 0, 0, canvas.width, canvas.height);
}

/** The corners of the pixels that a window with gaps uses; none if it uses all. */
export function usedPixels({ dilation, size }, [top, left]) {
  const steps = dilation > 1 ? [...Array(size).keys()].map((step) => step * dilation) : [];
  return steps.flatMap((down) => steps.map((across) => [top + down, left + across]));
}

/** The pixels around the window, which stands still in the middle, and an outline around `box`. */
export function drawNear(canvas, small, scene, [top, left], accent, box, used = []) {
  const count = Math.max(15, scene.reach + AROUND);
  const scale = Math.ceil((ENLARGED * (window.devicePixelRatio || 1)) / count);
  canvas.width = canvas.height = count * scale;
  canvas.style.width = canvas.style.height = `${ENLARGED}px`;
  const context = hard(canvas);
  const margin = Math.floor((count - scene.reach) / 2);
  context.scale(scale, scale);
  context.translate(margin - left, margin - top);
  context.drawImage(small, 0, 0);
  context.lineWidth = (2 * count) / ENLARGED; // two CSS pixels, outside of what is outlined
  for (const [colour, out] of [["#ffffff", 1.5], [accent, 0.5]]) {
    const beside = out * context.lineWidth;
    const side = box.side + 2 * beside;
    context.strokeStyle = colour;
    context.strokeRect(box.left - beside, box.top - beside, side, side);
  }
  context.lineWidth /= 2;
  for (const [y, x] of used) context.strokeRect(x, y, 1, 1);
}

/** Before and after side by side, with their titles and how to read them, as one canvas. */
export function sideBySide(small, { width, height, before, after, how }, theme) {
  const scale = Math.max(1, Math.ceil(480 / width));
  const [wide, high, gap] = [width * scale, height * scale, 24];
  const canvas = document.createElement("canvas");
  canvas.width = 2 * wide + 3 * gap;
  canvas.height = high + 112;
  const context = hard(canvas);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = theme.text;
  context.font = `600 20px ${theme.font}`;
  [[small.before, `before: ${before}`], [small.after, `after: ${after}`]].forEach(([picture, words], index) => {
    const left = gap + index * (wide + gap);
    context.fillText(words, left, 34, wide);
    context.drawImage(picture, left, 48, wide, high);
  });
  context.font = `400 18px ${theme.font}`;
  context.fillText(how, gap, high + 84, canvas.width - 2 * gap);
  return canvas;
}
