// The box in which one weight or bias is set: a number, or a slider that is felt at once.

import { readNumber } from "./numbers.js";

const LARGEST_NUMBER = 1000; // the spec's; training may lead beyond it
const SLIDE = 5; // the slider ends at ±5, or at the number if that is beyond

/** A number as it stands in the box: four digits, a real minus; what is tiny is 0. */
export function boxText(value) {
  const text = String(Number(Number(value).toPrecision(4)));
  return text.includes("e-") ? "0" : text.replace("-", "−");
}

/** `preview(value)` while a hand tries, `send(value)` when it is done, `close()` after both. */
export class NumberBox {
  constructor(part, { preview, send, close }) {
    Object.assign(this, { part, preview, send, closed: close });
    part.box.onsubmit = (event) => {
      event.preventDefault();
      this.submit();
    };
    part.number.oninput = () => this.type();
    part.number.onkeydown = (event) => this.key(event);
    part.slide.oninput = () => this.slide();
    part.slide.onkeydown = (event) => {
      if (event.key === "Enter") this.submit();
    };
    part.box.onkeydown = (event) => {
      if (event.key === "Escape") this.close();
    };
    part.box.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !part.box.contains(event.relatedTarget)) this.close();
    });
    this.outside = (event) => {
      if (!event.composedPath().includes(part.box)) this.close();
    };
    document.addEventListener("pointerdown", this.outside);
  }

  end() {
    document.removeEventListener("pointerdown", this.outside);
  }

  get open() {
    return !this.part.box.hidden;
  }

  /** Opens beside [x, y] of the section that holds it. */
  show(text, value, [x, y]) {
    const { part } = this;
    part.box.hidden = false;
    part.boxText.textContent = text;
    part.number.value = boxText(value);
    const end = Math.min(LARGEST_NUMBER, Math.max(SLIDE, Math.ceil(Math.abs(value))));
    Object.assign(part.slide, { min: -end, max: end, value });
    part.refusal.textContent = "";
    const { clientWidth, clientHeight } = part.netSection;
    const { offsetWidth, offsetHeight } = part.box;
    part.box.style.left = `${Math.max(0, Math.min(x - offsetWidth / 2, clientWidth - offsetWidth))}px`;
    const above = y + 18 + offsetHeight > clientHeight;
    part.box.style.top = `${above ? Math.max(0, y - offsetHeight - 18) : y + 18}px`;
    part.number.focus();
    part.number.select();
  }

  read() {
    return readNumber(this.part.number.value, LARGEST_NUMBER);
  }

  type() {
    const { value } = this.read();
    this.part.refusal.textContent = "";
    if (value === undefined) return;
    this.part.slide.value = value;
    this.preview(value);
  }

  /** Up and Down move the number by a tenth. */
  key(event) {
    const step = { ArrowUp: 0.1, ArrowDown: -0.1 }[event.key];
    const { value } = this.read();
    if (!step || value === undefined) return;
    event.preventDefault();
    this.part.number.value = boxText(Math.max(-LARGEST_NUMBER, Math.min(LARGEST_NUMBER, value + step)));
    this.type();
  }

  slide() {
    const value = Number(this.part.slide.value);
    this.part.number.value = boxText(value);
    this.part.refusal.textContent = "";
    this.preview(value);
  }

  submit() {
    const { value, refusal } = this.read();
    if (refusal) {
      this.part.refusal.textContent = refusal.replace("A cell", "A weight").replace("a cell", "a weight");
      return;
    }
    this.hide();
    this.send(value);
    this.closed();
  }

  close() {
    if (!this.open) return;
    this.hide();
    this.preview(null);
    this.closed();
  }

  hide() {
    this.part.box.hidden = true;
  }
}

