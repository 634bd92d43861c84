import { describe, expect, it } from 'vitest';
import { parameter, rewriting } from '../../../../../test/support/rewriting.js';
import type { AttributeValue } from '../../attributes.js';
import type { GraphBuilder, Value } from '../../builder.js';
import { depthwiseProduct } from './depthwise-product.js';

interface Form {
  readonly x: readonly number[];
  readonly kernel: readonly number[];
  readonly bias?: boolean;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

const build =
  ({ kernel, bias, attributes }: Form) =>
  (b: GraphBuilder, x: Value): Value =>
    b.op('Conv', [x, parameter(b, 'kernel', kernel), ...(bias ? [parameter(b, 'bias', [kernel[0] as number])] : [])], attributes);

const FORMS: Readonly<Record<string, Form>> = {
  'a 3×3 kernel with bias': { x: [4, 3, 4, 5], kernel: [3, 1, 3, 3], bias: true, attributes: { group: 3, pads: [1, 1, 1, 1] } },
  'strides and dilations': {
    x: [4, 3, 4, 5],
    kernel: [3, 1, 2, 3],
    attributes: { group: 3, strides: [2, 1], dilations: [1, 2], pads: [0, 2, 1, 1] },
  },
  'automatic padding': { x: [4, 3, 5, 3], kernel: [3, 1, 5, 5], attributes: { group: 3, strides: [2, 2], auto_pad: 'SAME_LOWER' } },
  'one dimension': { x: [2, 4, 9], kernel: [4, 1, 3], bias: true, attributes: { group: 4 } },
  'three dimensions': { x: [4, 2, 2, 3, 2], kernel: [2, 1, 2, 2, 2], attributes: { group: 2, pads: [0, 0, 0, 1, 1, 1] } },
};

const reasonFor = async (form: Form): Promise<string | undefined> => {
  const { applied, skipped } = await rewriting(depthwiseProduct, form.x, build(form));
  expect(applied).toEqual([]);
  return skipped[0]?.reason;
};

describe('depthwise-product', () => {
  it.each(Object.entries(FORMS))('replaces a convolution with %s', async (_, form) => {
    const { ops, skipped } = await rewriting(depthwiseProduct, form.x, build(form));
    expect(ops).not.toContain('Conv');
    expect(skipped).toEqual([]);
  });

  it('says why it leaves others alone', async () => {
    expect(await reasonFor({ x: [4, 3, 4, 4], kernel: [6, 1, 3, 3], attributes: { group: 3 } })).toBe('it is not depthwise');
    expect(await reasonFor({ x: [4, 3, 4, 4], kernel: [2, 3, 3, 3], attributes: {} })).toBe('it is not depthwise');
    expect(await reasonFor({ x: [4, 3, 14, 14], kernel: [3, 1, 3, 3], attributes: { group: 3 } })).toBe('it has too many positions');
    expect(await reasonFor({ x: [1, 3, 8, 8], kernel: [3, 1, 3, 3], attributes: { group: 3 } })).toBe('it has too many positions');
  });
});
