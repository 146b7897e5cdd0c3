// FGSM opened: picture, gradient, sign, × ε, result, and what the net says to it, for every ε.
// Python has computed the gradient and asked the net; here x + ε·s is added up under the finger.
// Streamlit calls the default function at every rerun that changes data; the node stays.

import { decodeTable } from "./scale.js";
import { pageTheme } from "./theme.js";
import { saveBytes } from "./picture.js";
import {
  addedTo, channelMean, fgsmBytes, movedPixels, pngBytes, rgbaOf, signedRgba, unpackedGradient,
  unpackedSigns,
} from "./fgsm_math.js";
import { epsText, lossText, magnifiedText, pixelText, smallNumber, withSign } from "./fgsm_words.js";
import { fgsmArea, fgsmEpsAt, fillFgsmBars, paintFgsmChart } from "./fgsm_draw.js";
import { saveFgsmFilm, saveFgsmTriptych } from "./fgsm_save.js";

const RESTING_FINGER = 350; // ms without a move, then ε is spoken and told to Python
const BLINK = 500; // ms of x and of x′
const EDGES = { fooled: "#e69f00", holds: "#56b4e9", start: "#56b4e9", changed: "#cc79a7", unsuitable: "#999999" };
const MARKS = { was: "#56b4e9", now: "#e69f00", aim: "#009e73" };
const attacks = new WeakMap();
const remembered = new Map(); // ε by scene: who comes back from another page finds it

class Fgsm {
  constructor(root) {
    this.root = root;
    const named = (name) => Object.fromEntries(
      [...root.querySelectorAll(`[data-${name}]`)].map((node) => [node.dataset[name], node]),
    );
    this.part = named("part");
    this.canvas = named("picture");
    this.value = named("value");
    this.side = "signs";
    this.observer = new ResizeObserver(() => this.data && this.showChart());
    this.observer.observe(this.part.chart);
    this.listen();
  }

  update(data, tell) {
    const another = this.data?.scene !== data.scene;
    const asked = `${data.scene} ${data.start}`;
    const linked = this.asked !== asked;
    Object.assign(this, { data, tell, asked });
    this.theme = pageTheme(this.root);
    this.table = decodeTable(data.picture.scales[this.theme.dark ? "dark" : "light"]);
    if (another) {
      this.decode(data.picture);
      this.stopBlinking();
    }
    if (linked) {
      this.eps = remembered.get(asked) ?? data.eps;
      this.side = data.side;
    }
    this.eps = Math.min(this.eps, data.largest);
    this.dress();
    this.show();
  }

  decode({ pixels, signs, noise, gradient, limit, steepest }) {
    this.pixels = fgsmBytes(pixels);
    const count = this.pixels.length;
    this.signs = { signs: unpackedSigns(fgsmBytes(signs), count), noise: unpackedSigns(fgsmBytes(noise), count) };
    this.gradient = unpackedGradient(fgsmBytes(gradient), limit);
    this.spot = this.pinned = steepest;
  }

  dress() {
    const { data, part, theme } = this;
    const { picture } = data;
    const set = (name, value) => this.root.style.setProperty(name, value);
    set("--accent", theme.accent);
    set("--thin", theme.line);
    set("--muted", theme.muted);
    set("--rendering", picture.width < 128 ? "pixelated" : "auto");
    part.slider.max = data.largest;
    part.facts.textContent = data.facts + (data.warning ? ` ${data.warning}` : "");
    this.paint("x", rgbaOf(this.pixels, this.depth));
    this.paint("gradient", signedRgba(channelMean(this.gradient, this.depth), picture.seen, this.table));
    fillFgsmBars(part.clean, data.rows[0].signs.top, MARKS);
    this.canvas.x.setAttribute("aria-label", `The picture: ${data.label}`);
  }

  get depth() {
    return this.data.picture.channels.length;
  }

  get row() {
    return this.data.rows[this.eps]?.[this.side];
  }

  paint(name, rgba) {
    const { width, height } = this.data.picture;
    const canvas = this.canvas[name];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    canvas.getContext("2d").putImageData(new ImageData(rgba, width), 0, 0);
  }

  show() {
    const { data, eps, part, table } = this;
    const signs = this.signs[this.side];
    this.moved = movedPixels(this.pixels, signs, eps);
    const change = channelMean(addedTo(this.pixels, this.moved), this.depth);
    const uphill = data.target === null || this.side === "noise" ? 1 : -1;
    this.paint("sign", signedRgba(channelMean(signs, this.depth), uphill, table));
    this.paint("true", signedRgba(change, 255, table));
    this.paint("magnified", signedRgba(change, Math.max(eps, 1), table));
    this.showResult();
    part.slider.value = eps;
    part.slider.setAttribute("aria-valuetext", `${eps} of 255`);
    part.eps.textContent = epsText(eps);
    part.magnified.textContent = `4 · ${magnifiedText(eps)}`;
    part.swap.setAttribute("aria-pressed", this.side === "noise");
    part.swap.textContent = this.side === "noise" ? "Back to the gradient's signs" : "Swap in random signs";
    this.showAnswer();
    this.showPixel();
    this.showChart();
    Object.assign(this.root.dataset, {
      eps, side: this.side, kind: this.row?.kind ?? "", known: data.rows.filter(Boolean).length,
    });
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(), RESTING_FINGER);
  }

  /** x′, or x in its place while it blinks. */
  showResult() {
    const { part } = this;
    this.paint("result", rgbaOf(this.hidden ? this.pixels : this.moved, this.depth));
    part.shown.innerHTML = this.hidden ? "<var>x</var>, the picture" : "<var>x′</var>, the result";
    this.canvas.result.setAttribute("aria-label", `The result: ${this.row?.top[0].name ?? "not asked yet"}`);
  }

  showAnswer() {
    const { data, part, row } = this;
    this.root.style.setProperty("--edge", EDGES[row?.kind ?? "unsuitable"]);
    const [word, ...rest] = (row?.say ?? "One moment: the net is being asked about this ε.").split(":");
    const strong = document.createElement("strong");
    strong.textContent = `${word}:`;
    part.say.replaceChildren(strong, rest.join(":"));
    if (row) fillFgsmBars(part.answer, row.top, MARKS);
    const sign = data.target === null ? "+" : "−";
    const goal = data.target ?? data.label;
    const first = data.rows[0].signs;
    const direction = this.side === "noise" ? "<b>random signs</b>" : "sign ∇<sub>x</sub><var>J</var>";
    const [formula, loss] = [document.createElement("span"), document.createElement("span")];
    formula.innerHTML = `<var>x′</var> = clip(<var>x</var> ${this.side === "noise" ? "+" : sign} <em>${this.eps}/255</em> · ${direction})`;
    loss.innerHTML = `<var>J</var> = −log <var>p</var>(<q></q>): ${lossText(first.loss)} → <em>${row ? lossText(row.loss) : "…"}</em>`;
    loss.querySelector("q").replaceWith(goal);
    part.formula.replaceChildren(formula, loss);
  }

  /** One value of the pixel under the pointer, or else of the last chosen one, in all stages. */
  showPixel() {
    const { data, eps, part, value } = this;
    const { width, height, channels } = data.picture;
    const [row, column] = this.spot;
    const place = row * width + column;
    const at = channels
      .map((_, channel) => channel * width * height + place)
      .reduce((best, one) => (Math.abs(this.gradient[one]) > Math.abs(this.gradient[best]) ? one : best));
    const channel = channels[Math.floor(at / (width * height))];
    const sign = this.signs[this.side][at] * (data.target === null || this.side === "noise" ? 1 : -1);
    const step = this.signs[this.side][at];
    const [before, after] = [this.pixels[at], this.moved[at]];
    value.x.textContent = `${channel} ${before}`;
    value.result.textContent = this.hidden ? "" : `${channel} ${after}`;
    value.gradient.textContent = smallNumber(this.gradient[at]);
    value.sign.textContent = withSign(sign);
    value.true.textContent = after === before ? "0" : `${withSign(after - before)}/255`;
    value.magnified.textContent = eps ? "the same" : "";
    part.pixel.textContent = pixelText({ row, column, channel, before, eps, sign: step, after });
    for (const spot of this.root.querySelectorAll(".spot")) {
      spot.style.left = `${(100 * (column + 0.5)) / width}%`;
      spot.style.top = `${(100 * (row + 0.5)) / height}%`;
    }
  }

  showChart() {
    const canvas = this.part.chart;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width) return;
    Object.assign(canvas, { width: width * ratio, height: height * ratio });
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    const look = { eps: this.eps, side: this.side, colours: MARKS };
    paintFgsmChart(context, width, height, this.data, look, this.theme);
    canvas.setAttribute("aria-label", `Probabilities over ε. ${this.data.facts}`);
  }

  listen() {
    const { slider, chart, blink, swap, file, save, film } = this.part;
    slider.addEventListener("input", () => this.goTo(Number(slider.value)));
    const follow = (event) => {
      const area = fgsmArea(chart.clientWidth, chart.clientHeight);
      this.goTo(fgsmEpsAt(event.offsetX, area, this.data.largest));
    };
    chart.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      chart.setPointerCapture(event.pointerId);
      follow(event);
    });
    chart.addEventListener("pointermove", (event) => event.buttons & 1 && follow(event));
    blink.addEventListener("click", () => this.toggleBlinking());
    swap.addEventListener("click", () => {
      this.side = this.side === "noise" ? "signs" : "noise";
      this.show();
    });
    file.addEventListener("click", () => this.saveFile());
    save.addEventListener("click", () => saveFgsmTriptych(this));
    film.addEventListener("click", () => saveFgsmFilm(this));
    for (const picture of this.root.querySelectorAll(".picture")) this.listenTo(picture);
  }

  listenTo(picture) {
    const look = (event, pins) => {
      const { width, height } = this.data.picture;
      const area = picture.getBoundingClientRect();
      const within = (share, size) => Math.min(size - 1, Math.max(0, Math.floor(share * size)));
      this.spot = [
        within((event.clientY - area.top) / area.height, height),
        within((event.clientX - area.left) / area.width, width),
      ];
      if (pins) this.pinned = this.spot;
      this.showPixel();
    };
    picture.addEventListener("pointermove", (event) => look(event, false));
    picture.addEventListener("pointerdown", (event) => look(event, true));
    picture.addEventListener("pointerleave", () => {
      this.spot = this.pinned;
      this.showPixel();
    });
  }

  goTo(eps) {
    if (eps === this.eps) return;
    this.eps = eps;
    this.show();
  }

  toggleBlinking() {
    if (this.blinking) return this.stopBlinking();
    this.part.blink.setAttribute("aria-pressed", "true");
    this.part.blink.textContent = "Stop blinking";
    this.blinking = setInterval(() => this.cover(!this.hidden), BLINK);
    this.cover(true);
  }

  stopBlinking() {
    clearInterval(this.blinking);
    this.blinking = null;
    this.part.blink.setAttribute("aria-pressed", "false");
    this.part.blink.textContent = "Can you see the difference?";
    if (this.hidden) this.cover(false);
  }

  cover(hidden) {
    this.hidden = hidden;
    this.showResult();
    this.showPixel();
  }

  async saveFile() {
    const bytes = await pngBytes(rgbaOf(this.moved, this.depth), this.data.picture.width);
    const how = this.side === "noise" ? "random" : "fgsm";
    saveBytes(bytes, "image/png", `${this.data.name}-${how}-${this.eps}.png`);
  }

  rest() {
    const { eps, side, data } = this;
    this.part.spoken.textContent = this.part.say.textContent;
    const at = `${data.scene} ${data.start} ${eps} ${side}`;
    const first = data.eps === eps && data.side === side && this.told === undefined;
    if (at === this.told || first) return; // Python knows
    this.told = at;
    if (remembered.size > 60) remembered.clear();
    remembered.set(this.asked, eps);
    this.tell({ scene: data.scene, eps, side });
  }

  destroy() {
    this.stopBlinking();
    clearTimeout(this.resting);
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".fgsm");
  let view = attacks.get(root);
  if (!view) {
    view = new Fgsm(root);
    attacks.set(root, view);
  }
  view.update(data, (at) => setTriggerValue("at", at));
  return () => view.destroy();
}
