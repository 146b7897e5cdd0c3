// The step and the chosen map in the page's address, counted from 1 there. No server is asked.

/** What the address says, counted from 0, if it is below `count`; else null. */
export function placeInUrl(name, count) {
  const asked = Number(new URLSearchParams(window.location.search).get(name) ?? NaN);
  return Number.isInteger(asked) && asked >= 1 && asked <= count ? asked - 1 : null;
}

/** Write places into the address: {step: [place, default], …}; a default is left out. */
export function writePlacesToUrl(places) {
  const url = new URL(window.location.href);
  for (const [name, [place, usual]] of Object.entries(places)) {
    if (place === usual) url.searchParams.delete(name);
    else url.searchParams.set(name, String(place + 1));
  }
  if (url.href !== window.location.href) {
    window.history.replaceState(window.history.state, "", url);
  }
}
