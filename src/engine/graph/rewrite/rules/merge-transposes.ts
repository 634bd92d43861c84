import { permutationOf } from '../../shapes/layout.js';
import { any, op } from '../pattern.js';
import type { RewriteRule } from '../rule.js';

/** Two Transposes in a row as one, or as none where the second undoes the first. */
export const mergeTransposes: RewriteRule = {
  name: 'merge-transposes',
  patterns: [op('Transpose', [op('Transpose', [any('x')], 'first')])],
  sharedInside: true,
  check: () => undefined,
  replace(match, make) {
    const rank = match.type(match.value('x')).dims.length;
    const first = permutationOf(match.node('first'), rank);
    const perm = permutationOf(match.root, rank).map((axis) => first[axis] as number);
    const unchanged = perm.every((axis, index) => axis === index);
    return unchanged ? match.value('x') : make.op('Transpose', [match.value('x')], { perm });
  },
};
