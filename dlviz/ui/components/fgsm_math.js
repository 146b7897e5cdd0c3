// FGSM's last step, on bytes: clip(x + ε·s). No DOM: a test compares it with Python byte for byte.

/** Base64 → bytes. */
export function fgsmBytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** Signs −1, 0 and 1, packed four to a byte as 0, 1 and 2, the first in the lowest bits. */
export function unpackedSigns(packed, count) {
  const signs = new Int8Array(count);
  for (let at = 0; at < count; at += 1) signs[at] = ((packed[at >> 2] >> (2 * (at & 3))) & 3) - 1;
  return signs;
}

/** 16-bit steps of `limit`/32767, the low byte first → numbers. */
export function unpackedGradient(bytes, limit) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const unit = limit / 32767;
  return Float32Array.from({ length: bytes.length / 2 }, (_, at) => view.getInt16(2 * at, true) * unit);
}

/** Every byte moved by `eps` in the direction of its sign; none leaves 0…255. */
export function movedPixels(pixels, signs, eps) {
  const moved = new Uint8ClampedArray(pixels.length); // which clips
  for (let at = 0; at < pixels.length; at += 1) moved[at] = pixels[at] + eps * signs[at];
  return moved;
}

/** What has really been added: x′ − x, which clipping makes smaller than ε at black and white. */
export function addedTo(pixels, moved) {
  return Int16Array.from(pixels, (value, at) => moved[at] - value);
}

/** C×H×W numbers → their means over the channels, H×W. */
export function channelMean(values, channels) {
  const size = values.length / channels;
  const mean = new Float32Array(size);
  for (let at = 0; at < values.length; at += 1) mean[at % size] += values[at] / channels;
  return mean;
}

/** C×H×W bytes, grey or in colours → RGBA, row by row. */
export function rgbaOf(pixels, channels) {
  const size = pixels.length / channels;
  const out = new Uint8ClampedArray(4 * size).fill(255);
  for (let at = 0; at < size; at += 1) {
    for (let part = 0; part < 3; part += 1) {
      out[4 * at + part] = pixels[(channels === 3 ? part : 0) * size + at];
    }
  }
  return out;
}

/** H×W signed numbers in the colours of a scale that ends at ±limit → RGBA. */
export function signedRgba(values, limit, table) {
  const out = new Uint8ClampedArray(4 * values.length).fill(255);
  const last = table.length / 3 - 1;
  for (let at = 0; at < values.length; at += 1) { // scale.js' signedColour, without its arrays
    const share = Math.min(1, Math.max(0, (values[at] / limit + 1) / 2));
    const from = 3 * Math.round(share * last);
    for (let part = 0; part < 3; part += 1) out[4 * at + part] = table[from + part];
  }
  return out;
}

const PNG_CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

function pngChunk(name, data) {
  const chunk = new Uint8Array(12 + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set([...name].map((letter) => letter.charCodeAt(0)), 4);
  chunk.set(data, 8);
  let crc = 0xffffffff;
  for (const byte of chunk.subarray(4, 8 + data.length)) crc = PNG_CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  view.setUint32(8 + data.length, ~crc >>> 0);
  return chunk;
}

/**
 * RGBA → the bytes of a PNG file in RGB. Written by hand: a canvas would do, but a browser that
 * guards its visitor changes what is read back from one, and here the last bit counts.
 */
export async function pngBytes(rgba, width) {
  const height = rgba.length / 4 / width;
  const lines = new Uint8Array(height * (1 + 3 * width));
  for (let at = 0; at < width * height; at += 1) {
    const to = Math.floor(at / width) * (1 + 3 * width) + 1 + 3 * (at % width);
    lines.set(rgba.subarray(4 * at, 4 * at + 3), to);
  }
  const zipped = new Blob([lines]).stream().pipeThrough(new CompressionStream("deflate"));
  const data = new Uint8Array(await new Response(zipped).arrayBuffer());
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB
  const magic = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const chunks = [pngChunk("IHDR", head), pngChunk("IDAT", data), pngChunk("IEND", new Uint8Array())];
  return Uint8Array.from([...magic, ...chunks.flatMap((chunk) => [...chunk])]);
}
