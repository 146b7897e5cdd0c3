// Keys and pointer inside the live view: its tabs, and the cells of the confusion matrix.

// Keys that the page has shortcuts for; what they do in here stays in here.
const OWN_KEYS = [" ", "Enter", "Home", "End", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/**
 * Buttons and the matrix keep their keys from the page. A button that was clicked gives the focus
 * back, so that Space still pauses after a click on a tab.
 */
export function keepKeys(root) {
  root.addEventListener("keydown", (event) => {
    if (OWN_KEYS.includes(event.key) && !event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
  root.addEventListener("click", (event) => {
    if (event.detail > 0) event.target.closest("button")?.blur();
  });
}

/** Where a key leads from place `at` of `count`, null if it leads nowhere. */
export function nextPlace(key, at, count) {
  const steps = { ArrowLeft: count - 1, ArrowRight: 1 };
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return key in steps ? (at + steps[key]) % count : null;
}

/** Tabs with arrow keys (ARIA Authoring Practices); `choose(name)` when a hand opens one. */
export class Tabs {
  constructor(buttons, choose) {
    this.buttons = buttons;
    buttons.forEach((button, at) => {
      button.onclick = () => choose(button.dataset.view);
      button.onkeydown = (event) => {
        const next = nextPlace(event.key, at, buttons.length);
        if (next == null) return;
        event.preventDefault();
        choose(buttons[next].dataset.view);
        buttons[next].focus();
      };
    });
  }

  mark(name) {
    for (const button of this.buttons) {
      const open = button.dataset.view === name;
      button.setAttribute("aria-selected", String(open));
      button.tabIndex = open ? 0 : -1;
    }
  }
}

/**
 * Which view is open when the page asks for one: what a hand chose counts until the page has heard
 * of it, for an answer may be older than the click. → [view, what the page has not heard of yet]
 */
export function viewAfter(asked, open, unheard) {
  if (unheard == null || unheard === asked) return [asked, null];
  return [open, unheard];
}

/** Where a key moves the marked cell of `count`×`count`; null for other keys. */
export function nextCell(key, marked, count) {
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  if (key === "Home") return [0, 0];
  if (key === "End") return [count - 1, count - 1];
  if (!(key in steps)) return null;
  if (!marked) return [0, 0];
  return marked.map((place, axis) => Math.min(count - 1, Math.max(0, place + steps[key][axis])));
}

/** The pointer and the keys mark a cell: `mark(cell or null)`; `look()` → {count, find(x, y), marked}. */
export function markCells(canvas, look, mark) {
  canvas.onpointermove = canvas.onpointerdown = (event) => {
    const { left, top } = canvas.getBoundingClientRect();
    mark(look().find(event.clientX - left, event.clientY - top));
  };
  canvas.onpointerleave = () => mark(null);
  canvas.onmousedown = (event) => event.preventDefault(); // the page's keys stay the page's
  canvas.onblur = () => mark(null);
  canvas.onfocus = () => mark([0, 0]);
  canvas.onkeydown = (event) => {
    const { count, marked } = look();
    const next = nextCell(event.key, marked, count);
    if (!next) return;
    event.preventDefault();
    mark(next);
  };
}
