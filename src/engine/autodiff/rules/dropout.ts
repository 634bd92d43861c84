import { fail } from '../../../core/index.js';
import type { GradientRule, RuleContext, Rules } from '../rule.js';

/** @throws AUTODIFF_UNSUPPORTED when only a run tells whether the node trains. */
function trains({ node, inputs, shape }: RuleContext): boolean {
  if (inputs[2] === undefined) return false;
  const mode = shape.constant(2) ?? fail('AUTODIFF_UNSUPPORTED', { op: node.op, node: node.name, reason: 'training_mode is not a constant' });
  return mode.data[0] === 1;
}

/** y = x · mask / (1 − ratio) when training, else x. */
const dropout: GradientRule = (c) => {
  const { b, x, y, dy, inputs } = c;
  if (!trains(c)) return [dy(0)];
  const { type } = x(0);
  const kept = inputs[1] ? b.sub(1, b.cast(inputs[1], type)) : b.scalar(type, 0.5);
  return [b.mul(dy(0), b.div(b.cast(y(1), type), kept))];
};

export const dropoutRules = { Dropout: dropout } satisfies Rules;
