import {
  directionsOf,
  innerConfig,
  type LayerConfig,
  type LayerSpec,
  type ModelSpec,
  type NamedTensor,
  type WeightStore,
} from '../keras-layers/index.js';
import type { Hdf5 } from './hdf5.js';
import { hasCell, snakeCase, weightsOf } from './variables.js';

/** Where the file has a weight, and what Keras calls it. */
export interface Place {
  readonly path: string;
  readonly name: string;
}

/** A weight's key, `layer/weight` behind the models and wrappers around it, and its place. */
type Placed = readonly [key: string, place: Place];

/** Weights whose places in the file are known. */
export class PlacedWeights implements WeightStore {
  readonly #file: Hdf5;
  readonly #places: ReadonlyMap<string, Place>;

  constructor(file: Hdf5, places: Iterable<Placed>) {
    this.#file = file;
    this.#places = new Map(places);
  }

  find(layer: string, weight: string, parents: readonly string[]): NamedTensor | undefined {
    const place = this.#places.get([...parents, layer, weight].join('/'));
    const tensor = place && this.#file.tensor(storedPath(this.#file, place.path));
    return tensor && { name: place.name, tensor };
  }
}

/** The path at which a file has what Keras 3 has at `path`: Keras 2.13 called the lists of layers otherwise. */
export function storedPath(file: Hdf5, path: string): string {
  const earlier = path.replaceAll(/(?<=^|\/)layers(?=\/)/g, '_layer_checkpoint_dependencies');
  return file.dims(path) === undefined && file.dims(earlier) !== undefined ? earlier : path;
}

/** A layer of the outermost model, with the places of its weights and of those of the layers in it. */
export interface PlacedLayer {
  readonly layer: string;
  readonly weights: readonly Placed[];
}

/**
 * Where a file of Keras 3 has its weights, which names neither layers nor weights: the second Dense of a model is
 * `layers/dense_1`, whatever its name, and its weights are `vars/0`, `vars/1`. As Keras does on loading, the places are found by going
 * through the model.
 * Source: keras/src/saving/saving_lib.py
 */
export function placedLayers(model: ModelSpec, at = '', parents: readonly string[] = []): PlacedLayer[] {
  const seen = new Map<string, number>();
  return model.layers.map((layer) => {
    if (layer.kind === 'input') return { layer: layer.name, weights: [] };
    const type = snakeCase(layer.kind === 'model' ? layer.model.type : layer.config.type);
    const count = seen.get(type) ?? 0;
    seen.set(type, count + 1);
    return { layer: layer.name, weights: weightsIn(layer, `${at}layers/${type}${count === 0 ? '' : `_${count}`}`, parents) };
  });
}

function weightsIn(layer: LayerSpec, path: string, parents: readonly string[]): Placed[] {
  if (layer.kind === 'model') return placedLayers(layer.model, `${path}/`, [...parents, layer.name]).flatMap(({ weights }) => weights);
  return layer.kind === 'layer' ? [...placesOf(layer.config, path, parents)] : [];
}

/** The places of a layer's weights; a wrapper has none of its own. */
function* placesOf(config: LayerConfig, path: string, parents: readonly string[]): Iterable<Placed> {
  const around = [...parents, config.layer];
  if (config.type === 'Bidirectional') {
    const [forward, backward] = directionsOf(config);
    yield* placesOf(forward, `${path}/forward_layer`, around);
    yield* placesOf(backward, `${path}/backward_layer`, around);
  } else if (config.type === 'TimeDistributed') {
    yield* placesOf(innerConfig(config), `${path}/layer`, around);
  } else if (config.type === 'MultiHeadAttention') {
    yield* projectionsOf(config, path, around);
  } else {
    yield* variablesOf(config, path, around);
  }
}

/** The projections of an attention layer by their names, and by those of its attributes. */
const PROJECTIONS = { query: 'query_dense', key: 'key_dense', value: 'value_dense', attention_output: 'output_dense' };

function* projectionsOf(config: LayerConfig, path: string, scopes: readonly string[]): Iterable<Placed> {
  for (const [part, attribute] of Object.entries(PROJECTIONS)) {
    for (const [index, weight] of (config.flag('use_bias', true) ? ['kernel', 'bias'] : ['kernel']).entries()) {
      const name = [...scopes, part, weight].join('/');
      yield [name, { path: `${path}/${attribute}/vars/${index}`, name }];
    }
  }
}

function* variablesOf(config: LayerConfig, path: string, scopes: readonly string[]): Iterable<Placed> {
  const cell = hasCell(config) ? { path: '/cell', scopes: [`${snakeCase(config.type)}_cell`] } : { path: '', scopes: [] };
  for (const [index, weight] of weightsOf(config).entries()) {
    const name = [...scopes, ...cell.scopes, weight].join('/');
    yield [[...scopes, weight].join('/'), { path: `${path}${cell.path}/vars/${index}`, name }];
  }
}
