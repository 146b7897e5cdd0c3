// Animated GIFs (GIF89a), written in the browser. No DOM: it runs in Node as well.
//
//   const colours = new GifColours();
//   for (const rgba of someOrAllFrames) colours.add(rgba);
//   const gif = new GifWriter(width, height, colours.table());
//   for (const rgba of frames) gif.addFrame(rgba, 500);  // milliseconds; pause between them at will
//   const bytes = gif.finish();
//
// A frame is what getImageData gives: four bytes a pixel. Alpha is ignored, so paint the
// background first. Written after the GIF89a specification (CompuServe, 1990).

import { GIF_MOST_COLOURS, gifDistance, gifPixels } from "./gif_colours.js";

const GIF_MOST_CODES = 4096;
const GIF_HASH_SIZE = 1 << 14;
// Browsers take anything shorter for a mistake, and show the frame for 0.1 s.
const GIF_LEAST_DELAY = 2;

/** Writes frame after frame; only what changed since the one before is stored. */
export class GifWriter {
  #parts = [];
  #before = null;
  // The nearest table entry of colours met lately, one slot for each hash.
  #known = new Int32Array(1 << 16).fill(-1);
  #nearest = new Uint8Array(1 << 16);

  constructor(width, height, table) {
    const fits = (side) => Number.isInteger(side) && side >= 1 && side <= 0xffff;
    if (!fits(width) || !fits(height)) throw new RangeError("A GIF has 1 to 65,535 pixels a side.");
    if (table.length < 1 || table.length > GIF_MOST_COLOURS)
      throw new RangeError("A GIF has 1 to 256 colours.");
    this.width = width;
    this.height = height;
    this.table = table;
    // A spare entry means "as before"; a full table has none.
    this.spare = table.length < GIF_MOST_COLOURS ? table.length : -1;
    this.bits = Math.max(1, Math.ceil(Math.log2(table.length + (this.spare < 0 ? 0 : 1))));
    const colours = new Uint8Array(3 << this.bits);
    table.forEach((colour, at) =>
      colours.set([colour & 255, (colour >> 8) & 255, (colour >> 16) & 255], 3 * at),
    );
    const letters = (text) => [...text].map((letter) => letter.charCodeAt(0));
    this.#put([...letters("GIF89a"), ...this.#words(width, height), 0xf0 | (this.bits - 1), 0, 0]);
    this.#put(colours);
    this.#put([0x21, 0xff, 11, ...letters("NETSCAPE2.0"), 3, 1, 0, 0, 0]); // again and again
  }

  #put(bytes) {
    this.#parts.push(Uint8Array.from(bytes));
  }

  #words(...numbers) {
    return numbers.flatMap((number) => [number & 255, number >> 8]);
  }

  /** One more frame, shown for so many milliseconds (in steps of 10, at least 20). */
  addFrame(rgba, delay) {
    if (rgba.length !== 4 * this.width * this.height)
      throw new RangeError(`A frame has ${this.width}×${this.height} pixels of four bytes.`);
    const frame = this.#inTable(gifPixels(rgba));
    const [left, top, width, height] = this.#changed(frame);
    const part = new Uint8Array(width * height);
    let hidden = 0;
    for (let row = 0, to = 0; row < height; row += 1) {
      for (let at = (top + row) * this.width + left, end = at + width; at < end; at += 1, to += 1) {
        const same = this.spare >= 0 && this.#before !== null && this.#before[at] === frame[at];
        part[to] = same ? this.spare : frame[at];
        hidden |= same;
      }
    }
    const hundredths = Math.min(0xffff, Math.max(GIF_LEAST_DELAY, Math.round(delay / 10)));
    // 4: the next frame is painted over this one.
    this.#put([0x21, 0xf9, 4, 4 | hidden, ...this.#words(hundredths), hidden ? this.spare : 0, 0]);
    this.#put([0x2c, ...this.#words(left, top, width, height), 0]);
    const least = Math.max(2, this.bits);
    this.#put([least]);
    this.#parts.push(gifCompress(part, least));
    this.#before = frame;
  }

  /** The whole file. */
  finish() {
    if (this.#before === null) throw new Error("A GIF needs a frame.");
    const parts = [...this.#parts, Uint8Array.of(0x3b)];
    const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      file.set(part, at);
      at += part.length;
    }
    return file;
  }

  #inTable(pixels) {
    const frame = new Uint8Array(pixels.length);
    for (let at = 0; at < pixels.length; at += 1) {
      const colour = pixels[at] & 0xffffff;
      const slot = Math.imul(colour, 0x9e3779b1) >>> 16;
      if (this.#known[slot] !== colour) {
        this.#known[slot] = colour;
        this.#nearest[slot] = this.#look(colour);
      }
      frame[at] = this.#nearest[slot];
    }
    return frame;
  }

  #look(colour) {
    let best = 0;
    let least = Infinity;
    for (let at = 0; at < this.table.length && least > 0; at += 1) {
      const distance = gifDistance(colour, this.table[at]);
      if (distance < least) [best, least] = [at, distance];
    }
    return best;
  }

  /** [left, top, width, height] of what is not as before; one pixel where nothing changed. */
  #changed(frame) {
    if (this.#before === null) return [0, 0, this.width, this.height];
    let [left, right, top, bottom] = [this.width, -1, this.height, -1];
    for (let row = 0, at = 0; row < this.height; row += 1) {
      for (let column = 0; column < this.width; column += 1, at += 1) {
        if (frame[at] === this.#before[at]) continue;
        if (column < left) left = column;
        if (column > right) right = column;
        if (row < top) top = row;
        bottom = row;
      }
    }
    return right < 0 ? [0, 0, 1, 1] : [left, top, right - left + 1, bottom - top + 1];
  }
}

/** LZW with codes of growing length (Welch 1984, as GIF has it), in blocks of up to 255 bytes. */
function gifCompress(symbols, least) {
  const [clear, end] = [1 << least, (1 << least) + 1];
  const most = Math.ceil((symbols.length + 16) * 1.51);
  const bytes = new Uint8Array(most + Math.ceil(most / 255) + 2);
  let [at, block] = [1, 0]; // where the next byte goes, and its block's length byte
  let [waiting, held] = [0, 0]; // bits not yet written, and how many
  let [width, next] = [least + 1, end + 1];
  const keys = new Int32Array(GIF_HASH_SIZE).fill(-1);
  const codes = new Uint16Array(GIF_HASH_SIZE);

  const emit = (code) => {
    waiting |= code << held;
    held += width;
    while (held >= 8) byte();
    if (next === 1 << width && width < 12) width += 1;
  };
  const byte = () => {
    bytes[at] = waiting & 255;
    at += 1;
    waiting >>>= 8;
    held -= 8;
    bytes[block] += 1;
    if (bytes[block] === 255) [block, at] = [at, at + 1];
  };

  emit(clear);
  let code = symbols[0];
  for (let place = 1; place < symbols.length; place += 1) {
    const key = (code << 8) | symbols[place];
    let slot = Math.imul(key, 0x9e3779b1) >>> 18;
    while (keys[slot] !== key && keys[slot] !== -1) slot = (slot + 1) & (GIF_HASH_SIZE - 1);
    if (keys[slot] === key) {
      code = codes[slot];
      continue;
    }
    emit(code);
    if (next < GIF_MOST_CODES) {
      keys[slot] = key;
      codes[slot] = next;
      next += 1;
    } else {
      emit(clear);
      keys.fill(-1);
      [width, next] = [least + 1, end + 1];
    }
    code = symbols[place];
  }
  emit(code);
  emit(end);
  while (held > 0) byte();
  if (bytes[block] === 0) return bytes.slice(0, at); // an empty block ends the picture
  return bytes.slice(0, at + 1);
}
