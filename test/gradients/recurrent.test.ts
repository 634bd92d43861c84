import { describe } from 'vitest';
import { fromNumbers } from '../../src/core/index.js';
import { cells, unrolled } from '../../src/engine/autodiff/rules/recurrent.js';
import { type Attribute, type AttributeValue, attributes } from '../../src/engine/graph/index.js';
import { feed, float, type GradientCase, gradient, type InputSpec } from './harness.js';

type Kind = keyof typeof cells;

const GATES = { RNN: 1, GRU: 3, LSTM: 4 } as const;
const [STEPS, BATCH, INPUT, HIDDEN] = [4, 2, 3, 2];

interface Options {
  readonly name?: string;
  readonly directions?: number;
  readonly lengths?: readonly number[];
  readonly states?: boolean;
  readonly bias?: boolean;
  readonly peepholes?: boolean;
  readonly steps?: number;
  readonly used?: readonly number[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/**
 * The op has no float64 kernel: differences are taken of its unrolled form, whose outputs must equal the op's. Float
 * rounding grows over the steps, hence the tolerance.
 */
function recurrent(op: Kind, options: Options): void {
  const { directions = 1, lengths, states = false, bias = true, peepholes = false, steps = STEPS } = options;
  const rows = GATES[op] * HIDDEN;
  const state = states ? float([directions, BATCH, HIDDEN], -1, 1) : undefined;
  const inputs: InputSpec[] = [
    float([steps, BATCH, INPUT]),
    float([directions, rows, INPUT], -0.7, 0.7),
    float([directions, rows, HIDDEN], -0.7, 0.7),
    bias ? float([directions, 2 * rows], -0.5, 0.5) : undefined,
    lengths && feed(fromNumbers('int32', [BATCH], lengths)),
    state,
    ...(op === 'LSTM' ? [state, peepholes ? float([directions, 3 * HIDDEN], -0.7, 0.7) : undefined] : []),
  ];
  const direction = directions === 2 ? { direction: 'bidirectional' } : {};
  const given: Record<string, AttributeValue> = { hidden_size: HIDDEN, ...direction, ...options.attributes };
  const outputs = op === 'LSTM' ? 3 : 2;
  const test: GradientCase = {
    op,
    inputs,
    attributes: given,
    outputs,
    tolerance32: 3e-5,
    reference: (b, values) => {
      const kinds: Record<string, Attribute> = { ...attributes(given) };
      const node = { name: '', op, domain: '', inputs: [], outputs: [], attributes: kinds };
      return unrolled(b, node, values, cells[op]);
    },
  };
  gradient({ ...test, ...(options.name && { name: options.name }), ...(options.used && { used: options.used }) });
}

for (const op of ['RNN', 'GRU', 'LSTM'] as const) {
  describe(op, () => {
    recurrent(op, {});
    recurrent(op, { bias: false });
    recurrent(op, { states: true, attributes: { direction: 'reverse' } });
    recurrent(op, { directions: 2, states: true });
    recurrent(op, { steps: 1 });
    recurrent(op, { name: 'last state only', used: [1] });
    recurrent(op, { name: 'lengths', lengths: [4, 2], states: true });
    recurrent(op, { name: 'lengths', lengths: [1, 3], directions: 2 });
    recurrent(op, { name: 'clipped', attributes: { clip: 0.3 } });
  });
}

describe('variants', () => {
  for (const linear_before_reset of [0, 1]) for (const bias of [true, false]) recurrent('GRU', { bias, attributes: { linear_before_reset } });
  recurrent('LSTM', { peepholes: true });
  recurrent('LSTM', { peepholes: true, directions: 2, states: true });
  recurrent('LSTM', { attributes: { input_forget: 1 } });
  recurrent('RNN', { attributes: { activations: ['Relu'] } });
  recurrent('RNN', { attributes: { activations: ['Affine'], activation_alpha: [0.5], activation_beta: [0.25] } });
  recurrent('LSTM', {
    attributes: { activations: ['Sigmoid', 'ScaledTanh', 'Affine'], activation_alpha: [0.75, 1.5], activation_beta: [1.25, -0.5] },
  });
  recurrent('GRU', { attributes: { activations: ['Sigmoid', 'Relu'] } });
});
