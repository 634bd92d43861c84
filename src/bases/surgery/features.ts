import { fail } from '../../core/index.js';
import { type Graph, type Node, pruneUnused, type TensorType } from '../../engine/graph/index.js';
import { nearest } from './nearest.js';
import { makeNode, namesIn } from './nodes.js';

/**
 * The graph up to `taps`, each pooled to one vector a sample, concatenated: one output `[N, F]`. Spatial maps `[N, C, H, W]` are averaged
 * over their positions, sequences `[N, T, C]` over their tokens; tokens that were laid out in rows `[N·T, C]` are taken as the sequences they were.
 *
 * @param types static types of the graph's values, at any batch size
 * @throws TAP_UNKNOWN, TAP_RANK
 */
export function tapFeatures(
  graph: Graph,
  taps: readonly string[],
  types: ReadonlyMap<string, TensorType>,
): { graph: Graph; output: string; width: number } {
  const taken = namesIn(graph);
  const nodes: Node[] = [];
  const vectors = taps.map((tap) => {
    if (!types.has(tap)) fail('TAP_UNKNOWN', { tap, near: nearest(tap, [...taken]) });
    const value = bySample(tap, graph, types);
    return pool(value, types.get(value) as TensorType, nodes, taken);
  });
  const width = vectors.reduce((sum, vector) => sum + vector.width, 0);
  let output = vectors[0]?.name ?? fail('TAP_UNKNOWN', { tap: '(none)', near: '' });
  if (vectors.length > 1) {
    output = unused('features', taken);
    nodes.push(
      makeNode(
        'Concat',
        vectors.map(({ name }) => name),
        output,
        { axis: 1 },
      ),
    );
  }
  const outputs = [{ name: output, type: { kind: 'tensor' as const, type: 'float32' as const, dims: [null, width] } }];
  return { graph: pruneUnused({ ...graph, nodes: [...graph.nodes, ...nodes], outputs }), output, width };
}

/** The value itself, or the one it was reshaped from where only that one has the samples in front. */
function bySample(tap: string, graph: Graph, types: ReadonlyMap<string, TensorType>): string {
  const input = graph.inputs.find(({ name }) => !graph.initializers.has(name));
  const samples = types.get(input?.name ?? '')?.dims[0];
  let value = tap;
  while (types.get(value)?.dims[0] !== samples) {
    const producer = graph.nodes.find(({ outputs }) => outputs.includes(value));
    if (producer?.op !== 'Reshape') return tap;
    value = producer.inputs[0] as string;
  }
  return value;
}

function pool(tap: string, { dims }: TensorType, nodes: Node[], taken: Set<string>): { name: string; width: number } {
  const width = dims.length === 3 ? (dims[2] as number) : (dims[1] as number);
  if (dims.length === 2) return { name: tap, width };
  const pooled = unused(`${tap}/pooled`, taken);
  if (dims.length === 3) {
    // [N, T, C] → [N, C, T], so that tokens are pooled like positions.
    const swapped = unused(`${tap}/channels-first`, taken);
    nodes.push(makeNode('Transpose', [tap], swapped, { perm: [0, 2, 1] }), makeNode('GlobalAveragePool', [swapped], pooled));
  } else if (dims.length >= 4) nodes.push(makeNode('GlobalAveragePool', [tap], pooled));
  else fail('TAP_RANK', { tap, dims: dims.join('×') });
  const flat = unused(`${tap}/vector`, taken);
  nodes.push(makeNode('Flatten', [pooled], flat, { axis: 1 }));
  return { name: flat, width };
}

/** `name`, or `name_2`, …, whichever is free; it is taken from then on. */
export function unused(name: string, taken: Set<string>): string {
  let candidate = name;
  for (let i = 2; taken.has(candidate); i++) candidate = `${name}_${i}`;
  taken.add(candidate);
  return candidate;
}
