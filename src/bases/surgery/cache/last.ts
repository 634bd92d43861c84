import { attribute, BROADCASTING, ELEMENTWISE, type Node } from '../../../engine/graph/index.js';
import { DATA } from './kinds.js';
import type { CacheTrial } from './trial.js';

/** The nodes behind which only the last token is computed, and the value that is cut there. */
export interface Ending {
  readonly nodes: ReadonlySet<Node>;
  readonly cut: string;
}

const NORMALIZATIONS: ReadonlySet<string> = new Set(['LayerNormalization', 'RMSNormalization']);

/**
 * Where to cut off all tokens but the last `[N, T, width]`, so that scores are computed for the one that is asked for: as far before the output as
 * one value leads there.
 */
export function endingOf(trial: CacheTrial, output: string): Ending {
  const nodes = new Set<Node>();
  let cut = output;
  for (let node = trial.producer(cut); node; node = trial.producer(cut)) {
    const source = sourceOf(trial, node);
    if (source === undefined) break;
    nodes.add(node);
    cut = source;
  }
  return { nodes, cut };
}

/** The one value `[N, T, width]` that a node reads and treats token by token. */
function sourceOf(trial: CacheTrial, node: Node): string | undefined {
  const [source = '', ...others] = node.inputs.filter((name) => trial.kind(name) !== 0);
  const isByToken = BROADCASTING.has(node.op) || ELEMENTWISE.has(node.op) || isLastAxis(node) || (node.op === 'MatMul' && node.inputs[0] === source);
  const isSequence = trial.kind(source) & DATA && String(trial.varying(source)) === '1' && trial.short(source).length === 3;
  return isByToken && isSequence && others.length === 0 ? source : undefined;
}

function isLastAxis(node: Node): boolean {
  return NORMALIZATIONS.has(node.op) && [-1, 2].includes(attribute.int(node, 'axis', -1));
}
