// Pointer and keys on the network: what is looked at, what is opened to be edited; and on the picture.

import { nextTarget, sameTarget, targetAt } from "./points_layout.js";
import { DOMAIN } from "./points_net.js";
import { unplaced } from "./points_surface.js";

const WALK = 0.1; // of the plane, for each arrow key
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/**
 * `look()` → {layout, counts, marked}; `mark(target or null, how)`: how is "pointer" or "keys";
 * `open(target)` to edit it.
 */
export function handleNetwork(canvas, { look, mark, open }) {
  const under = (event) => {
    const { left, top } = canvas.getBoundingClientRect();
    return targetAt(look().layout, event.clientX - left, event.clientY - top);
  };
  canvas.onpointermove = (event) => {
    const target = under(event);
    canvas.style.cursor = target && target.layer >= 0 ? "pointer" : "default";
    if (!sameTarget(target, look().marked)) mark(target, "pointer");
  };
  canvas.onpointerleave = (event) => {
    if (event.pointerType === "mouse") mark(null, "pointer");
  };
  canvas.onmousedown = (event) => event.preventDefault(); // the page's keys stay the page's
  let before = null;
  canvas.onpointerdown = () => {
    before = look().marked;
  };
  canvas.onclick = (event) => {
    const target = under(event);
    mark(target, "pointer");
    // A finger cannot hover: its first touch reads, its second one edits.
    if (target && (event.pointerType !== "touch" || sameTarget(target, before))) open(target);
  };
  canvas.onkeydown = (event) => {
    const { marked, counts } = look();
    if (ARROWS.includes(event.key)) {
      event.preventDefault();
      const next = nextTarget(event.key, marked, counts);
      if (next) mark(next, "keys");
    } else if ((event.key === "Enter" || event.key === " ") && marked) {
      event.preventDefault();
      open(marked);
    } else if (event.key === "Escape") mark(null, "keys");
  };
  canvas.onfocus = () => {
    if (canvas.matches(":focus-visible") && !look().marked) mark(nextTarget("", null, look().counts), "keys");
  };
  canvas.onblur = () => mark(null, "blur");
}

/**
 * `point([x, y] or null, how)`: the place of the plane under the pointer or the keys; `look()` →
 * that place; `put(place)` for Enter.
 */
export function handlePicture(canvas, { look, point, put }) {
  canvas.onpointermove = (event) => {
    const { left, top, width } = canvas.getBoundingClientRect();
    point([unplaced(event.clientX - left, width), -unplaced(event.clientY - top, width)], "pointer");
  };
  canvas.onmousedown = (event) => event.preventDefault();
  canvas.onpointerleave = () => point(null, "pointer");
  canvas.onblur = () => point(null, "blur");
  canvas.onkeydown = (event) => {
    if (event.key === "Escape") point(null, "keys");
    if ((event.key === "Enter" || event.key === " ") && look()) {
      event.preventDefault();
      put(look());
    }
    if (!ARROWS.includes(event.key)) return;
    event.preventDefault();
    const far = event.shiftKey ? 5 * WALK : WALK;
    const steps = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, far], ArrowDown: [0, -far] };
    const walked = (look() ?? [0, 0]).map((value, axis) => value + steps[event.key][axis]);
    point(walked.map((value) => Math.min(DOMAIN, Math.max(-DOMAIN, Math.round(value / WALK) * WALK))), "keys");
  };
}
