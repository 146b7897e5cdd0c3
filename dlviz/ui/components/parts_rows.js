// The rows of the table: Δ of a part, of one place and of random places as dots with deviations.

/** What is compared, in the order of drawing: [key, words, colour, how far down in a row]. */
export const KINDS = [
  ["part", "this part", "#0072b2", 2],
  ["place", "one place", "#009e73", 10],
  ["random", "random places", "#d55e00", 18],
];

function make(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

const spreadText = ([mean, deviation]) => `${mean.toFixed(2)} ± ${deviation.toFixed(2)}`;

/** The numbers of a cell, as they are read. */
export function cellText(result) {
  return KINDS.map(([kind]) => result[kind][0].toFixed(2)).join(" · ");
}

/** Where something stands on the scale, in per cent. */
export function onScale(value, limit) {
  return Math.min(100, Math.max(0, (100 * value) / limit));
}

function cellOf(result, limit) {
  const cell = make("div", "cell");
  if (!result) return cell;
  const track = make("div", "track");
  for (const [kind, words, colour, down] of KINDS) {
    const [mean, deviation] = result[kind];
    const [bar, dot] = [make("i", kind), make("b", kind)];
    const [low, high] = [onScale(mean - deviation, limit), onScale(mean + deviation, limit)];
    bar.style.left = `${low}%`;
    bar.style.width = `${high - low}%`;
    dot.style.left = `${onScale(mean, limit)}%`;
    dot.title = `${words}: ${spreadText(result[kind])}`;
    for (const node of [bar, dot]) Object.assign(node.style, { top: `${down}px`, background: colour });
    track.append(bar, dot);
  }
  cell.append(track, make("span", "", cellText(result)));
  return cell;
}

/** The line above the table: where the scale ends, the layers, and what the dots are. */
export function headRow(data) {
  const row = make("div", "row head");
  row.setAttribute("role", "presentation");
  row.append(make("span", "", `Δ, 0 to ${data.limit}`));
  data.layers.forEach((title, at) => {
    const words = make("span", "", title);
    if (at === 0) words.append(...KINDS.flatMap(([kind, name, colour]) => {
      const key = make("u", `key ${kind}`);
      key.style.background = colour;
      return [key, name];
    }));
    row.append(words);
  });
  return row;
}

/** A row for one part. */
export function partRow(part, data, chosen) {
  const row = make("div", "row");
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", String(chosen));
  row.append(make("span", "", part.name));
  data.layers.forEach((_title, at) => row.append(cellOf(part.results && part.results[at], data.limit)));
  return row;
}
