import { type Graph, type Node, reads } from '../../../engine/graph/index.js';

/** What a value of a language model depends on, as bits. A value of none is the same in every run. */
export const IDS = 1;
const POSITIONS = 2;
const MASK = 4;
/** Only the lengths of inputs, not what they hold. */
export const LENGTH = 8;

/** Values that there is a new one of for each new token; the others are computed from masks and lengths. */
export const DATA = IDS | POSITIONS;

export const INPUTS: Readonly<Record<string, number>> = { input_ids: IDS, position_ids: POSITIONS, attention_mask: MASK };

/** Ops that read the shape of an input only. */
const ABOUT_SHAPES: ReadonlySet<string> = new Set(['Shape', 'Size']);

/** What each value of a graph depends on; those that are not in the map depend on nothing. */
export function kindsOf(graph: Graph): ReadonlyMap<string, number> {
  const kinds = new Map(Object.entries(INPUTS));
  for (const node of graph.nodes) {
    const kind = kindOf(node, kinds);
    if (kind !== 0) for (const output of node.outputs) kinds.set(output, kind);
  }
  return kinds;
}

function kindOf(node: Node, kinds: ReadonlyMap<string, number>): number {
  let kind = 0;
  for (const name of reads(node)) kind |= kinds.get(name) ?? 0;
  return kind !== 0 && ABOUT_SHAPES.has(node.op) ? LENGTH : kind;
}
