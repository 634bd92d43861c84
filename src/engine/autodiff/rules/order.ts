import { attribute } from '../../graph/index.js';
import type { GradientRule, Rules } from '../rule.js';

const where: GradientRule = ({ b, x, dy }) => [undefined, b.where(x(0), dy(0), 0), b.where(x(0), 0, dy(0))];

/** A sum over what comes before is, to each element, the sum of the gradients of what comes after. */
const cumSum: GradientRule = ({ b, node, x, dy }) => [
  b.op('CumSum', [dy(0), x(1)], { exclusive: attribute.int(node, 'exclusive', 0), reverse: 1 - attribute.int(node, 'reverse', 0) }),
];

const trilu: GradientRule = ({ b, node, dy, inputs }) => [b.op('Trilu', [dy(0), inputs[1]], { upper: attribute.int(node, 'upper', 1) })];

/** Reversing is its own inverse. */
const reverseSequence: GradientRule = ({ b, node, x, dy }) => [
  b.op('ReverseSequence', [dy(0), x(1)], { batch_axis: attribute.int(node, 'batch_axis', 1), time_axis: attribute.int(node, 'time_axis', 0) }),
];

export const orderRules = { CumSum: cumSum, ReverseSequence: reverseSequence, Trilu: trilu, Where: where } satisfies Rules;
