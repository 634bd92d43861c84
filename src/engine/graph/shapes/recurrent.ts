import { attribute } from '../attributes.js';
import { dimAt } from './dims.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './rule.js';

/** X [T, N, input], or [N, T, input] with layout 1, to Y [T, D, N, H] and the last state [D, N, H]; D directions. */
function recurrentTypes(c: ShapeContext): ReturnType<ShapeRule> {
  const { type, dims } = c.input(0);
  const directions = attribute.string(c.node, 'direction', 'forward') === 'bidirectional' ? 2 : 1;
  const hidden = attribute.int(c.node, 'hidden_size', c.input(2).dims.at(-1) ?? 0);
  const [first, second] = [dimAt(dims, 0), dimAt(dims, 1)];
  const batchFirst = attribute.int(c.node, 'layout', 0) === 1;
  const all = batchFirst ? [first, second, directions, hidden] : [first, directions, second, hidden];
  const last = batchFirst ? [first, directions, hidden] : [directions, second, hidden];
  return [
    { type, dims: all },
    { type, dims: last },
    { type, dims: last },
  ];
}

/** Y and Y_h. */
const recurrent: ShapeRule = (c) => recurrentTypes(c).slice(0, 2);

/** Y, Y_h and Y_c. */
const lstm: ShapeRule = recurrentTypes;

export const recurrentShapes = { GRU: recurrent, LSTM: lstm, RNN: recurrent } satisfies ShapeRules;
