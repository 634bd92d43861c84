import { describe, expect, it } from 'vitest';
import { fromNumbers, type Tensor } from '../../../core/index.js';
import { importGraphModel } from './graph-model.js';

const place = { file: 'model.json', uri: 'memory:' };
const input = (sizes: readonly number[]): object => ({
  name: 'x',
  op: 'Placeholder',
  attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim: sizes.map((size) => ({ size })) } } },
});
const constant = (name: string): object => ({ name, op: 'Const', attr: { dtype: { type: 'DT_INT32' } } });

describe('a graph model that makes no sense is refused', () => {
  it('where a size is larger than any array', () => {
    for (const size of [1e308, -(2 ** 60)]) {
      const outputs = { y: { name: 'y:0', dtype: 'DT_FLOAT', tensorShape: { dim: [{ size }] } } };
      const relu = { name: 'y', op: 'Relu', input: ['x'], attr: { T: { type: 'DT_FLOAT' } } };
      const read = (): unknown => importGraphModel({ node: [input([2]), relu] } as never, { outputs }, new Map(), place);
      expect(read).toThrow(expect.objectContaining({ code: 'IMPORT_FILE_INVALID', message: expect.stringContaining('too large') }));
    }
  });

  it.each(['SpaceToBatchND', 'BatchToSpaceND'])('where %s has more blocks than its input has axes', (op) => {
    const weights = new Map<string, Tensor>([
      ['blocks', fromNumbers('int32', [2], [2, 2])],
      ['edges', fromNumbers('int32', [2, 2], [1, 1, 1, 1])],
    ]);
    const node = [input([4]), constant('blocks'), constant('edges'), { name: 'y', op, input: ['x', 'blocks', 'edges'] }];
    const read = (): unknown => importGraphModel({ node } as never, undefined, weights, place);
    expect(read).toThrow(expect.objectContaining({ code: 'IMPORT_NODE', message: expect.stringContaining('has 1 dimensions') }));
  });
});
