import type { Model } from '../../engine/graph/index.js';
import type { WeightNames } from './huggingface/weight-names.js';

export type { WeightNames };

/**
 * How a model's weights are called in the files of transformers. The families, which know, are loaded when they are asked.
 * @returns `undefined` where the model was not imported from transformers
 */
export async function weightNames(model: Model): Promise<WeightNames | undefined> {
  return (await import('./huggingface/weight-names.js')).weightNames(model);
}
