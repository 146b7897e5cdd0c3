// Edits of a list of layers {id, kind, options}: each gives a new list, or the very same one where
// nothing can change. `kinds` says which options a kind has and how they begin.

export const UNDO_STEPS = 100;

export const layerOf = (id, kind, options = {}) => ({ id, kind, options });

/** The value of an option, given or not. */
export function valueOf(layer, option) {
  const given = layer.options[option.name];
  return given === undefined ? option.default : given;
}

const defaultsOf = (kinds, kind) => kinds[kind]?.options ?? [];

/** Whether two lists are the same network, whether or not a default is written down. */
export function sameNet(one, other, kinds) {
  const alike = (layer, twin) =>
    layer.kind === twin.kind &&
    defaultsOf(kinds, layer.kind).every((option) => valueOf(layer, option) === valueOf(twin, option));
  return one.length === other.length && one.every((layer, place) => alike(layer, other[place]));
}

export function insertLayer(layers, at, layer, most) {
  if (layers.length >= most || at < 0 || at > layers.length) return layers;
  return [...layers.slice(0, at), layer, ...layers.slice(at)];
}

export function duplicateLayer(layers, at, id, most) {
  const { kind, options } = layers[at];
  return insertLayer(layers, at + 1, layerOf(id, kind, { ...options }), most);
}

/** Without the layer at a place; a network keeps its last one. */
export function removeLayer(layers, at) {
  return layers.length > 1 ? layers.filter((_, place) => place !== at) : layers;
}

/** The layer at `from` gets the place `to`, the others close up. */
export function moveLayer(layers, from, to) {
  if (from === to || to < 0 || to >= layers.length) return layers;
  const others = layers.filter((_, place) => place !== from);
  return [...others.slice(0, to), layers[from], ...others.slice(to)];
}

const withLayer = (layers, at, changed) =>
  layers.map((layer, place) => (place === at ? { ...layer, ...changed } : layer));

export function setOption(layers, at, option, value) {
  if (valueOf(layers[at], option) === value) return layers;
  return withLayer(layers, at, { options: { ...layers[at].options, [option.name]: value } });
}

/** Another kind at this place. Its options stay where both kinds have the same ones (poolings). */
export function setKind(layers, at, kind, kinds) {
  if (layers[at].kind === kind) return layers;
  const names = (of) => defaultsOf(kinds, of).map((option) => option.name).join();
  const keep = names(kind) === names(layers[at].kind);
  return withLayer(layers, at, { kind, options: keep ? layers[at].options : {} });
}

/** Where a layer is added at the end: before the output layer, which gives one value per class. */
export function endOf(layers) {
  const last = layers[layers.length - 1];
  const output = last.kind === "dense" && (last.options.units ?? null) === null;
  return layers.length - (output ? 1 : 0);
}

/** Layers from elsewhere as ours: one that stays at its place keeps its id, and so its row. */
export function adoptLayers(known, given, newId) {
  return given.map(({ kind, options }, place) => {
    const twin = known[place];
    return layerOf(twin && twin.kind === kind ? twin.id : newId(), kind, { ...options });
  });
}

/** What was done, for undo: edits with the same `tag`, one after the other, are one step. */
export class LayerHistory {
  constructor(layers) {
    this.reset(layers);
  }

  reset(layers) {
    [this.now, this.past, this.future, this.tag] = [layers, [], [], null];
  }

  /** → whether anything changed. */
  do(layers, tag = null) {
    if (layers === this.now) return false;
    if (tag === null || tag !== this.tag) this.past.push(this.now);
    if (this.past.length > UNDO_STEPS) this.past.shift();
    [this.now, this.future, this.tag] = [layers, [], tag];
    return true;
  }

  /** The next edit is a step of its own. */
  rest() {
    this.tag = null;
  }

  undo() {
    return this.go(this.past, this.future);
  }

  redo() {
    return this.go(this.future, this.past);
  }

  go(from, to) {
    if (!from.length) return false;
    to.push(this.now);
    [this.now, this.tag] = [from.pop(), null];
    return true;
  }
}
