// A layer's maps: bytes out of its sheet, and their colours.

const ZERO = 128; // the byte of 0 where numbers have a sign

/** The bytes of a layer's sheet, row by row: {bytes, width, height}. */
export async function decodeSheet(text) {
  const image = new Image();
  image.src = `data:image/png;base64,${text}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  const bytes = new Uint8Array(width * height);
  for (let place = 0; place < bytes.length; place += 1) bytes[place] = data[4 * place];
  return { bytes, width, height };
}

/** Where each byte of a map stands on a scale that ends at `limit`: 0…1 of the colour table. */
export function fractionsOf(signed, own, limit) {
  return Float64Array.from({ length: 256 }, (_, byte) => {
    const value = signed ? ((byte - ZERO) / 127) * own : (byte / 255) * own;
    const share = Math.min(1, Math.max(-1, value / (limit || 1)));
    return signed ? (share + 1) / 2 : Math.max(0, share);
  });
}

/** The whole sheet in colours, as RGBA: each map by its own table of 256. */
export function colouredSheet(layer, sheet, table, ownScale) {
  const [high, wide] = layer.cell;
  const last = table.length / 3 - 1;
  const out = new Uint8ClampedArray(4 * sheet.bytes.length);
  for (let map = 0; map < layer.count; map += 1) {
    const reach = layer.own[map];
    const fractions = fractionsOf(layer.signed, reach, ownScale ? reach : layer.limit);
    const [left, top] = [(map % layer.across) * wide, Math.floor(map / layer.across) * high];
    for (let row = 0; row < high; row += 1) {
      for (let column = 0; column < wide; column += 1) {
        const place = (top + row) * sheet.width + left + column;
        const colour = 3 * Math.floor(fractions[sheet.bytes[place]] * last + 0.5);
        out.set([table[colour], table[colour + 1], table[colour + 2], 255], 4 * place);
      }
    }
  }
  return out;
}

/** One map to be laid over the picture, as RGBA: the farther from 0, the less is seen through it. */
export function overlay(layer, sheet, table, ownScale, map) {
  const [high, wide] = layer.cell;
  const last = table.length / 3 - 1;
  const reach = layer.own[map];
  const fractions = fractionsOf(layer.signed, reach, ownScale ? reach : layer.limit);
  const [left, top] = [(map % layer.across) * wide, Math.floor(map / layer.across) * high];
  const out = new Uint8ClampedArray(4 * high * wide);
  for (let place = 0; place < high * wide; place += 1) {
    const row = top + Math.floor(place / wide);
    const share = fractions[sheet.bytes[row * sheet.width + left + (place % wide)]];
    const size = layer.signed ? Math.abs(2 * share - 1) : share;
    const colour = 3 * Math.floor(share * last + 0.5);
    out.set([table[colour], table[colour + 1], table[colour + 2], 24 + 206 * Math.sqrt(size)], 4 * place);
  }
  return out;
}

/** Map numbers in the order shown: by number, or the strongest first, equals by number. */
export function orderOf(layer, sorted) {
  const numbers = [...Array(layer.count).keys()];
  if (sorted) numbers.sort((one, other) => layer.peaks[other][0] - layer.peaks[one][0] || one - other);
  return numbers;
}

/** The map with the largest number of all, the first of equals. */
export function strongestOf(layer) {
  return orderOf(layer, true)[0];
}

/** The picture's rectangle that map cell (row, column) answers for: {x, y, width, height}. */
export function groundOf(layer, picture) {
  const [down, across] = layer.centres ?? [
    [picture.height / layer.height / 2, picture.height / layer.height],
    [picture.width / layer.width / 2, picture.width / layer.width],
  ];
  return {
    x: across[0] - across[1] / 2,
    y: down[0] - down[1] / 2,
    width: across[1] * layer.step,
    height: down[1] * layer.step,
  };
}

/** [x0, y0, x1, y1] of the pixels that the unit sees, or null. */
export function fieldOf(layer, row, column) {
  if (!layer.rows) return null;
  const [[y0, y1], [x0, x1]] = [layer.rows[row], layer.columns[column]];
  return y0 < y1 && x0 < x1 ? [x0, y0, x1, y1] : null;
}
