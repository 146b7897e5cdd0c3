// An imitated style as a film: it grows while it is watched, and is scrubbed, played and saved.
// Streamlit calls the default function at every rerun that changes data or theme; the node and
// the place in the film belong to the instance, which lives as long as the node.

import { savePicture } from "./picture.js";
import { FilmView } from "./film_view.js";
import { drawStyleCurves, drawStyleFrame, styleAt, styleAxes, styleInks, styleNumber, styleSum, styleText } from "./style_film_draw.js";

const STYLE_PACE = 160; // ms a picture
const STYLE_RESTING = 500; // ms without a move, then it is spoken
const styleFilms = new WeakMap();

/** A WebP file as an image, decoded once for each text. */
async function imageOf(text, known) {
  const image = known.get(text) ?? Object.assign(new Image(), { src: `data:image/webp;base64,${text}` });
  await image.decode();
  return [text, image];
}

class StyleFilm extends FilmView {
  constructor(root) {
    super(root, STYLE_PACE);
    this.known = new Map();
    this.on("curve", "pointerdown", (event) => this.point(event));
    this.on("curve", "pointermove", (event) => event.buttons && this.point(event));
    this.on("save", "click", () => this.save());
    this.on("film", "click", () => {
      const { scene, images, theme } = this;
      this.film(`${scene.file}.gif`, (canvas, at) => drawStyleFrame(canvas, scene, images, at, theme));
    });
  }

  async update(scene) {
    const counts = this.expect(scene);
    const pairs = await Promise.all(scene.frames.map((text) => imageOf(text, this.known)));
    if (!counts()) return; // another one came while these were decoded
    if (scene.file !== this.scene?.file) this.at = null;
    this.known = new Map(pairs);
    Object.assign(this, { scene, images: pairs.map(([, image]) => image) });
    for (const [at, name] of ["content", "style"].entries()) {
      this.part[name].src = `data:image/webp;base64,${scene.pair[at]}`;
      this.part[name].alt = scene.titles[at];
      this.part[["shows", "looks"][at]].textContent = scene.titles[at];
    }
    this.appear();
  }

  show() {
    this.width = this.root.clientWidth;
    if (!this.scene || this.width < 1) return;
    const { part, scene, place, theme } = this;
    const inks = styleInks(theme);
    for (const name of ["content", "style"]) this.root.style.setProperty(`--${name}`, inks[name]);
    const image = this.images[place];
    Object.assign(part.picture, { width: image.naturalWidth, height: image.naturalHeight });
    part.picture.getContext("2d").drawImage(image, 0, 0);
    part.words.textContent = styleText(scene, place);
    part.picture.setAttribute("aria-label", `${scene.titles.join(" in the style of ")}. ${part.words.textContent}`);
    part.curve.setAttribute("aria-label", `Losses by step. ${part.words.textContent}`);
    this.showSum();
    drawStyleCurves(part.curve, scene, place, theme, window.devicePixelRatio || 1);
    this.showHands(part.words.textContent);
    this.root.dataset.step = scene.steps[place];
    this.root.dataset.grown = scene.steps[this.last];
    this.whenAtRest(STYLE_RESTING, () => {
      part.spoken.textContent = part.words.textContent;
    });
  }

  /** Weight × loss = what it adds, in a row each, and the sum that is walked down. */
  showSum() {
    const { rows, total } = styleSum(this.scene, this.place);
    const cell = (text, kind) => Object.assign(document.createElement("span"), { textContent: text, className: kind });
    const cells = rows.flatMap(({ name, weight, loss, product }) => [
      cell(`${name} loss`, `name ${name}`),
      cell(`${weight} ×`, name),
      cell(`${styleNumber(loss)} =`, name),
      cell(styleNumber(product), name),
    ]);
    const end = [cell("Walked downhill", "name"), cell("", ""), cell("", ""), cell(styleNumber(total), "total")];
    this.part.sum.replaceChildren(...cells, ...end);
  }

  point(event) {
    const { scene, part } = this;
    this.byHand(styleAt(scene, styleAxes(scene, part.curve.clientWidth, part.curve.clientHeight), event.offsetX));
  }

  save() {
    const { scene, place, part } = this;
    savePicture(part.picture, `${scene.file}-step-${scene.steps[place]}.png`);
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".style_film");
  let film = styleFilms.get(root);
  if (!film) {
    film = new StyleFilm(root);
    styleFilms.set(root, film);
  }
  film.update(data);
  return () => film.destroy();
}
