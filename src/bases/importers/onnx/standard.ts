import { fail } from '../../../core/index.js';
import { attribute, type Convert, convertNodes, elementTypeNumber, type Model, type Node } from '../../../engine/graph/index.js';
import { unofficialExpansions } from './fused/normalization.js';
import { fusedExpansions } from './fused/table.js';
import type { Expansions } from './fused/write.js';
import { fusedNote, integerNote, quantisedNote, tally, unknownNote, widenedNote } from './notes.js';
import { withEightBits } from './precision/four-bits.js';
import { widened } from './precision/widen.js';
import { Realising } from './quantised/realise.js';
import { dequantisation } from './quantised/table.js';
import { tidied } from './tidy.js';

/** A model in standard operators on float32, and what was done for it. */
interface Standard {
  readonly model: Model;
  readonly notes: readonly string[];
}

const MICROSOFT = 'com.microsoft';

/** How the nodes of `domains` are called in a table of converters. */
function rows(expansions: Expansions, ...domains: readonly string[]): (readonly [string, Convert])[] {
  return domains.flatMap((domain) => Object.entries(expansions).map(([op, convert]) => [`${domain}::${op}`, convert] as const));
}

/**
 * The model in single precision and standard operators: half precision widened, quantised weights as the real numbers they stand for, fused
 * operators of ONNX Runtime written out. A model that is in this form already is left as it is.
 * @throws IMPORT_ONNX_OP where a node uses what has no standard form
 */
export function toStandard(given: Model): Standard {
  const wide = widened(withEightBits(given));
  const reals = new Realising();
  const { quantised, others } = dequantisation(reals);
  const fusedRows = new Map([...rows(fusedExpansions, MICROSOFT), ...rows(unofficialExpansions, '')]);
  const quantisedRows = new Map(rows(quantised, '', MICROSOFT));
  const fused = tally(given.graph, (node) => (fusedRows.has(keyOf(node)) ? node.op : undefined));
  const integers = tally(given.graph, (node) => (quantisedRows.has(keyOf(node)) || INTEGER.has(node.op) ? node.op : undefined));
  const casts: Expansions = { Cast: castOf(reals) };
  const converters = new Map([...rows({ ...others, ...casts }, ''), ...fusedRows, ...quantisedRows]);
  const isDone = wide.types.length === 0 && fused.size === 0 && integers.size === 0;
  const model = isDone ? given : tidied(convertNodes(wide.model, { converters, prefix: 'import', refuse }), reals);
  const left = tally(model.graph, (node) =>
    INTEGER.has(node.op) || (quantisedRows.has(keyOf(node)) && node.op !== 'DequantizeLinear') ? node.op : undefined,
  );
  const notes = [
    widenedNote(wide),
    quantisedNote(integers, reals.weights.size),
    fusedNote(fused),
    integerNote(left),
    unknownNote(model.graph),
  ].flat();
  return { model, notes };
}

const INTEGER = new Set(['ConvInteger', 'MatMulInteger']);

function keyOf({ domain, op }: Node): string {
  return `${domain}::${op}`;
}

function refuse(node: Node, reason: string): never {
  return fail('IMPORT_ONNX_OP', { op: node.op, domain: node.domain || 'ai.onnx', node: node.name, reason });
}

/** A Cast from float32 to float32, as widening leaves them, joins what it is between; a weight behind it keeps its name. */
function castOf(reals: Realising): Convert {
  return (node, c) => {
    const [x = ''] = node.inputs;
    const isIdle = attribute.int(node, 'to', 0) === elementTypeNumber('float32') && c.typeOf(x) === 'float32';
    return isIdle ? reals.join(c, node, x) : node;
  };
}
