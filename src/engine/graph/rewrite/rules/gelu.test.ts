import { describe, expect, it } from 'vitest';
import { rewriting } from '../../../../../test/support/rewriting.js';
import type { GraphBuilder, Value } from '../../builder.js';
import { gelu, geluTanh } from './gelu.js';

const DIMS = [3, 4];

const ERF: Readonly<Record<string, (b: GraphBuilder, x: Value) => Value>> = {
  '(x·(1 + erf))·½, as PyTorch exports it': (b, x) => b.mul(b.mul(x, b.add(b.op('Erf', [b.div(x, Math.SQRT2)]), 1)), 0.5),
  '(½·x)·(1 + erf)': (b, x) => b.mul(b.mul(0.5, x), b.add(1, b.op('Erf', [b.mul(x, Math.SQRT1_2)]))),
  'x·(½·(1 + erf))': (b, x) => b.mul(x, b.mul(0.5, b.add(b.op('Erf', [b.div(x, Math.SQRT2)]), 1))),
  '(½·(1 + erf))·x': (b, x) => b.mul(b.mul(b.add(b.op('Erf', [b.div(x, Math.SQRT2)]), 1), 0.5), x),
};

const ROOT = Math.sqrt(2 / Math.PI);
const half = (b: GraphBuilder, x: Value, argument: Value): Value => b.mul(b.mul(0.5, x), b.add(1, b.op('Tanh', [argument])));

const TANH: Readonly<Record<string, (b: GraphBuilder, x: Value) => Value>> = {
  '√(2/π)·(x + 0.044715·x³) with Pow': (b, x) => half(b, x, b.mul(ROOT, b.add(x, b.mul(0.044715, b.pow(x, 3))))),
  'x·x·x for the cube': (b, x) => half(b, x, b.mul(b.add(b.mul(b.mul(b.mul(x, x), x), 0.044715), x), ROOT)),
  'x drawn out of the sum': (b, x) => half(b, x, b.mul(b.mul(x, ROOT), b.add(1, b.mul(b.mul(x, 0.044715), x)))),
};

describe('gelu', () => {
  it.each(Object.entries(ERF))('fuses %s', async (_, build) => {
    const { graph, applied } = await rewriting(gelu, DIMS, build);
    expect(graph.nodes).toHaveLength(1);
    expect(graph.nodes[0]).toMatchObject({ op: 'Gelu', inputs: ['x'], attributes: { approximate: { value: 'none' } } });
    expect(applied).toHaveLength(1);
  });

  it('leaves another argument alone', async () => {
    const { applied } = await rewriting(gelu, DIMS, (b, x) => b.mul(b.mul(x, b.add(b.op('Erf', [b.div(x, 1.5)]), 1)), 0.5));
    expect(applied).toEqual([]);
  });

  it('says so when the distribution function is used elsewhere too', async () => {
    const { applied, skipped } = await rewriting(gelu, DIMS, (b, x) => {
      const cdf = b.add(b.op('Erf', [b.div(x, Math.SQRT2)]), 1);
      return [b.mul(b.mul(x, cdf), 0.5), b.exp(cdf)];
    });
    expect(applied).toEqual([]);
    expect(skipped[0]?.reason).toMatch(/is also used by Exp node/);
  });
});

describe('gelu-tanh', () => {
  it.each(Object.entries(TANH))('fuses %s', async (_, build) => {
    const { graph, applied } = await rewriting(geluTanh, DIMS, build);
    expect(graph.nodes).toHaveLength(1);
    expect(graph.nodes[0]).toMatchObject({ op: 'Gelu', inputs: ['x'], attributes: { approximate: { value: 'tanh' } } });
    expect(applied).toHaveLength(1);
  });
});
