import { describe, expect, it } from 'vitest';
import { parameter, rewriting } from '../../../../../test/support/rewriting.js';
import type { AttributeValue } from '../../attributes.js';
import type { GraphBuilder, Value } from '../../builder.js';
import { scaledConvolution } from './scaled-convolution.js';

interface Form {
  readonly op?: 'Conv' | 'ConvTranspose';
  readonly kernel: readonly number[];
  readonly bias?: boolean;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly normalization?: Readonly<Record<string, AttributeValue>>;
}

/** A convolution of `[2, 4, 6, 5]` with its normalisation. */
function build(b: GraphBuilder, x: Value, { op = 'Conv', kernel, bias = false, attributes = {}, normalization = {} }: Form): Value {
  const channels = (op === 'Conv' ? kernel[0] : (kernel[1] as number) * ((attributes['group'] as number | undefined) ?? 1)) as number;
  const statistics = ['scale', 'shift', 'mean', 'variance'].map((name) => parameter(b, name, [channels]));
  const y = b.op(op, [x, parameter(b, 'kernel', kernel), ...(bias ? [parameter(b, 'bias', [channels])] : [])], attributes);
  const outputs = normalization['training_mode'] ? 3 : 1;
  return b.outputs('BatchNormalization', [y, ...statistics], { epsilon: 1e-3, ...normalization }, outputs)[0] as Value;
}

const FORMS: Readonly<Record<string, Form>> = {
  'a convolution': { kernel: [3, 4, 3, 3], attributes: { pads: [1, 0, 1, 2], strides: [2, 1] } },
  'one with bias': { kernel: [3, 4, 3, 3], bias: true, attributes: { dilations: [2, 1] } },
  'one with groups': { kernel: [6, 2, 3, 3], attributes: { group: 2, auto_pad: 'SAME_UPPER' } },
  'a depthwise one': { kernel: [4, 1, 3, 3], attributes: { group: 4 } },
  'a transposed one': { op: 'ConvTranspose', kernel: [4, 3, 3, 2], bias: true, attributes: { strides: [2, 2], output_padding: [1, 0] } },
};

const reasonFor = async (form: Form): Promise<string | undefined> => {
  const { applied, skipped } = await rewriting(scaledConvolution, [2, 4, 6, 5], (b, x) => build(b, x, form));
  expect(applied).toEqual([]);
  return skipped[0]?.reason;
};

describe('scaled-convolution', () => {
  it.each(Object.entries(FORMS))('folds the normalisation into %s', async (_, form) => {
    const { ops, skipped } = await rewriting(scaledConvolution, [2, 4, 6, 5], (b, x) => build(b, x, form));
    expect(ops.at(-1)).toBe(form.op ?? 'Conv');
    expect(ops).not.toContain('BatchNormalization');
    expect(skipped).toEqual([]);
  });

  it('says why it leaves others alone', async () => {
    expect(await reasonFor({ kernel: [3, 4, 3, 3], normalization: { training_mode: 1 } })).toBe('it uses the statistics of the batch');
    expect(await reasonFor({ op: 'ConvTranspose', kernel: [4, 1, 3, 3], attributes: { group: 2 } })).toContain('grouped ConvTranspose');
  });

  it('leaves a convolution alone that is used elsewhere', async () => {
    const { applied } = await rewriting(scaledConvolution, [2, 4, 6, 5], (b, x) => {
      const y = build(b, x, { kernel: [3, 4, 3, 3] });
      return [y, b.neg(b.value(b.nodes[0]?.outputs[0] as string))];
    });
    expect(applied).toEqual([]);
  });
});
