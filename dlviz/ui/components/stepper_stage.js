// The stepper's canvas: what stands where on it, and painting it.

import { draw, drawStill } from "./stepper_draw.js";
import { arrange } from "./stepper_layout.js";
import { planSum } from "./stepper_sum.js";

const AROUND = 172; // px: label, sum, hint and buttons

/**
 * Draws what its heir knows: data, theme, tables, limits, step, map, outputs and partsOf. The heir
 * hears of a new layout by laidOut.
 */
export class Stage {
  constructor(root) {
    this.root = root;
    this.part = Object.fromEntries(
      [...root.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]),
    );
    this.context = this.part.canvas.getContext("2d");
  }

  /** CSS pixels for the grids, so that sum and buttons are still on the screen with them. */
  roomBelow() {
    const scrolled = document.querySelector('[data-testid="stMain"]')?.scrollTop ?? 0;
    this.top = this.root.getBoundingClientRect().top + scrolled;
    return window.innerHeight - this.top - AROUND;
  }

  /** Lay out anew if what stands above has changed its height, once the page has settled. */
  followPage() {
    requestAnimationFrame(() => {
      const before = this.top;
      this.roomBelow();
      if (Math.abs(before - this.top) > 8) this.resize();
    });
  }

  resize() {
    const width = Math.floor(this.part.stage.clientWidth);
    if (!this.data || width < 1) return;
    const { data, theme } = this;
    const layout = arrange(width, {
      planes: data.planes.length, input: data.axis.drawn.length, kernel: data.axis.taps.length,
      output: data.count, maps: data.maps.length, weighted: data.kernels !== null,
    }, this.roomBelow());
    const room = width - 2 * layout.left;
    const plan = planSum(this.context, data, (step) => this.partsOf(this.map, step), room, theme);
    this.layout = { ...layout, plan, height: Math.ceil(layout.under + plan.height) + 6 };
    this.layer = null;
    this.part.canvas.style.height = `${this.layout.height}px`;
    this.laidOut();
    this.paint();
  }

  scene(changes) {
    const { data, layout, theme, tables, limits, step, before, progress, map, hover, outputs } = this;
    const { turning, partsOf } = this;
    const scene = {
      data, layout, theme, tables, limits, step, before, progress, map, hover, outputs, turning,
      partsOf, ...changes,
    };
    return { ...scene, parts: partsOf(map, scene.step) };
  }

  /** Paint at the screen's own resolution (or another), filling the canvas. */
  paint(canvas = this.part.canvas, ratio = window.devicePixelRatio || 1, changes = {}) {
    const { width, height } = this.layout;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== across || canvas.height !== down) {
      canvas.width = across;
      canvas.height = down;
    }
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw(context, this.scene(changes), () => this.blit(context, ratio));
  }

  /** Inputs do not change from step to step: painted once, then copied. */
  blit(context, ratio) {
    const { width, height } = this.layout;
    if (!this.layer || this.layer.ratio !== ratio) {
      const canvas = new OffscreenCanvas(Math.round(width * ratio), Math.round(height * ratio));
      const layer = canvas.getContext("2d");
      layer.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawStill(layer, this.scene({}));
      this.layer = { canvas, ratio };
    }
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.layer.canvas, 0, 0);
    context.restore();
  }
}
