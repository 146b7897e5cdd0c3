// A stage as a picture: the network as it stands, with the stage's words below it.

import { savePicture } from "./picture.js";

const STYLES = ["fill", "stroke", "stroke-width", "opacity", "font", "text-anchor", "display"];
const [EDGE, LINE] = [16, 26];

/** The SVG with the styles that the page's sheet gave it, as text. */
function standalone(svg) {
  const copy = svg.cloneNode(true);
  const [from, to] = [svg, copy].map((root) => [...root.querySelectorAll("*")]);
  from.forEach((node, at) => {
    const style = getComputedStyle(node);
    to[at].setAttribute("style", STYLES.map((name) => `${name}: ${style.getPropertyValue(name)}`).join("; "));
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return new XMLSerializer().serializeToString(copy);
}

/** Save the network and the lines of text as a PNG. */
export async function saveStage(svg, lines, theme, name) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(svg))}`;
  await image.decode();
  const ratio = Math.max(2, window.devicePixelRatio || 1);
  const [width, height] = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))];
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  context.font = `17px ${theme.font}`;
  const widest = Math.max(width, ...lines.map((line) => context.measureText(line).width));
  canvas.width = Math.ceil((widest + 2 * EDGE) * ratio);
  canvas.height = Math.ceil((height + lines.length * LINE + 3 * EDGE) * ratio);
  context.scale(ratio, ratio);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, EDGE, EDGE, width, height);
  context.fillStyle = theme.text;
  lines.forEach((line, at) => {
    context.font = `${at === 0 ? 600 : 400} 17px ${theme.font}`;
    context.fillText(line, EDGE, height + 2 * EDGE + (at + 0.7) * LINE);
  });
  savePicture(canvas, name);
}
