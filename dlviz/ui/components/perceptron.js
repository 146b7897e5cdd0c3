// A perceptron's mistakes as a film: scrubbed, played, saved.
// Streamlit calls the default function at every rerun that changes data or theme; the node and
// the place in the film belong to the instance, which lives as long as the node.

import { savePicture } from "./picture.js";
import { decodeTable } from "./scale.js";
import { FilmView } from "./film_view.js";
import { drawLesson, drawLessonCurve, lessonAxes } from "./perceptron_draw.js";
import { lessonPlace, lessonShare, lessonText } from "./perceptron_words.js";

const PACE = 700; // ms a mistake of a few; of many the film is quicker
const QUICK = 120;
const RESTING = 500;
const SAVED_WIDE = 480;
const lessons = new WeakMap();

class LessonView extends FilmView {
  constructor(root) {
    super(root, PACE);
    this.on("curve", "pointerdown", (event) => this.point(event));
    this.on("curve", "pointermove", (event) => event.buttons && this.point(event));
    this.on("save", "click", () => this.save());
    this.on("film", "click", () => this.film(`${this.scene.file}.gif`, (canvas, at) => this.paintFile(canvas, at, 1)));
  }

  update(scene) {
    this.expect(scene);
    if (scene.file !== this.scene?.file) this.at = null;
    this.scene = scene;
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    this.bytes = { weights: new Int8Array(bytes(scene.weights).buffer), pictures: bytes(scene.pictures) };
    this.pace = scene.steps.length > 40 ? QUICK : PACE;
    this.appear();
  }

  paint(canvas, at, width, ratio, words) {
    const table = decodeTable(this.scene.scales[this.theme.dark ? "dark" : "light"]);
    drawLesson(canvas, this.scene, at, { bytes: this.bytes, table, theme: this.theme, width, ratio, words });
  }

  /** What is saved says by itself where in the film it is. */
  paintFile(canvas, at, ratio) {
    this.paint(canvas, at, SAVED_WIDE, ratio, `${lessonPlace(this.scene, at)}. ${lessonShare(this.scene, at)}`);
  }

  show() {
    this.width = this.root.clientWidth;
    if (!this.scene || this.width < 1) return;
    const { part, scene, place, theme } = this;
    const ratio = window.devicePixelRatio || 1;
    this.paint(part.picture, place, part.picture.clientWidth, ratio);
    part.place.textContent = lessonPlace(scene, place);
    part.words.textContent = lessonText(scene, place);
    part.share.textContent = lessonShare(scene, place);
    part.picture.setAttribute("aria-label", part.words.textContent);
    part.curve.setAttribute("aria-label", part.share.textContent);
    part.key.textContent = `Orange speaks for “${scene.names[0]}”, blue for “${scene.names[1]}”; the strongest is ±${scene.limits[place]}, the bias ${scene.biases[place].toFixed(2).replace("-", "\u2212")}.`;
    drawLessonCurve(part.curve, scene, place, { theme, ratio, colour: theme.accent });
    this.showHands(part.place.textContent);
    this.root.dataset.mistakes = scene.steps[place];
    this.whenAtRest(RESTING, () => {
      part.spoken.textContent = `${part.place.textContent}. ${part.words.textContent} ${part.share.textContent}`;
    });
  }

  point(event) {
    this.byHand(lessonAxes(this.scene, this.part.curve.clientWidth).at(event.offsetX));
  }

  save() {
    const canvas = document.createElement("canvas");
    this.paintFile(canvas, this.place, 2);
    savePicture(canvas, `${this.scene.file}-${this.scene.steps[this.place]}.png`);
  }
}

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".lesson");
  let view = lessons.get(root);
  if (!view) {
    view = new LessonView(root);
    lessons.set(root, view);
  }
  view.update(data);
  return () => view.destroy();
}
