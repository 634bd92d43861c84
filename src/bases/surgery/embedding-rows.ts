import type { Graph } from '../../engine/graph/index.js';

/** Rows of the table that token ids choose from: how many tokens a text model knows. `undefined` where the graph looks them up otherwise. */
export function embeddingRows({ nodes, initializers }: Graph, ids: string): number | undefined {
  const same = new Set([ids]);
  for (const { op, inputs, outputs } of nodes) {
    if (op === 'Cast' && same.has(inputs[0] ?? '')) same.add(outputs[0] as string);
    if (op === 'Gather' && same.has(inputs[1] ?? '')) return initializers.get(inputs[0] as string)?.dims[0];
  }
  return undefined;
}
