// A small chart on a canvas: axes with ticks, lines, dots, bars and whiskers, in the page's colours.

const MEDICAL_TYPE = 14;
export const KINDS = { ill: "#e69f00", well: "#56b4e9", third: "#009e73", fourth: "#cc79a7" };

/** "0.78", "–" where there is no number. */
export const shareText = (value, digits = 2) =>
  value === null || value === undefined ? "–" : value.toFixed(digits).replace("-", "\u2212");

/** "0.78 (0.74–0.82)". */
export const withInterval = ([value, low, high], digits = 2) =>
  `${shareText(value, digits)} (${shareText(low, digits)}\u2013${shareText(high, digits)})`;

export class MedicalPlot {
  /** `box`: {x: [from, to], y: [from, to], left, bottom, top, right: room around}. */
  constructor(canvas, theme, box) {
    const ratio = window.devicePixelRatio || 1;
    this.width = canvas.clientWidth;
    this.height = canvas.clientHeight;
    Object.assign(canvas, { width: this.width * ratio, height: this.height * ratio });
    this.context = canvas.getContext("2d");
    this.context.scale(ratio, ratio);
    this.theme = theme;
    this.box = { left: 44, right: 10, top: 8, bottom: 40, ...box };
    this.context.font = `${MEDICAL_TYPE}px ${theme.font}`;
  }

  x(value) {
    const { x: [from, to], left, right } = this.box;
    return left + ((value - from) / (to - from)) * (this.width - left - right);
  }

  y(value) {
    const { y: [from, to], top, bottom } = this.box;
    return this.height - bottom - ((value - from) / (to - from)) * (this.height - top - bottom);
  }

  write(words, x, y, { align = "left", colour = this.theme.text, bold = false, base = "middle" } = {}) {
    this.context.font = `${bold ? 600 : 400} ${MEDICAL_TYPE}px ${this.theme.font}`;
    Object.assign(this.context, { fillStyle: colour, textAlign: align, textBaseline: base });
    this.context.fillText(words, x, y);
  }

  stroke(colour, width, dash, path) {
    const { context } = this;
    Object.assign(context, { strokeStyle: colour, lineWidth: width, lineJoin: "round" });
    context.setLineDash(dash);
    context.beginPath();
    path(context);
    context.stroke();
    context.setLineDash([]);
  }

  axes({ xTicks = [0, 0.5, 1], yTicks = [0, 0.5, 1], xLabel = "", yLabel = "", text = String }) {
    const { x: [x0, x1], y: [y0, y1] } = this.box;
    const { line, muted } = this.theme;
    for (const tick of yTicks) {
      this.stroke(line, 1, [], (c) => { c.moveTo(this.x(x0), this.y(tick)); c.lineTo(this.x(x1), this.y(tick)); });
      this.write(text(tick), this.x(x0) - 6, this.y(tick), { align: "right", colour: muted });
    }
    for (const tick of xTicks) {
      this.stroke(line, 1, [], (c) => { c.moveTo(this.x(tick), this.y(y0)); c.lineTo(this.x(tick), this.y(y1)); });
      this.write(text(tick), this.x(tick), this.y(y0) + 11, { align: "center", colour: muted });
    }
    this.write(xLabel, (this.x(x0) + this.x(x1)) / 2, this.height - 8, { align: "center", colour: muted });
    if (!yLabel) return;
    this.context.save();
    this.context.translate(9, (this.y(y0) + this.y(y1)) / 2);
    this.context.rotate(-Math.PI / 2);
    this.write(yLabel, 0, 0, { align: "center", colour: muted });
    this.context.restore();
  }

  line(xs, ys, colour, { width = 2, dash = [], steps = false } = {}) {
    this.stroke(colour, width, dash, (c) => {
      let begun = false;
      xs.forEach((x, at) => {
        if (x === null || ys[at] === null) return;
        const [across, down] = [this.x(x), this.y(ys[at])];
        if (!begun) c.moveTo(across, down);
        else {
          if (steps) c.lineTo(across, this.y(ys[at - 1]));
          c.lineTo(across, down);
        }
        begun = true;
      });
    });
  }

  area(xs, lows, highs, colour) {
    const { context } = this;
    context.fillStyle = colour;
    context.globalAlpha = 0.22;
    context.beginPath();
    xs.forEach((x, at) => context[at ? "lineTo" : "moveTo"](this.x(x), this.y(highs[at])));
    [...xs.keys()].reverse().forEach((at) => context.lineTo(this.x(xs[at]), this.y(lows[at])));
    context.closePath();
    context.fill();
    context.globalAlpha = 1;
  }

  bar(x0, x1, y0, y1, colour, faint = false) {
    const { context } = this;
    context.globalAlpha = faint ? 0.4 : 1;
    context.fillStyle = colour;
    context.fillRect(this.x(x0), this.y(y1), this.x(x1) - this.x(x0), this.y(y0) - this.y(y1));
    context.globalAlpha = 1;
  }

  dot(x, y, colour, { size = 6, square = false, ring = this.theme.background } = {}) {
    const { context } = this;
    context.beginPath();
    if (square) context.rect(this.x(x) - size, this.y(y) - size, 2 * size, 2 * size);
    else context.arc(this.x(x), this.y(y), size, 0, 7);
    context.fillStyle = colour;
    context.fill();
    if (ring) Object.assign(context, { strokeStyle: ring, lineWidth: 2 });
    if (ring) context.stroke();
  }

  /** An interval lying at height y, from low to high, with its middle. */
  whisker(low, value, high, y, colour, { width = 4, square = false } = {}) {
    this.stroke(colour, width, [], (c) => { c.moveTo(this.x(low), this.y(y)); c.lineTo(this.x(high), this.y(y)); });
    for (const end of [low, high]) {
      const across = this.x(end);
      this.stroke(colour, 2, [], (c) => { c.moveTo(across, this.y(y) - 6); c.lineTo(across, this.y(y) + 6); });
    }
    this.dot(value, y, colour, { size: 6, square });
  }

  upright(x, colour, dash = []) {
    const { y: [y0, y1] } = this.box;
    this.stroke(colour, 2, dash, (c) => { c.moveTo(this.x(x), this.y(y0)); c.lineTo(this.x(x), this.y(y1)); });
  }
}

/** Keep a whole number of the address, between 0 and `most`, in the browser's own hands. */
export class AddressNumber {
  constructor(name, usual, most) {
    Object.assign(this, { name, usual, most, value: usual, asked: undefined, own: new Set() });
  }

  /**
   * What the server read in the address. News is what nobody here has written since: an answer may
   * be older than the hand. Another lesson means what it asks, be it the default.
   */
  follow(asked, lesson = null) {
    const told = lesson !== this.lesson ? asked !== this.written : asked !== this.asked && !this.own.has(asked);
    if (told) {
      const number = /^\d{1,3}$/.test(asked ?? "") ? Number(asked) : this.usual;
      this.value = number <= this.most ? number : this.usual;
      this.own.clear();
      this.written = asked;
    }
    Object.assign(this, { asked, lesson });
  }

  set(value) {
    this.value = value;
    this.written = value === this.usual ? null : String(value);
    this.own.add(this.written);
    const url = new URL(window.location.href);
    if (this.written === null) url.searchParams.delete(this.name);
    else url.searchParams.set(this.name, this.written);
    if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
  }
}
