// The colours of an animated GIF: one table of at most 256 for all of its frames. No DOM.

export const GIF_MOST_COLOURS = 256;

/** Bytes as whole pixels, 0xAABBGGRR on every machine that has a browser. */
export function gifPixels(rgba) {
  return new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.byteLength / 4);
}

export function gifDistance(one, other) {
  const red = (one & 255) - (other & 255);
  const green = ((one >> 8) & 255) - ((other >> 8) & 255);
  const blue = ((one >> 16) & 255) - ((other >> 16) & 255);
  return red * red + green * green + blue * blue;
}

/** Sees the frames first and chooses at most 256 colours for all of them. */
export class GifColours {
  #exact = new Set();
  // Similar colours share one of 65,536 bins: 5 bits of red, 6 of green, 5 of blue.
  #counts = new Float64Array(1 << 16);
  #leaders = new Uint32Array(1 << 16);
  #votes = new Float64Array(1 << 16);

  add(rgba) {
    const pixels = gifPixels(rgba);
    for (let at = 0; at < pixels.length; ) {
      const pixel = pixels[at];
      const begin = at;
      while (at < pixels.length && pixels[at] === pixel) at += 1;
      this.#count(pixel & 0xffffff, at - begin);
    }
  }

  #count(colour, times) {
    if (this.#exact.size <= GIF_MOST_COLOURS) this.#exact.add(colour);
    const bin = ((colour & 0xf8) << 8) | ((colour & 0xfc00) >> 5) | (colour >> 19);
    this.#counts[bin] += times;
    // A vote of all pixels: a colour that fills most of its bin stands for it, exactly.
    if (this.#leaders[bin] === colour) this.#votes[bin] += times;
    else if (this.#votes[bin] >= times) this.#votes[bin] -= times;
    else {
      this.#votes[bin] = times - this.#votes[bin];
      this.#leaders[bin] = colour;
    }
  }

  /** The colours, 0xBBGGRR each: all of them where 256 are enough. */
  table() {
    if (this.#exact.size <= GIF_MOST_COLOURS) return Uint32Array.from(this.#exact);
    const bins = [...this.#counts.keys()].filter((bin) => this.#counts[bin] > 0);
    const colours = Uint32Array.from(bins, (bin) => this.#leaders[bin]);
    // What it costs to do without a bin: its pixels times how far off their nearest colour is.
    const costs = Float64Array.from(bins, (bin) => this.#counts[bin] * gifDistance(0, 0xffffff));
    const chosen = [];
    while (chosen.length < GIF_MOST_COLOURS - 1) {
      let dearest = 0;
      for (let at = 1; at < costs.length; at += 1) if (costs[at] > costs[dearest]) dearest = at;
      if (costs[dearest] === 0) break;
      chosen.push(colours[dearest]);
      for (let at = 0; at < costs.length; at += 1) {
        const off = this.#counts[bins[at]] * gifDistance(colours[at], colours[dearest]);
        if (off < costs[at]) costs[at] = off;
      }
    }
    return Uint32Array.from(chosen);
  }
}
