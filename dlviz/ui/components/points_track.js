// Networks of a run: the newest, and those kept along the way for the scrubber. No DOM.

import { absorb } from "./live_feed.js";
import { groupedCount } from "./points_words.js";

/** What a viewer knows of the networks before the first frame. */
export const noNets = () => ({ net: null, steps: [], kept: new Map() });

/** What is known after one more frame; → whether it was news. Late frames are passed over. */
export function absorbNets(known, nets, frame) {
  if (!absorb(known, frame)) return false;
  if (frame.reset) Object.assign(nets, noNets());
  if (frame.net) nets.net = frame.net;
  if (!frame.track) return true;
  for (const { step, layers } of frame.track.new ?? []) nets.kept.set(step, layers);
  const stays = new Set(frame.track.steps);
  for (const step of nets.kept.keys()) if (!stays.has(step)) nets.kept.delete(step);
  nets.steps = frame.track.steps.filter((step) => nets.kept.has(step)).sort((one, other) => one - other);
  return true;
}

/** The place in `steps` nearest to a step; −1 where there are none. */
export function nearestPlace(steps, step) {
  let found = -1;
  for (const [at, each] of steps.entries()) {
    if (found < 0 || Math.abs(each - step) < Math.abs(steps[found] - step)) found = at;
  }
  return found;
}

/** The network to show: that of the step that is looked back at, null for the newest. */
export function netAt({ net, steps, kept }, back) {
  const place = back == null ? -1 : nearestPlace(steps, back);
  return place < 0 ? net : { step: steps[place], layers: kept.get(steps[place]) };
}

/** Two numbers along the track, up to a step: [[x, y], …], newest last. */
export function pathOf({ net, steps, kept }, read, until = Infinity) {
  const path = steps.filter((step) => step <= until).map((step) => read(kept.get(step)));
  if (net && net.step <= until && net.step !== steps.at(-1)) path.push(read(net.layers));
  return path.filter((point) => point.every(Number.isFinite));
}

export const UNTAKEN = 3000; // ms; longer no run takes to take a change

/** What a hand has set and the run has not told back yet. */
export class Pending {
  constructor() {
    this.held = null;
    this.known = []; // the run's changes as its last frame told them
  }

  /** `sent`: told to the page, waiting for the run; else only tried out. */
  set(place, name, value, sent, now) {
    this.held = { place, name, value, sent, since: now, before: this.told(name, value) };
  }

  clear() {
    this.held = null;
  }

  /** How often the run has taken this change: the same one may be made again. */
  told(name, value) {
    return this.known.filter(([, other, set]) => other === name && set === value).length;
  }

  /** A frame may say that the run has taken it. */
  hear(frame, now) {
    const { held } = this;
    this.known = frame.interventions ?? [];
    if (held?.sent && frame.net && this.told(held.name, held.value) > held.before) this.held = null;
    this.tire(now);
  }

  /** It is no longer waited for: the run may have refused it. */
  tire(now) {
    if (this.held?.sent && now - this.held.since >= UNTAKEN) this.held = null;
  }
}

/** The slider through the track; `back`: the step that is looked back at, null for the newest. */
export class Scrubber {
  constructor(part, redraw) {
    this.part = part;
    this.back = null;
    this.earlier = [];
    part.scrubber.oninput = () => {
      this.back = this.earlier[Number(part.scrubber.value)] ?? null;
      redraw();
    };
    part.live.onclick = () => {
      this.back = null;
      redraw();
    };
  }

  forget() {
    this.back = null;
  }

  /** The newest network stands at the slider's end. */
  update({ net, steps }) {
    const { part } = this;
    this.earlier = net ? steps.filter((step) => step < net.step) : [];
    const last = this.earlier.length;
    if (this.back != null && !last) this.back = null;
    const at = this.back == null ? last : nearestPlace(this.earlier, this.back);
    const { scrubber } = part;
    if (Number(scrubber.max) !== last) scrubber.max = last;
    if (Number(scrubber.value) !== at) scrubber.value = at;
    scrubber.disabled = !last;
    part.live.disabled = this.back == null;
    const step = this.earlier[at] ?? net?.step ?? 0;
    const text = `step ${groupedCount(step)}`;
    if (part.when.textContent !== text) part.when.textContent = text;
    scrubber.setAttribute("aria-valuetext", this.back == null ? `${text}, the newest` : text);
  }

  /** The held-out score that was known at the step that is shown. */
  scoreAt(scores) {
    if (this.back == null) return scores.at(-1);
    return scores.findLast(([step]) => step <= this.back) ?? scores[0];
  }
}
