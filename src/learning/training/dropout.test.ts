import { describe, expect, it } from 'vitest';
import { float32, type Tensor } from '../../core/index.js';
import { GraphBuilder, inferTypes } from '../../engine/graph/index.js';
import { drawMasks, maskDropout } from './dropout.js';

const mask = { name: 'mask', dims: [100, 1000], ratio: 0.3 };

function draw(seed: number, step: string): Float32Array {
  return (drawMasks([mask], seed, step)['mask'] as Tensor).data as Float32Array;
}

describe('dropout masks', () => {
  it('drop the share they should and keep the mean', () => {
    const values = draw(1, '1');
    const dropped = values.filter((value) => value === 0).length / values.length;
    // Five standard deviations of a share of 100,000 draws.
    expect(Math.abs(dropped - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / 1e5));
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.7)]));
  });

  it('are a function of seed and step', () => {
    expect(draw(1, '1')).toEqual(draw(1, '1'));
    expect(draw(1, '1')).not.toEqual(draw(2, '1'));
    expect(draw(1, '1')).not.toEqual(draw(1, '2'));
  });

  it('are drawn anew for each micro-batch and each layer', () => {
    expect(draw(1, '3.0')).not.toEqual(draw(1, '2.4'));
    const both = drawMasks([mask, { ...mask, name: 'other' }], 1, '1');
    expect(both['mask']?.data).not.toEqual(both['other']?.data);
  });
});

describe('dropout layers', () => {
  const b = new GraphBuilder(21);
  const x = b.input('x', 'float32', [2, 3]);
  const first = b.op('Dropout', [x, b.initializer('ratio', float32([], [0.25]))]);
  const second = b.op('Dropout', [first, b.initializer('none', float32([], [0]))]);
  const model = b.model([second]);
  const { types } = inferTypes(model.graph, 21, {});

  it('become products with a mask that is fed', () => {
    const { graph, masks } = maskDropout(model.graph, types, () => true);
    expect(masks).toEqual([{ name: 'regraft.dropout.0', dims: [2, 3], ratio: 0.25 }]);
    expect(graph.nodes.map(({ op, inputs }) => [op, ...inputs])).toEqual([
      ['Mul', 'x', 'regraft.dropout.0'],
      ['Dropout', first.name, 'none'],
    ]);
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x', 'regraft.dropout.0']);
  });

  it('stay as they are where nothing below them is trained', () => {
    expect(maskDropout(model.graph, types, () => false)).toEqual({ graph: model.graph, masks: [] });
  });
});
