import { int64 } from '../../../../core/index.js';
import { any, either, op, type Pattern } from '../pattern.js';
import type { RewriteRule } from '../rule.js';

/** An op that only gives its input another shape. */
function reshaping(input: Pattern, shape: string): Pattern {
  const shaped = (['Reshape', 'Squeeze', 'Unsqueeze'] as const).map((name) => op(name, [input, any(shape)]));
  return either(...shaped, op('Squeeze', [input]), op('Flatten', [input]));
}

/** Two Reshapes in a row (or Squeeze, Unsqueeze, Flatten) as one, or as none where the shape comes out as it was. */
export const mergeReshapes: RewriteRule = {
  name: 'merge-reshapes',
  patterns: [reshaping(reshaping(any('x'), 'inner'), 'outer')],
  sharedInside: true,
  check: () => undefined,
  replace(match, make) {
    const { dims } = match.type(match.root.outputs[0] ?? '');
    if (String(dims) === String(match.type(match.value('x')).dims)) return match.value('x');
    const inputs = [match.value('x'), make.constant(int64([dims.length], dims))];
    return make.op('Reshape', inputs, { allowzero: dims.includes(0) ? 1 : undefined });
  },
};
