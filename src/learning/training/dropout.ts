import { randomMask, sizeOf, type Tensor, toNumbers } from '../../core/index.js';
import { attributes, type Graph, type Node, type TensorType } from '../../engine/graph/index.js';

/** A dropout layer whose mask is fed at every step, so that randomness is ours and a resumed run repeats it. */
export interface DropoutMask {
  /** Graph input that takes the mask. */
  readonly name: string;
  readonly dims: readonly number[];
  /** Share of elements set to zero, in (0, 1). */
  readonly ratio: number;
}

/**
 * Replaces each active Dropout node by a product with a mask that is a graph input.
 *
 * @param isActive whether a node's output depends on trainable parameters; elsewhere dropout stays off
 */
export function maskDropout(
  graph: Graph,
  types: ReadonlyMap<string, TensorType>,
  isActive: (node: Node) => boolean,
): { graph: Graph; masks: DropoutMask[] } {
  const masks: DropoutMask[] = [];
  const nodes = graph.nodes.map((node) => {
    const ratio = node.op === 'Dropout' && node.domain === '' ? ratioOf(node, graph) : 0;
    const type = types.get(node.outputs[0] ?? '');
    if (ratio === 0 || type === undefined || !isActive(node)) return node;
    const mask = { name: `regraft.dropout.${masks.length}`, dims: type.dims, ratio };
    masks.push(mask);
    return { ...node, op: 'Mul', inputs: [node.inputs[0] as string, mask.name], outputs: node.outputs.slice(0, 1), attributes: attributes({}) };
  });
  const inputs = masks.map(({ name, dims }) => ({ name, type: { kind: 'tensor' as const, type: 'float32' as const, dims } }));
  return masks.length === 0 ? { graph, masks } : { graph: { ...graph, nodes, inputs: [...graph.inputs, ...inputs] }, masks };
}

/** Parameters and all values that are computed from them. */
export function reachedFrom(graph: Graph, parameters: ReadonlySet<string>): ReadonlySet<string> {
  const reached = new Set(parameters);
  for (const node of graph.nodes) if (node.inputs.some((name) => reached.has(name))) for (const output of node.outputs) reached.add(output);
  return reached;
}

/** Parameters, and what is computed from these and constants alone, such as their transposes. */
export function rearranged({ nodes, initializers }: Graph, parameters: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set(parameters);
  for (const { inputs, outputs } of nodes) {
    const isOwn = inputs.some((name) => found.has(name)) && inputs.every((name) => name === '' || found.has(name) || initializers.has(name));
    if (isOwn) for (const output of outputs) found.add(output);
  }
  return found;
}

function ratioOf(node: Node, graph: Graph): number {
  const name = node.inputs[1];
  if (name === undefined || name === '') return 0.5;
  const stored = graph.initializers.get(name) ?? constantNode(graph, name);
  return stored === undefined || stored.type === 'opaque' ? 0 : (toNumbers(stored)[0] ?? 0);
}

function constantNode(graph: Graph, name: string): Tensor | undefined {
  const value = graph.nodes.find((node) => node.op === 'Constant' && node.outputs[0] === name)?.attributes['value'];
  return value?.kind === 'tensor' && value.value.type !== 'opaque' ? value.value : undefined;
}

/**
 * The masks of one step, or micro-batch of a step: 0 with probability `ratio`, else 1 / (1 − ratio).
 * @param step which step of the run this is; another name gives other masks
 */
export function drawMasks(masks: readonly DropoutMask[], seed: number, step: string): Record<string, Tensor> {
  return Object.fromEntries(
    masks.map(({ name, dims, ratio }) => {
      const data = randomMask(seed, `${name}:${step}`, sizeOf(dims), ratio, 1 / (1 - ratio));
      return [name, { type: 'float32', dims, data }];
    }),
  );
}
