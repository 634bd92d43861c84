import { isFloat, rowOf, sizeOf } from '../../core/index.js';
import type { Graph, Node } from '../../engine/graph/index.js';

/** A trainable tensor of a model. */
export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
  readonly size: number;
  /** Position of the first node that reads it, in topological order: small is close to the input. */
  readonly depth: number;
  /** Name of that node. */
  readonly node: string;
}

/**
 * Inputs that carry statistics, ranges or shapes, not weights: a float initialiser read only by these is no parameter.
 */
const NOT_A_WEIGHT: Readonly<Record<string, readonly number[]>> = {
  BatchNormalization: [3, 4],
  Clip: [1, 2],
  Dropout: [1, 2],
  DequantizeLinear: [1, 2],
  OneHot: [1, 2],
  Pad: [1, 2, 3],
  QuantizeLinear: [1, 2],
  Range: [0, 1, 2],
  Resize: [1, 2, 3],
};

/**
 * Names that PyTorch's dynamo exporter gives the numbers in a model's code: `x * 0.5` becomes an initialiser `val_62` of rank 0, with nothing
 * but its name to tell it from a learnt scalar, which has the name of its module (`logit_scale`).
 */
const NUMBER_IN_CODE = /^(val_\d+|scalar_tensor_default(_\d+)?)$/;

/**
 * The float initialisers of a graph that training may change, in the order the data flows. Not among them are BatchNorm statistics, what is
 * read only as a range, ratio or shape, and scalars that an exporter made of numbers in the code (`val_62`, `scalar_tensor_default`).
 */
export function findParameters(graph: Graph): Parameter[] {
  const found = new Map<string, Parameter>();
  graph.nodes.forEach((node, depth) => {
    node.inputs.forEach((name, index) => {
      const stored = graph.initializers.get(name);
      if (found.has(name) || stored === undefined || stored.type === 'opaque' || !isFloat(stored.type) || !isWeightSlot(node, index)) return;
      if (stored.dims.length === 0 && NUMBER_IN_CODE.test(name)) return;
      found.set(name, { name, dims: stored.dims, size: sizeOf(stored.dims), depth, node: node.name });
    });
  });
  return [...found.values()];
}

function isWeightSlot(node: Node, index: number): boolean {
  return !(rowOf(NOT_A_WEIGHT, node.op)?.includes(index) ?? false);
}
