// A drawing that stands in the page (an SVG image) as a PNG file, below words that say what it is.

import { savePicture, wrappedLines } from "./picture.js";
import { pageTheme } from "./theme.js";

const FILE_SCALE = 2; // the file's pixels for each of the drawing's
const [FILE_MARGIN, FILE_LINE, FILE_TYPE] = [16, 22, 15].map((size) => FILE_SCALE * size);
const savers = new WeakMap();

/** The drawing on the page's ground; the first of the `words` is its title. */
function drawnWithWords(image, words, theme) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  const font = (place) => `${place ? 400 : 600} ${FILE_TYPE}px ${theme.font}`;
  const [wide, high] = [image.naturalWidth, image.naturalHeight].map((size) => size * FILE_SCALE);
  const lines = words.flatMap((text, place) => {
    context.font = font(place);
    return wrappedLines(context, text, wide).map((line) => [line, font(place)]);
  });
  canvas.width = wide + 2 * FILE_MARGIN;
  canvas.height = high + lines.length * FILE_LINE + 2.5 * FILE_MARGIN;
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = theme.text;
  lines.forEach(([line, type], row) => {
    context.font = type;
    context.fillText(line, FILE_MARGIN, FILE_MARGIN + row * FILE_LINE + FILE_TYPE);
  });
  context.drawImage(image, FILE_MARGIN, 1.5 * FILE_MARGIN + lines.length * FILE_LINE, wide, high);
  return canvas;
}

class DrawingSaver {
  constructor(root) {
    this.root = root;
    this.button = root.querySelector("[data-part=save]");
    this.button.addEventListener("click", () => this.save());
  }

  update(data) {
    this.data = data;
    this.theme = pageTheme(this.root);
    this.root.style.setProperty("--accent", this.theme.accent);
    this.button.title = data.words[0];
  }

  async save() {
    const { svg, words, name } = this.data;
    const image = new Image();
    image.src = `data:image/svg+xml;base64,${svg}`;
    await image.decode();
    savePicture(drawnWithWords(image, words, this.theme), name);
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".saving");
  let saver = savers.get(root);
  if (!saver) {
    saver = new DrawingSaver(root);
    savers.set(root, saver);
  }
  saver.update(data);
}
