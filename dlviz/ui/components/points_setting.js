// A weight or bias under the hand: the box beside it, what is tried out, what the run has not yet.

import { NumberBox } from "./points_box.js";
import { edgeEnds } from "./points_layout.js";
import { numberAt, placeName } from "./points_net.js";
import { Pending, UNTAKEN } from "./points_track.js";
import { placeOf, placeText } from "./points_words.js";

/** `sight`: the view, with its parts, what it shows, `send(name, value)` and `schedule()`. */
export class Setting {
  constructor(sight) {
    const { part } = sight;
    this.sight = sight;
    this.pending = new Pending();
    this.box = new NumberBox(part, {
      preview: (value) => this.preview(value),
      send: (value) => this.set(value),
      close: () => sight.how === "keys" && part.network.focus({ preventScroll: true }),
    });
  }

  open(target) {
    const { part, data, scrubber, layers, scene } = this.sight;
    const place = placeOf(target);
    if (!place || !data.scene.editable || scrubber.back != null) return;
    this.place = place;
    const [section, canvas] = [part.netSection.getBoundingClientRect(), part.network.getBoundingClientRect()];
    const [across, down] = this.spot(target);
    this.box.show(placeText(place, scene), numberAt(layers, place), [
      across + canvas.left - section.left,
      down + canvas.top - section.top,
    ]);
  }

  /** Where a target stands on the network's canvas. */
  spot(target) {
    const { layout } = this.sight;
    const { columns, side } = layout;
    if (target.kind === "unit") return [columns[target.layer + 1].x + side / 2, columns[target.layer + 1].units[target.at] + side];
    const [x0, y0, x1, y1] = edgeEnds(layout, target);
    return [(x0 + x1) / 2, (y0 + y1) / 2];
  }

  preview(value) {
    if (value === null) this.pending.clear();
    else this.pending.set(this.place, placeName(this.place), value, false, performance.now());
    this.sight.schedule();
  }

  set(value) {
    const name = placeName(this.place);
    this.pending.set(this.place, name, value, true, performance.now());
    this.sight.send("edit", { name, value });
    setTimeout(() => {
      this.pending.tire(performance.now());
      this.sight.schedule();
    }, UNTAKEN + 50);
    this.sight.schedule();
  }
}
