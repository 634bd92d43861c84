import { fail, type Tensor } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';

/**
 * A model whose last linear layer gives `factor` · y + `offset` where it gave y, column by column.
 * @param layer names of its weight `[out, in]` and bias `[out]`
 * @param factor one number a column, as `offset`
 * @throws GRAPH_NO_VALUE
 */
export function rescaled(model: Model, layer: readonly [string, string], factor: readonly number[], offset: readonly number[]): Model {
  const [weight, bias] = layer.map((name) => floats(model, name)) as [Tensor, Tensor];
  const width = weight.dims[1] as number;
  const scaled: readonly (readonly [string, Tensor])[] = [
    [layer[0], { ...weight, data: (weight.data as Float32Array).map((value, i) => value * (factor[Math.floor(i / width)] as number)) }],
    [layer[1], { ...bias, data: (bias.data as Float32Array).map((value, i) => value * (factor[i] as number) + (offset[i] as number)) }],
  ];
  return { ...model, graph: { ...model.graph, initializers: new Map([...model.graph.initializers, ...scaled]) } };
}

function floats({ graph }: Model, name: string): Tensor {
  const stored = graph.initializers.get(name);
  if (stored === undefined || stored.type === 'opaque') return fail('GRAPH_NO_VALUE', { name });
  return stored;
}
