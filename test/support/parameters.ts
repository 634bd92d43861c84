import { findParameters, prepareModel } from '../../src/bases/surgery/index.js';
import type { Model } from '../../src/engine/graph/index.js';

/** Names of what training a model may change, sorted. */
export function parameterNames(model: Model): string[] {
  return findParameters(prepareModel(model).graph)
    .map(({ name }) => name)
    .sort();
}
