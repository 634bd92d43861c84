import type { Tensor } from '../../src/core/index.js';
import { type AttributeValue, attributes } from '../../src/engine/graph/attributes.js';
import type { Graph, Model, Node, StoredTensor, ValueInfo, ValueType } from '../../src/engine/graph/model.js';

/** Small graphs for tests. */
interface GraphParts {
  readonly nodes: readonly Node[];
  readonly inputs?: readonly (string | ValueInfo)[];
  readonly outputs: readonly (string | ValueInfo)[];
  readonly initializers?: Readonly<Record<string, StoredTensor>>;
}

const UNKNOWN: ValueType = { kind: 'tensor', type: 'float32', dims: undefined };

function infoOf(value: string | ValueInfo): ValueInfo {
  return typeof value === 'string' ? { name: value, type: UNKNOWN } : value;
}

/** Inputs and outputs given by name are float32 tensors of unknown shape. */
export function graphOf({ nodes, inputs = [], outputs, initializers = {} }: GraphParts): Graph {
  return {
    name: 'test',
    nodes,
    inputs: inputs.map(infoOf),
    outputs: outputs.map(infoOf),
    initializers: new Map(Object.entries(initializers)),
    valueInfo: new Map(),
  };
}

export function modelOf(parts: GraphParts, opset = 21): Model {
  return {
    irVersion: opset >= 21 ? 10 : 8,
    producer: { name: 'test', version: '' },
    opsets: new Map([['', opset]]),
    metadata: new Map(),
    functions: [],
    graph: graphOf(parts),
  };
}

/** A node of the standard domain, or of `DOMAIN::OP`. */
export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  name = outputs[0] ?? op,
  values: Readonly<Record<string, AttributeValue>> = {},
): Node {
  const [domain, type] = op.includes('::') ? op.split('::') : ['', op];
  return { name, op: type ?? op, domain: domain ?? '', inputs, outputs, attributes: attributes(values) };
}

export function input(name: string, { type, dims }: Pick<Tensor, 'type' | 'dims'>): ValueInfo {
  return { name, type: { kind: 'tensor', type, dims } };
}
