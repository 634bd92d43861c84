import { addFactors, factorNames, update, updated } from './low-rank.js';
import type { Method } from './method.js';
import type { LoraSpec } from './spec.js';
import { chosen, QUERY_AND_VALUE } from './targets.js';

/** y + scale · B(A(x)), at every place where the layer is applied. */
export const lora: Method<LoraSpec> = {
  add: (edit, spec, { layers, seed }) => {
    for (const layer of chosen(spec.targets, layers, QUERY_AND_VALUE)) {
      const factors = addFactors(edit, layer, spec, seed);
      for (const use of layer.uses) {
        const wide = update(edit, layer, use, factors, spec);
        edit.give({ after: use.node }, 'Add', [edit.takeOver(use.node, use.output), wide], use.output);
      }
    }
  },
  fold: (layer, spec, read, has) => (has(factorNames(layer).a) ? { weight: Float32Array.from(updated(layer, spec, read)) } : undefined),
};
