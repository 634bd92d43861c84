import { type Graph, isStandardOp, type Node, subgraphs } from '../../../engine/graph/index.js';
import { fusedExpansions } from './fused/table.js';
import type { Widened } from './precision/widen.js';

/** How many nodes of each name there are, also in subgraphs; `nameOf` gives none to those that do not count. */
export function tally(graph: Graph, nameOf: (node: Node) => string | undefined): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const visit = (body: Graph): void => {
    for (const node of body.nodes) {
      const name = nameOf(node);
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
      subgraphs(node).forEach(visit);
    }
  };
  visit(graph);
  return counts;
}

function list(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, count]) => (count === 1 ? name : `${count} ${name}`)).join(', ');
}

function weightsOf(count: number): string {
  return count === 1 ? '1 weight' : `${count} weights`;
}

export function widenedNote({ types, weights, values }: Widened): readonly string[] {
  if (types.length === 0) return [];
  const signature = values.length === 0 ? '' : ` ${values.map((name) => `"${name}"`).join(', ')} ${values.length === 1 ? 'is' : 'are'} float32 now.`;
  return [`The model was widened from ${types.join(' and ')} to float32 (${weightsOf(weights)}).${signature}`];
}

export function fusedNote(fused: ReadonlyMap<string, number>): readonly string[] {
  return fused.size === 0 ? [] : [`Fused operators were written out as standard ones: ${list(fused)}.`];
}

export function quantisedNote(quantised: ReadonlyMap<string, number>, weights: number): readonly string[] {
  if (quantised.size === 0) return [];
  return [
    `The model was quantised (${list(quantised)}). ${weightsOf(weights)} became float32 and the rounding of activations was left out, so results differ slightly from the quantised model's.`,
  ];
}

/** What is left that no gradient flows through. */
export function integerNote(left: ReadonlyMap<string, number>): readonly string[] {
  return left.size === 0 ? [] : [`${list(left)} could not be dequantised: what lies below has no gradient.`];
}

/** All operators at once that nothing can be done with. */
export function unknownNote(graph: Graph): readonly string[] {
  const unknown = tally(graph, ({ op, domain }) => (domain === '' && isStandardOp(op) ? undefined : `${domain || 'ai.onnx'}::${op}`));
  if (unknown.size === 0) return [];
  return [
    `The model can be inspected but not trained: ${list(unknown)} ${unknown.size === 1 ? 'is' : 'are'} not of the ONNX standard. ` +
      `Of com.microsoft, ${Object.keys(fusedExpansions).sort().join(', ')} and the operators of quantised models are known; a row of src/bases/importers/onnx/fused/table.ts adds one. ` +
      'Otherwise export with standard operators only.',
  ];
}
