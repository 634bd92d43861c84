import { directionsOf, innerConfig, type LayerConfig, type ModelSpec, type NamedTensor, type WeightStore } from '../keras-layers/index.js';
import type { Hdf5 } from './hdf5.js';
import { hasCell, snakeCase, weightsOf } from './variables.js';

/** Where the file has a weight, and what Keras calls it. */
interface Place {
  readonly path: string;
  readonly name: string;
}

/**
 * The weights of a `.keras` archive. Its HDF5 file names neither layers nor weights: the second Dense of a model is
 * `layers/dense_1`, whatever its name, and its weights are `vars/0`, `vars/1`. As Keras does on loading, the places are found by going
 * through the model.
 * Source: keras/src/saving/saving_lib.py
 */
export class PlacedWeights implements WeightStore {
  readonly #file: Hdf5;
  readonly #places: ReadonlyMap<string, Place>;

  constructor(spec: ModelSpec, file: Hdf5) {
    this.#file = file;
    this.#places = new Map(placesIn(spec, '', []));
  }

  find(layer: string, weight: string, parents: readonly string[]): NamedTensor | undefined {
    const place = this.#places.get([...parents, layer, weight].join('/'));
    const tensor = place && (this.#file.tensor(place.path) ?? this.#file.tensor(earlier(place.path)));
    return tensor && { name: place.name, tensor };
  }
}

/** Keras 2.13 called the lists of layers otherwise. */
function earlier(path: string): string {
  return path.replaceAll(/(?<=^|\/)layers(?=\/)/g, '_layer_checkpoint_dependencies');
}

function* placesIn(model: ModelSpec, at: string, parents: readonly string[]): Iterable<[string, Place]> {
  const seen = new Map<string, number>();
  for (const layer of model.layers) {
    if (layer.kind === 'input') continue;
    const type = snakeCase(layer.kind === 'model' ? layer.model.type : layer.config.type);
    const count = seen.get(type) ?? 0;
    seen.set(type, count + 1);
    const path = `${at}layers/${type}${count === 0 ? '' : `_${count}`}`;
    if (layer.kind === 'model') yield* placesIn(layer.model, `${path}/`, [...parents, layer.name]);
    else yield* placesOf(layer.config, path, parents);
  }
}

/** The places of a layer's weights; a wrapper has none of its own. */
function* placesOf(config: LayerConfig, path: string, parents: readonly string[]): Iterable<[string, Place]> {
  const around = [...parents, config.layer];
  if (config.type === 'Bidirectional') {
    const [forward, backward] = directionsOf(config);
    yield* placesOf(forward, `${path}/forward_layer`, around);
    yield* placesOf(backward, `${path}/backward_layer`, around);
  } else if (config.type === 'TimeDistributed') {
    yield* placesOf(innerConfig(config), `${path}/layer`, around);
  } else {
    yield* variablesOf(config, path, around);
  }
}

function* variablesOf(config: LayerConfig, path: string, scopes: readonly string[]): Iterable<[string, Place]> {
  const cell = hasCell(config) ? { path: '/cell', scopes: [`${snakeCase(config.type)}_cell`] } : { path: '', scopes: [] };
  for (const [index, weight] of weightsOf(config).entries()) {
    const name = [...scopes, ...cell.scopes, weight].join('/');
    yield [[...scopes, weight].join('/'), { path: `${path}${cell.path}/vars/${index}`, name }];
  }
}
