import type { Graph, Model, ValueInfo } from '../../engine/graph/index.js';

/** A model of a graph without training, whose initialisers `fed` become inputs, to be given at every run. */
export function inferenceModel(graph: Graph, opset: number, fed: readonly string[] = []): Model {
  const initializers = new Map(graph.initializers);
  const inputs: ValueInfo[] = [...graph.inputs];
  for (const name of fed) {
    const stored = initializers.get(name);
    if (stored === undefined || stored.type === 'opaque') continue;
    initializers.delete(name);
    inputs.push({ name, type: { kind: 'tensor', type: stored.type, dims: stored.dims } });
  }
  return {
    irVersion: 10,
    producer: { name: 'regraft', version: '' },
    opsets: new Map([['', opset]]),
    metadata: new Map(),
    functions: [],
    graph: { ...graph, inputs, initializers },
  };
}
