import { type Graph, type Node, type UseDef, useDef } from '../../../engine/graph/index.js';
import type { Layer, Use } from './layers.js';

/** The last layer of attention or of a feed-forward network, whose result is added to what the network was given. */
export interface SubLayer {
  readonly layer: Layer;
  readonly use: Use;
  readonly kind: 'attention' | 'feed-forward';
}

/** Ops that may stand between a layer and the sum: they keep its width. */
const PASSES = new Set(['Dropout', 'Identity', 'Mul', 'Reshape', 'Transpose']);
/** How many of them. */
const FAR = 6;

/** The sub-layers of a transformer's blocks, found by their residual sums: `[N, T, C]` of a linear layer and another computed value. */
export function findSubLayers(graph: Graph, layers: readonly Layer[]): SubLayer[] {
  const uses = useDef(graph);
  const results = new Map<string, { layer: Layer; use: Use }>();
  for (const layer of layers) if (layer.kind === 'linear') for (const use of layer.uses) results.set(use.result.value, { layer, use });
  const weights = new Set(graph.initializers.keys());
  return graph.nodes.flatMap((sum) => {
    if (sum.op !== 'Add' || sum.inputs.some((name) => weights.has(name))) return [];
    const ends = sum.inputs.flatMap((name) => {
      const end = layerBefore(name, uses, results);
      return end ? [end] : [];
    });
    // In blocks that compute both side by side, both are added to the same sum.
    return ends.map(({ layer, use }) => ({
      layer,
      use,
      kind: isAttention(use.input, uses, weights) ? ('attention' as const) : ('feed-forward' as const),
    }));
  });
}

function layerBefore(value: string, uses: UseDef, results: ReadonlyMap<string, { layer: Layer; use: Use }>): { layer: Layer; use: Use } | undefined {
  let name = value;
  for (let step = 0; step <= FAR; step++) {
    const found = results.get(name);
    if (found) return found;
    const node = uses.producer(name);
    if (!node || !PASSES.has(node.op)) return undefined;
    name = node.inputs.find((input) => uses.producer(input) !== undefined && uses.producer(input)?.op !== 'Constant') ?? '';
  }
  return undefined;
}

/** Whether a layer reads what attention gives: a product of two computed values, but for the order of its numbers. */
function isAttention(value: string, uses: UseDef, weights: ReadonlySet<string>): boolean {
  let node: Node | undefined = uses.producer(value);
  for (let step = 0; step <= FAR && node !== undefined; step++) {
    if (node.op === 'Attention') return true;
    if (node.op === 'MatMul') return node.inputs.every((name) => !weights.has(name) && uses.producer(name)?.op !== 'Constant');
    if (!PASSES.has(node.op) || node.op === 'Mul') return false;
    node = uses.producer(node.inputs[0] ?? '');
  }
  return false;
}
