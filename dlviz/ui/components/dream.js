// A picture that was grown, as a film: scrubbed, played, saved.
// Streamlit calls the default function at every rerun that changes data or theme; the node and
// the place in the film belong to the instance, which lives as long as the node.

import { savePicture } from "./picture.js";
import { FilmView } from "./film_view.js";
import { dreamAt, dreamAxes, dreamBeside, dreamText, drawCurve, drawDream, drawDreamFrame } from "./dream_draw.js";

const PACE = 160; // ms a picture
const RESTING = 500; // ms without a move, then it is spoken
const dreams = new WeakMap();

class Dream extends FilmView {
  constructor(root) {
    super(root, PACE);
    this.on("curve", "pointerdown", (event) => this.point(event));
    this.on("curve", "pointermove", (event) => event.buttons && this.point(event));
    this.on("save", "click", () => this.save());
    this.on("film", "click", () => {
      const { scene, pictures, theme } = this;
      this.film(`${scene.file}.gif`, (canvas, at) => drawDreamFrame(canvas, scene, pictures, at, theme));
    });
  }

  async update(scene) {
    const counts = this.expect(scene);
    const image = new Image();
    image.src = `data:image/png;base64,${scene.sheet.png}`;
    await image.decode();
    if (!counts()) return; // another one came while this was decoded
    if (scene.file !== this.scene?.file) this.at = null;
    Object.assign(this, { scene, pictures: { image, sheet: scene.sheet } });
    this.appear();
  }

  show() {
    this.width = this.root.clientWidth;
    if (!this.scene || this.width < 1) return;
    const { part, scene, place, theme } = this;
    const ratio = window.devicePixelRatio || 1;
    const { width, height } = scene.sheet;
    const scale = Math.max(1, Math.ceil((336 * ratio) / width));
    Object.assign(part.picture, { width: width * scale, height: height * scale });
    drawDream(part.picture.getContext("2d"), this.pictures, place, [0, 0, width * scale]);
    part.words.textContent = dreamText(scene, place);
    part.beside.textContent = dreamBeside(scene, place);
    part.picture.setAttribute("aria-label", part.words.textContent);
    part.curve.setAttribute("aria-label", `${scene.what} by step. ${part.words.textContent}`);
    drawCurve(part.curve, scene, place, theme, ratio);
    this.showHands(part.words.textContent);
    this.root.dataset.step = scene.steps[place];
    this.root.dataset.grown = scene.steps[this.last];
    this.whenAtRest(RESTING, () => {
      part.spoken.textContent = `${part.words.textContent}. ${part.beside.textContent}`;
    });
  }

  point(event) {
    const { scene, part } = this;
    const axes = dreamAxes(scene, part.curve.clientWidth, part.curve.clientHeight);
    this.byHand(dreamAt(scene, axes, event.offsetX));
  }

  save() {
    const { scene, place } = this;
    const canvas = document.createElement("canvas");
    drawDreamFrame(canvas, scene, this.pictures, place, this.theme);
    savePicture(canvas, `${scene.file}-step-${scene.steps[place]}.png`);
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".dream");
  let dream = dreams.get(root);
  if (!dream) {
    dream = new Dream(root);
    dreams.set(root, dream);
  }
  dream.update(data);
  return () => dream.destroy();
}
