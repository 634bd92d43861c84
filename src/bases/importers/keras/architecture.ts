import type { Architecture } from './applications/index.js';
import type { Hdf5 } from './hdf5.js';
import { type Place, type PlacedLayer, placedLayers, storedPath } from './placed-weights.js';
import { isTrained } from './variables.js';

/** How the weights of a file fit an architecture. */
export interface Fit {
  /** The file's places by `layer/weight`, as far as they were found. */
  readonly places: ReadonlyMap<string, Place>;
  /** The first difference. */
  readonly difference?: { readonly at: number; readonly text: string };
}

/** Weights under one name, as the file has them. */
export interface StoredLayer {
  readonly name: string;
  readonly weights: readonly { readonly path: string; readonly dims: readonly number[] }[];
}

/** The layers that have weights, in the order in which Keras wrote them; `undefined` where the file is of Keras 3 and does not name them. */
export function namedLayers(file: Hdf5): StoredLayer[] | undefined {
  const root = ['', 'model_weights'].find((path) => file.texts(path, 'layer_names') !== undefined);
  if (root === undefined) return undefined;
  const under = (...names: readonly string[]): string => [root, ...names].filter((name) => name !== '').join('/');
  const layers = (file.texts(root, 'layer_names') ?? []).map((name) => {
    const weights = (file.texts(under(name), 'weight_names') ?? []).flatMap((weight) => {
      // How many samples a Normalization saw.
      if (/(?:^|\/)count(?::0)?$/.test(weight)) return [];
      const path = under(name, weight);
      const dims = file.dims(path);
      return dims ? [{ path, dims }] : [];
    });
    return { name, weights };
  });
  return layers.filter(({ weights }) => weights.length > 0);
}

/** The layers of a file of Keras 3 under the names they have there. */
export function numberedLayers(file: Hdf5): StoredLayer[] {
  const layers = new Map<string, StoredLayer['weights'][number][]>();
  for (const path of file.floats('').filter((path) => /^(?:layers|_layer_checkpoint_dependencies)\//.test(path))) {
    const name = numberedName(path);
    layers.set(name, [...(layers.get(name) ?? []), { path, dims: file.dims(path) ?? [] }]);
  }
  return [...layers].map(([name, weights]) => ({ name, weights }));
}

/** The name of the layer whose weight lies at `path`: `conv2d_1`, `sequential/layers/dense`. */
function numberedName(path: string): string {
  return path.replace(/^[^/]*\//, '').replace(/\/vars\/\d+$/, '');
}

/**
 * Finds an architecture's weights in a file. Layers are told by their names where the file has all of them, and else by their order, as
 * Keras does; files of Keras 3 have them in places of their own.
 */
export function fitWeights({ spec, dims }: Architecture, file: Hdf5): Fit {
  const wanted = placedLayers(spec).filter(({ weights }) => weights.length > 0);
  const named = namedLayers(file);
  const pairs = named ? pairLayers(wanted, named) : wanted.map((layer) => ({ layer, stored: storedAt(layer, file) }));
  const found = pairs.map(({ layer, stored }) => placeLayer(layer, stored, dims));
  const places = new Map(found.flatMap((part) => part.places));
  const at = found.findIndex(({ text }) => text !== undefined);
  const text = found[at]?.text ?? surplus(wanted, named ?? numberedLayers(file), places);
  return { places, ...(text === undefined ? {} : { difference: { at: at < 0 ? wanted.length : at, text } }) };
}

interface Pair {
  readonly layer: PlacedLayer;
  readonly stored: StoredLayer | undefined;
}

function pairLayers(wanted: readonly PlacedLayer[], stored: readonly StoredLayer[]): Pair[] {
  const byName = new Map(stored.map((layer) => [layer.name, layer]));
  const isNamed = wanted.every(({ layer }) => byName.has(layer));
  // HDF5 has a layer's trained weights first.
  const inOrder = wanted.map(({ layer, weights }) => ({
    layer,
    weights: weights.toSorted(([a], [b]) => Number(isTrained(b)) - Number(isTrained(a))),
  }));
  return inOrder.map((layer, i) => ({ layer, stored: isNamed ? byName.get(layer.layer) : stored[i] }));
}

function storedAt({ layer, weights }: PlacedLayer, file: Hdf5): StoredLayer {
  const paths = weights.map(([, { path }]) => storedPath(file, path));
  const found = paths.flatMap((path) => ({ path, dims: file.dims(path) })).filter(({ dims }) => dims !== undefined);
  return { name: numberedName(paths[0] ?? layer), weights: found.map(({ path, dims = [] }) => ({ path, dims })) };
}

interface PlacedPart {
  readonly places: readonly (readonly [string, Place])[];
  readonly text?: string;
}

function placeLayer({ layer, weights }: PlacedLayer, stored: StoredLayer | undefined, dims: Architecture['dims']): PlacedPart {
  if (stored?.weights.length !== weights.length) {
    const has = stored ? `"${stored.name}" has ${stored.weights.length}` : 'there are no more layers';
    return { places: [], text: `layer "${layer}" needs ${weights.length} weights, where ${has}` };
  }
  const places = weights.map(([key, { name }], i) => [key, { path: stored.weights[i]?.path ?? '', name }] as const);
  const wrong = weights.findIndex(([key], i) => dims.has(key) && dims.get(key)?.join() !== stored.weights[i]?.dims.join());
  if (wrong < 0) return { places };
  const [key = ''] = weights[wrong] ?? [];
  return { places, text: `"${key}" needs [${dims.get(key)?.join(', ')}], where "${stored.name}" has [${stored.weights[wrong]?.dims.join(', ')}]` };
}

function surplus(wanted: readonly PlacedLayer[], stored: readonly StoredLayer[], places: Fit['places']): string | undefined {
  const taken = new Set([...places.values()].map(({ path }) => path));
  const left = stored.find(({ weights }) => weights.some(({ path }) => !taken.has(path)));
  return left && `it has ${stored.length} layers with weights, "${left.name}" among them, where the architecture has ${wanted.length}`;
}
