import { describe, expect, it } from 'vitest';
import { rewriting } from '../../../../../test/support/rewriting.js';
import type { GraphBuilder, Value } from '../../builder.js';
import { hardSwish } from './hard-swish.js';

const clipped = (b: GraphBuilder, x: Value): Value => b.op('Clip', [b.add(x, 3), b.scalar('float32', 0), b.scalar('float32', 6)]);

const FORMS: Readonly<Record<string, (b: GraphBuilder, x: Value) => Value>> = {
  'x·HardSigmoid(x)': (b, x) => b.mul(x, b.op('HardSigmoid', [x], { alpha: 1 / 6 })),
  'x·clip(x + 3)/6': (b, x) => b.div(b.mul(x, clipped(b, x)), 6),
  'x·(clip(x + 3)/6)': (b, x) => b.mul(b.div(clipped(b, x), 6), x),
  'x·clip(x + 3)·⅙': (b, x) => b.mul(b.mul(1 / 6, clipped(b, x)), x),
};

describe('hard-swish', () => {
  it.each(Object.entries(FORMS))('fuses %s', async (_, build) => {
    const { ops } = await rewriting(hardSwish, [3, 4], build);
    expect(ops).toEqual(['HardSwish']);
  });

  it('says why it leaves another slope alone', async () => {
    const { applied, skipped } = await rewriting(hardSwish, [3, 4], (b, x) => b.mul(x, b.op('HardSigmoid', [x])));
    expect(applied).toEqual([]);
    expect(skipped[0]?.reason).toBe('HardSigmoid has alpha 0.2 and beta 0.5, not 1/6 and 1/2');
  });
});
