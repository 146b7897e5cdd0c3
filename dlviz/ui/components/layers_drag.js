// Dragging a row by its handle, with a mouse or a finger.

const BEGIN = 4; // px before a press is a drag

/** The place that a row dragged to `y` gets among rows whose middles are given, itself left out. */
export const placeAt = (y, middles) => middles.filter((middle) => middle < y).length;

/** Let `row` be dragged; `owner` has root, rows (in order) and move(from, to). */
export function letDrag(row, owner) {
  let drag = null;
  const others = () => owner.rows.filter((one) => one !== row);

  function begin(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    owner.root.focus({ preventScroll: true }); // Ctrl+Z takes the move back
    row.handle.setPointerCapture(event.pointerId);
    drag = { y: event.clientY, from: owner.rows.indexOf(row), to: null };
  }

  function move(event) {
    if (!drag) return;
    const way = event.clientY - drag.y;
    if (drag.to === null && Math.abs(way) < BEGIN) return;
    const middles = others().map(({ node }) => {
      const { top, height } = node.getBoundingClientRect();
      return top + height / 2;
    });
    drag.to = placeAt(event.clientY, middles);
    row.node.classList.add("dragged");
    row.node.style.transform = `translateY(${way}px)`;
    // The line where it would land: above the row that then follows, or below the last one.
    others().forEach(({ node }, place, all) => {
      node.classList.toggle("land-before", place === drag.to);
      node.classList.toggle("land-after", place === all.length - 1 && drag.to === all.length);
    });
  }

  function end(cancelled) {
    if (!drag) return;
    const { from, to } = drag;
    drag = null;
    row.node.classList.remove("dragged");
    row.node.style.transform = "";
    for (const { node } of owner.rows) node.classList.remove("land-before", "land-after");
    if (!cancelled && to !== null) owner.move(from, to);
  }

  row.handle.addEventListener("pointerdown", begin);
  row.handle.addEventListener("pointermove", move);
  row.handle.addEventListener("pointerup", () => end(false));
  row.handle.addEventListener("pointercancel", () => end(true));
}
