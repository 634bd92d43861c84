import { int64, scalar } from '../../core/index.js';
import { type Graph, pruneUnused } from '../../engine/graph/index.js';
import { Additions } from './additions.js';

/** Below this, a squared length counts as this: a vector of zeros stays one. A bound of Clip, unlike an operand of Max, is no parameter. */
const SHORTEST = 1e-24;

/** The graph with its output `[N, C]` divided by its length, row by row, as its only output. */
export function normalised({ graph, output, width }: { readonly graph: Graph; readonly output: string; readonly width: number }): {
  readonly graph: Graph;
  readonly output: string;
} {
  const add = new Additions(graph, 'normalise');
  const squares = add.node('ReduceSum', [add.node('Mul', [output, output]), add.constant('axis', int64([1], [1]))]);
  const length = add.node('Sqrt', [add.node('Clip', [squares, add.constant('shortest', scalar('float32', SHORTEST))])]);
  const unit = add.node('Div', [output, length]);
  const outputs = [{ name: unit, type: { kind: 'tensor' as const, type: 'float32' as const, dims: [null, width] } }];
  return { graph: pruneUnused({ ...add.graph(), outputs }), output: unit };
}
