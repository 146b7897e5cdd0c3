// Grids that belong together change at once, ahead of the page's rerun: the one that was clicked
// fetches what all of them are to show. The rerun brings the same pictures, and all the rest.

const PATIENCE = 250; // ms, then the rerun is asked for whatever comes of this
const TRUST = 3000; // ms in which answers to earlier clicks are held back
export const TOGETHER = "dlviz-tiles-ahead";

/** {grid: what it is to show}; null where the rerun has to bring it. */
async function fetchGrids({ path, token }, number, signal) {
  const answer = await fetch(`${path}?token=${token}&number=${number}`, { signal });
  return answer.status === 200 ? answer.json() : null;
}

/** When the frame that is drawn now is on the screen; a hidden page draws none. */
function painted() {
  return new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 100);
  });
}

/** Show `number` in all grids, all decoded before the first is drawn. */
async function showTogether(token, number, grids, signal) {
  const detail = { token, number, grids, draws: [] };
  window.dispatchEvent(new CustomEvent(TOGETHER, { detail }));
  const draws = await Promise.all(detail.draws);
  if (signal.aborted) return;
  draws.forEach((draw) => draw());
  await painted();
}

/** Show `number` ahead, then `tell` the page of it; a newer click, which aborts, tells instead. */
export async function goAhead(ahead, number, tell, signal) {
  let told = false;
  const tellOnce = () => {
    if (!told && !signal.aborted) tell();
    told = true;
  };
  const late = setTimeout(tellOnce, PATIENCE);
  try {
    const grids = await fetchGrids(ahead, number, signal);
    if (grids && !signal.aborted) await showTogether(ahead.token, number, grids, signal);
  } catch {
    // No way to the server, or a newer click: a rerun brings what is to be seen.
  }
  clearTimeout(late);
  tellOnce();
}

/** How long to hold back `data` of the page, in ms: as long as it may answer an earlier click. */
export function heldBack(shown, data, now) {
  if (!shown || data.ahead?.token !== shown.token || data.ahead.number === shown.number) return 0;
  return Math.max(0, shown.at + TRUST - now);
}
