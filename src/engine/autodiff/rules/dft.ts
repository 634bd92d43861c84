import { fail } from '../../../core/index.js';
import { attribute, axisOf } from '../../graph/index.js';
import type { GradientRule, Rules } from '../rule.js';
import { padded } from './slicing.js';

/**
 * The discrete Fourier transform is linear; its adjoint is the inverse transform without the factor 1/N, and the other
 * way round. What a one-sided result leaves out counts as 0; a signal padded or cut to the length N is cut or padded back.
 */
const dft: GradientRule = ({ b, node, x, dy, shape }) => {
  const { dims } = x(0);
  const inverse = attribute.int(node, 'inverse', 0);
  const onesided = attribute.int(node, 'onesided', 0);
  if (inverse && onesided) fail('AUTODIFF_UNSUPPORTED', { op: node.op, node: node.name, reason: 'it is both inverse and one-sided' });
  const axis = axisOf(node, shape.optionalNumbers(2)?.[0] ?? -2, dims.length);
  const length = shape.optionalNumbers(1)?.[0] ?? (dims[axis] as number);
  const none = dims.map(() => 0);
  const spectrum = padded(b, dy(0), none, none.with(axis, length - (dy(0).dims[axis] as number)));
  const back = b.op('DFT', [spectrum, undefined, b.constant({ type: 'int64', dims: [], data: BigInt64Array.of(BigInt(axis)) })], {
    inverse: 1 - inverse,
  });
  const scaled = b.mul(back, inverse ? 1 / length : length);
  return [padded(b, scaled, none, none.with(axis, (dims[axis] as number) - length).with(-1, (dims.at(-1) as number) - 2))];
};

export const dftRules = { DFT: dft } satisfies Rules;
