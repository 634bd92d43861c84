import { residualBlocks } from '../../../bases/surgery/index.js';
import { attributes, type Graph, type Node, type TensorType } from '../../../engine/graph/index.js';
import { type DropoutMask, reachedFrom } from '../dropout.js';

export interface BranchDropout {
  /** Static types of the graph's values. */
  readonly types: ReadonlyMap<string, TensorType>;
  readonly trainable: ReadonlySet<string>;
  /** Samples in a batch N. */
  readonly rows: number;
  /** Rate p of the last block, in (0, 1); that of block l of L is p · l / L. */
  readonly rate: number;
}

/**
 * Multiplies each residual branch by a mask `[N, 1, …]` that is a graph input: a sample goes past the block where its mask is 0. Where it is not, the
 * branch is divided by the chance of that, so that nothing changes for prediction. Branches that no trained parameter is part of, or whose values
 * do not have the samples in front, stay as they are.
 * Source: Huang et al., "Deep networks with stochastic depth", arXiv 1603.09382, with the linear decay of its section 3.
 */
export function dropBranches(graph: Graph, { types, trainable, rows, rate }: BranchDropout): { graph: Graph; masks: DropoutMask[] } {
  const reached = reachedFrom(graph, trainable);
  const blocks = residualBlocks(graph, types);
  const masks: DropoutMask[] = [];
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const at = blocks.findIndex(({ sum }) => sum === node);
    const branch = blocks[at]?.branch ?? '';
    const dims = types.get(branch)?.dims ?? [];
    if (at < 0 || !reached.has(branch) || dims[0] !== rows) return [node];
    const mask = { name: `regraft.depth.${at}`, dims: dims.map((_, axis) => (axis === 0 ? rows : 1)), ratio: (rate * (at + 1)) / blocks.length };
    masks.push(mask);
    return masked(node, branch, mask.name);
  });
  const inputs = masks.map(({ name, dims }) => ({ name, type: { kind: 'tensor' as const, type: 'float32' as const, dims } }));
  return { graph: { ...graph, nodes, inputs: [...graph.inputs, ...inputs] }, masks };
}

function masked(sum: Node, branch: string, mask: string): Node[] {
  const kept = `${mask}:kept`;
  const product = { name: kept, op: 'Mul', domain: '', inputs: [branch, mask], outputs: [kept], attributes: attributes({}) };
  return [product, { ...sum, inputs: sum.inputs.map((name) => (name === branch ? kept : name)) }];
}
