import { float32, Random, sizeOf, type Tensor } from '../../core/index.js';
import type { Graph, Node, StoredTensor } from '../../engine/graph/index.js';
import { unused } from './features.js';
import { makeNode, namesIn } from './nodes.js';

/** A new head on top of a feature vector. */
export interface HeadSpec {
  /** Widths of the hidden layers; empty for a linear head. */
  readonly hidden: readonly number[];
  /** Dropout before each layer, in [0, 1). */
  readonly dropout: number;
}

/**
 * Puts a fully connected head on the graph's only output `[N, width]`: Gemm, and ReLU between layers; on `[N, T, width]`, where each token has an
 * answer of its own, the same for every token. Its parameters are `head.0.weight` `[out, in]`, `head.0.bias` `[out]`, `head.1.weight`, …, drawn from
 * U(−1/√in, 1/√in) as PyTorch's `Linear` does.
 */
export function attachHead(
  graph: Graph,
  features: string,
  width: number,
  outputs: number,
  spec: HeadSpec,
  seed: number,
  per: 'sample' | 'token' = 'sample',
): Graph {
  const taken = namesIn(graph);
  const initializers = new Map(graph.initializers);
  const nodes: Node[] = [];
  const widths = [width, ...spec.hidden, outputs];
  let value = features;
  for (let layer = 0; layer + 1 < widths.length; layer++) {
    const [from, to] = [widths[layer] as number, widths[layer + 1] as number];
    if (spec.dropout > 0) value = dropout(value, `head.${layer}.dropout`, spec.dropout, nodes, initializers, taken);
    const weight = unused(`head.${layer}.weight`, taken);
    const bias = unused(`head.${layer}.bias`, taken);
    initializers.set(weight, uniform([to, from], 1 / Math.sqrt(from), seed, weight));
    initializers.set(bias, uniform([to], 1 / Math.sqrt(from), seed, bias));
    const last = layer + 2 === widths.length;
    const sum = unused(last ? 'logits' : `head.${layer}`, taken);
    nodes.push(...(per === 'sample' ? [makeNode('Gemm', [value, weight, bias], sum, { transB: 1 })] : tokenLayer(value, weight, bias, sum, taken)));
    value = last ? sum : unused(`head.${layer}.relu`, taken);
    if (!last) nodes.push(makeNode('Relu', [sum], value));
  }
  return {
    ...graph,
    nodes: [...graph.nodes, ...nodes],
    outputs: [{ name: value, type: { kind: 'tensor', type: 'float32', dims: per === 'sample' ? [null, outputs] : [null, null, outputs] } }],
    initializers,
  };
}

/** A linear layer over the last axis. */
function tokenLayer(value: string, weight: string, bias: string, sum: string, taken: Set<string>): Node[] {
  const [turned, product] = [unused(`${weight}/transposed`, taken), unused(`${sum}/product`, taken)];
  return [
    makeNode('Transpose', [weight], turned, { perm: [1, 0] }),
    makeNode('MatMul', [value, turned], product),
    makeNode('Add', [product, bias], sum),
  ];
}

function dropout(input: string, name: string, ratio: number, nodes: Node[], initializers: Map<string, StoredTensor>, taken: Set<string>): string {
  const rate = unused(`${name}.ratio`, taken);
  const output = unused(name, taken);
  initializers.set(rate, float32([], [ratio]));
  nodes.push(makeNode('Dropout', [input, rate], output));
  return output;
}

/** Parameters drawn anew from U(−bound, bound); the stream is the parameter's name. */
export function uniform(dims: readonly number[], bound: number, seed: number, name: string): Tensor {
  const random = new Random(seed, name);
  return float32(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, () => random.uniform(-bound, bound)),
  );
}
