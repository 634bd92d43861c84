import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../../test/support/ort.js';
import { fromNumbers, type Tensor, toNumbers } from '../../core/index.js';
import { GraphBuilder } from '../../engine/graph/index.js';
import { type Clip, clipGradients } from './clip.js';

/** Two gradients of norm 5 together, clipped. */
async function clipped(clip: Clip): Promise<number[][]> {
  const given = { a: [3, 0], b: [-4] };
  const b = new GraphBuilder(21);
  const gradients = new Map(Object.entries(given).map(([name, values]) => [name, b.input(name, 'float64', [values.length])]));
  const outputs = [...clipGradients(b, gradients, clip).values()].map((value) => b.op('Identity', [value]));
  const feeds = Object.entries(given).map(([name, values]) => [name, fromNumbers('float64', [values.length], values)]);
  const results = await runOnnx(b.model(outputs), Object.fromEntries(feeds));
  return outputs.map(({ name }) => toNumbers(results[name] as Tensor));
}

describe('gradients are clipped as PyTorch clips them', () => {
  it('by value', async () => {
    expect(await clipped({ value: 2 })).toEqual([[2, 0], [-2]]);
  });

  it('by the norm of all of them', async () => {
    const factor = 2.5 / (5 + 1e-6);
    const [a = [], b = []] = await clipped({ norm: 2.5 });
    expect(a[0]).toBeCloseTo(3 * factor, 12);
    expect(b[0]).toBeCloseTo(-4 * factor, 12);
  });

  it('not at all below the limits', async () => {
    expect(await clipped({ norm: 6, value: 5 })).toEqual([[3, 0], [-4]]);
    expect(await clipped({})).toEqual([[3, 0], [-4]]);
  });

  it('by value first', async () => {
    const [a = [], b = []] = await clipped({ value: 2, norm: 1 });
    expect(a[0]).toBeCloseTo(Math.SQRT1_2, 6);
    expect(b[0]).toBeCloseTo(-Math.SQRT1_2, 6);
  });
});
