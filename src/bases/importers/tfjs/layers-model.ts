import type { Tensor } from '../../../core/index.js';
import type { JsonObject } from '../json.js';
import { assembleModel, NamedWeights, readTopology } from '../keras-layers/index.js';
import type { Import } from '../types.js';

/** A layers model, as Keras describes them. */
export function importLayersModel(topology: JsonObject, weights: ReadonlyMap<string, Tensor>): Import {
  const spec = readTopology(topology);
  return {
    model: assembleModel(spec, new NamedWeights(weights.keys(), (name) => weights.get(name)), { bilinear: 'asymmetric', hardSigmoidSlope: 0.2 }),
    notes: [],
  };
}
