import { fail } from '../../../core/index.js';
import { convertNodes, type Graph, isStandardOp, type Model, type Node, pruneUnused, subgraphs } from '../../../engine/graph/index.js';
import { unofficialExpansions } from './fused/normalization.js';
import { fusedExpansions } from './fused/table.js';
import type { Expansions } from './fused/write.js';

/** A model in standard operators, and what was done for it. */
interface Standard {
  readonly model: Model;
  readonly notes: readonly string[];
}

const MICROSOFT = 'com.microsoft';

const converters = new Map([...rows('', unofficialExpansions), ...rows(MICROSOFT, fusedExpansions)]);

function rows(domain: string, expansions: Expansions): (readonly [string, Expansions[string]])[] {
  return Object.entries(expansions).map(([op, convert]) => [`${domain}::${op}`, convert as Expansions[string]] as const);
}

/** The number of nodes by operator, also in subgraphs, that `wanted` names. */
function tally(graph: Graph, wanted: (node: Node) => string | undefined, counts = new Map<string, number>()): Map<string, number> {
  for (const node of graph.nodes) {
    const name = wanted(node);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const body of subgraphs(node)) tally(body, wanted, counts);
  }
  return counts;
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => (count === 1 ? name : `${count} ${name}`))
    .join(', ');
}

/**
 * Replaces the fused operators of ONNX Runtime by standard ones.
 * @throws IMPORT_ONNX_OP where a node uses what has no standard form
 */
export function toStandard(model: Model): Standard {
  const fused = tally(model.graph, (node) => (converters.has(`${node.domain}::${node.op}`) ? node.op : undefined));
  const expanded = fused.size === 0 ? model : convertFused(model);
  const unknown = tally(expanded.graph, (node) =>
    node.domain === '' && isStandardOp(node.op) ? undefined : `${node.domain || 'ai.onnx'}::${node.op}`,
  );
  const notes = [
    ...(fused.size === 0 ? [] : [`Fused operators were written out as standard ones: ${list(fused)}.`]),
    ...(unknown.size === 0 ? [] : [unknownNote(unknown)]),
  ];
  return { model: expanded, notes };
}

function unknownNote(unknown: ReadonlyMap<string, number>): string {
  const known = Object.keys(fusedExpansions).sort().join(', ');
  return (
    `The model can be inspected but neither trained nor run: ${list(unknown)} ${unknown.size === 1 ? 'is' : 'are'} not of the ONNX standard. ` +
    `Of ${MICROSOFT}, Regraft knows ${known}; another is a row in src/bases/importers/onnx/fused/table.ts. Otherwise export with standard operators only.`
  );
}

function convertFused(model: Model): Model {
  const refuse = (node: Node, reason: string): never =>
    fail('IMPORT_ONNX_OP', { op: node.op, domain: node.domain || 'ai.onnx', node: node.name, reason });
  const converted = convertNodes(model, { converters, prefix: 'expand', refuse });
  const graph = pruneUnused(converted.graph);
  const domains = tally(graph, (node) => node.domain);
  return { ...converted, graph, opsets: new Map([...model.opsets].filter(([domain]) => domain === '' || domains.has(domain))) };
}
