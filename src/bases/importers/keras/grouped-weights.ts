import { type NamedTensor, NamedWeights, type WeightStore } from '../keras-layers/index.js';
import type { Hdf5 } from './hdf5.js';

const ROOT = 'model_weights';

/**
 * The weights of a whole-model HDF5 file. Every layer of the outermost model has a group, in which Keras names the weights by scopes that
 * differ between versions: `dense/dense/kernel:0`, `dense/sequential/dense/kernel`. Those of layers in nested models lie in the nested
 * model's group.
 */
export class GroupedWeights implements WeightStore {
  readonly #file: Hdf5;
  readonly #groups = new Map<string, NamedWeights>();

  constructor(file: Hdf5) {
    this.#file = file;
  }

  find(layer: string, weight: string, parents: readonly string[]): NamedTensor | undefined {
    return this.#group(parents[0] ?? layer).find(layer, weight, parents);
  }

  #group(name: string): NamedWeights {
    const known = this.#groups.get(name);
    if (known) return known;
    const paths = this.#paths(name);
    const made = new NamedWeights(paths.keys(), (weight) => this.#file.tensor(paths.get(weight) ?? ''));
    this.#groups.set(name, made);
    return made;
  }

  /** Where the group has its weights, by their names. */
  #paths(group: string): Map<string, string> {
    const paths = this.#file.floats(`${ROOT}/${group}`);
    return new Map(paths.map((path) => [`${group}/${withoutScopes(path, group)}`, `${ROOT}/${group}/${path}`]));
  }
}

/** The name from the layer on, without Keras 2's output number. LayerScale alone gives its weight no name, for which Keras makes one. */
function withoutScopes(path: string, group: string): string {
  const own = `/${path}`.split(`/${group}/`).at(-1) ?? path;
  return own.replace(/^\/|:0$/g, '').replace(/(?<=^|\/)variable(?:_\d+)?$/, 'gamma');
}
