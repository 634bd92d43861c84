import { describe, expect, it } from 'vitest';
import { parameter, rewriting } from '../../../../../test/support/rewriting.js';
import type { AttributeValue } from '../../attributes.js';
import type { GraphBuilder, Value } from '../../builder.js';
import { unreadTaps } from './unread-taps.js';

interface Form {
  readonly kernel: readonly number[];
  readonly bias?: boolean;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** What is left of the kernel. */
  readonly left: readonly number[];
}

/** Convolutions of `[2, 4, 6, 5]`. */
const FORMS: Readonly<Record<string, Form>> = {
  'a rate as large as the image': { kernel: [3, 4, 3, 3], attributes: { dilations: [6, 6], pads: [6, 6, 6, 6] }, left: [1, 1] },
  'one with bias and groups': {
    kernel: [6, 2, 3, 3],
    bias: true,
    attributes: { group: 2, dilations: [8, 7], pads: [8, 7, 8, 7] },
    left: [1, 1],
  },
  'a rate as large as one axis': { kernel: [3, 4, 3, 3], attributes: { dilations: [5, 5], pads: [5, 5, 5, 5] }, left: [3, 1] },
  'taps before the image': { kernel: [3, 4, 2, 1], attributes: { dilations: [9, 1], pads: [9, 0, 0, 0] }, left: [1, 1] },
};

function build(b: GraphBuilder, x: Value, { kernel, bias = false, attributes }: Form): Value {
  return b.op('Conv', [x, parameter(b, 'kernel', kernel), ...(bias ? [parameter(b, 'bias', [kernel[0] as number])] : [])], attributes);
}

describe('unread-taps', () => {
  it.each(Object.entries(FORMS))('leaves out of %s what reads padding alone', async (_, form) => {
    const { graph, ops, types } = await rewriting(unreadTaps, [2, 4, 6, 5], (b, x) => build(b, x, form));
    expect(ops).toEqual(['Slice', 'Conv']);
    expect(types.get(graph.nodes[1]?.inputs[1] as string)?.dims.slice(2)).toEqual(form.left);
  });

  it('leaves a convolution alone whose taps all read the image', async () => {
    const { applied, skipped } = await rewriting(unreadTaps, [2, 4, 6, 5], (b, x) =>
      build(b, x, { kernel: [3, 4, 3, 3], attributes: { dilations: [4, 4], pads: [4, 4, 4, 4] }, left: [3, 3] }),
    );
    expect(applied).toEqual([]);
    expect(skipped[0]?.reason).toBe('every tap reads the image');
  });
});
