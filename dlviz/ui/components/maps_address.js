// Which layer and which map are looked at, and how, in the page's address. No server is asked.

const PLAIN = /^[\w.]{1,80}$/;

/** {at, map, sort, scale} as the address says them; null where it does not, or not so. */
export function wishesInUrl(layers) {
  const asked = new URLSearchParams(window.location.search);
  const read = (name) => {
    const text = asked.get(name);
    return text !== null && PLAIN.test(text) ? text : null;
  };
  const at = layers.findIndex((layer) => layer.name === read("at"));
  const map = /^\d{1,5}$/.test(read("map") ?? "") ? Number(read("map")) : null;
  return {
    at: at < 0 ? null : at,
    map: at >= 0 && map !== null && map < layers[at].count ? map : null,
    sorted: read("sort") === "strength",
    own: read("scale") === "own",
  };
}

/** {name: text or null}: null is a default, which is left out. */
export function writeWishesToUrl(wishes) {
  const url = new URL(window.location.href);
  for (const [name, text] of Object.entries(wishes)) {
    if (text === null) url.searchParams.delete(name);
    else url.searchParams.set(name, text);
  }
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
}
