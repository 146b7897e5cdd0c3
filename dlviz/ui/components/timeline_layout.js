// Where a timeline's entries stand: early years close together, the crowded last ones wide.

export const LANE = 25; // CSS pixels a row of labels
const LETTER = 7.6; // of 14 px type, on the safe side
const GAP = 10;

/** A year's place 0…1 on a scale of [year, place] pairs, straight in between. */
export function timePlace(when, scale) {
  const next = Math.max(1, scale.findIndex(([year]) => year >= when));
  const [[from, low], [to, high]] = [scale[next - 1], scale[next]];
  return low + ((high - low) * (when - from)) / (to - from);
}

/** Labels in as few rows as they need: the first row whose last label has ended. → rows by entry. */
export function timeLanes(places, words, width) {
  const ends = [];
  return places.map((place, index) => {
    const long = words[index].length * LETTER;
    const left = Math.min(Math.max(0, place - 8), width - long);
    let row = ends.findIndex((end) => end + GAP <= left);
    if (row < 0) row = ends.length;
    ends[row] = left + long;
    return { row, left, long };
  });
}
