import { type Model, reads, unpackFourBits } from '../../../../engine/graph/index.js';

/** The model with four-bit weights and zero points in eight bits, where only dequantising operators read them. */
export function withEightBits(model: Model): Model {
  const others = new Set(model.graph.nodes.flatMap((node) => (node.op === 'DequantizeLinear' ? [] : reads(node))));
  const unpacked = [...model.graph.initializers].flatMap(([name, tensor]) => {
    const eight = tensor.type === 'opaque' && !others.has(name) ? unpackFourBits(tensor) : undefined;
    return eight ? [[name, eight] as const] : [];
  });
  if (unpacked.length === 0) return model;
  return { ...model, graph: { ...model.graph, initializers: new Map([...model.graph.initializers, ...unpacked]) } };
}
