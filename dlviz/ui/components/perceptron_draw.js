// The picture it was wrong on, the weights after it, and how right it is on pictures held out.

import { css, signedColour } from "./scale.js";

const LESSON_EDGE = { left: 46, right: 12, top: 10, bottom: 26 };

function pixelsOf(width, height, colourOf) {
  const canvas = new OffscreenCanvas(width, height);
  const data = new ImageData(width, height);
  for (let at = 0; at < width * height; at += 1) data.data.set([...colourOf(at), 255], 4 * at);
  canvas.getContext("2d").putImageData(data, 0, 0);
  return canvas;
}

/** Both pictures with a sign between them, a title above each and, in a file, `words` below. */
export function drawLesson(canvas, scene, at, { bytes, table, theme, width, ratio, words = "" }) {
  const gap = 44;
  const title = 26;
  const side = (width - gap) / 2;
  const tall = Math.round((side * scene.height) / scene.width);
  const high = Math.min(tall, 330);
  const wide = Math.round((high * scene.width) / scene.height);
  const whole = high + title + (words ? 30 : 0);
  Object.assign(canvas, { width: width * ratio, height: whole * ratio });
  canvas.style.height = `${whole}px`;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, whole);
  context.imageSmoothingEnabled = false;
  context.fillStyle = theme.text;
  context.font = `600 16px ${theme.font}`;
  const size = scene.width * scene.height;
  const truth = scene.told[at][3];
  const right = width - wide;
  context.fillText(scene.steps[at] ? `It is “${scene.names[truth]}”` : "No picture yet", 0, 17, wide + gap);
  context.fillText("Weights", right, 17);
  context.fillText(words, 0, high + title + 21, width);
  const ink = (place) => {
    const grey = bytes.pictures[at * size + place];
    return [grey, grey, grey];
  };
  const weight = (place) => signedColour(table, bytes.weights[at * size + place], 127);
  context.drawImage(pixelsOf(scene.width, scene.height, ink), 0, title, wide, high);
  context.drawImage(pixelsOf(scene.width, scene.height, weight), right, title, wide, high);
  context.strokeStyle = theme.line;
  context.strokeRect(0.5, title + 0.5, wide - 1, high - 1);
  context.strokeRect(right + 0.5, title + 0.5, wide - 1, high - 1);
  if (!scene.steps[at]) return;
  context.font = `700 34px ${theme.font}`;
  context.textAlign = "center";
  context.fillStyle = css(signedColour(table, truth === 0 ? 1 : -1, 1));
  context.fillText(truth === 0 ? "+" : "\u2212", (wide + right) / 2, title + high / 2 + 10);
  context.textAlign = "left";
}

/** Where a mistake's number lies on the curve, and which frame is nearest to a place there. */
export function lessonAxes(scene, width) {
  const last = Math.max(1, scene.steps[scene.steps.length - 1]);
  const wide = width - LESSON_EDGE.left - LESSON_EDGE.right;
  return {
    x: (step) => LESSON_EDGE.left + (step / last) * wide,
    at: (left) => {
      const far = scene.steps.map((step) => Math.abs(LESSON_EDGE.left + (step / last) * wide - left));
      return far.indexOf(Math.min(...far));
    },
  };
}

/** Held-out accuracy by mistake, with a stroke where a pass ends. */
export function drawLessonCurve(canvas, scene, at, { theme, ratio, colour }) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const axes = lessonAxes(scene, width);
  const low = Math.min(0.5, ...scene.shares);
  const y = (share) => LESSON_EDGE.top + ((1 - share) / (1 - low)) * (height - LESSON_EDGE.top - LESSON_EDGE.bottom);
  const line = (points, paint, thick, dash = []) => {
    context.strokeStyle = paint;
    context.lineWidth = thick;
    context.setLineDash(dash);
    context.beginPath();
    for (const point of points) context.lineTo(...point);
    context.stroke();
    context.setLineDash([]);
  };
  context.font = `400 14px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const share of [1, (1 + low) / 2, low]) {
    line([[LESSON_EDGE.left, y(share)], [width - LESSON_EDGE.right, y(share)]], theme.line, 1);
    context.fillText(`${Math.round(100 * share)} %`, LESSON_EDGE.left - 6, y(share));
  }
  context.textBaseline = "alphabetic";
  context.textAlign = "center";
  context.fillText("mistakes (dotted: a pass ends)", width / 2, height - 6);
  for (const end of scene.passes.slice(0, -1)) line([[axes.x(end), y(1)], [axes.x(end), y(low)]], theme.faint, 1, [2, 4]);
  line(scene.steps.map((step, place) => [axes.x(step), y(scene.shares[place])]), colour, 3);
  context.fillStyle = theme.text;
  context.beginPath();
  context.arc(axes.x(scene.steps[at]), y(scene.shares[at]), 6, 0, 2 * Math.PI);
  context.fill();
}
