import { describe } from 'vitest';
import { fromNumbers, scalar } from '../../src/core/index.js';
import { constant, feed, float, floats, gradient } from './harness.js';

const indices = (dims: readonly number[], ...values: number[]) => fromNumbers('int64', dims, values);

describe('Gather', () => {
  for (const give of [constant, feed]) {
    const name = give === constant ? 'constant indices' : 'indices at run time';
    gradient({ op: 'Gather', name, inputs: [float([5, 3]), give(indices([2, 4], 0, 4, 4, 1, -1, 0, 2, 4))] });
    gradient({ op: 'Gather', name, inputs: [float([2, 5, 3]), give(indices([3], 4, 1, 4))], attributes: { axis: 1 } });
    gradient({ op: 'Gather', name, inputs: [float([2, 5]), give(indices([6], 4, 1, 4, 3, 0, 2))], attributes: { axis: -1 } });
    gradient({ op: 'Gather', name, inputs: [float([2, 5, 3]), give(indices([], -2))], attributes: { axis: 1 } });
    gradient({ op: 'Gather', name, inputs: [float([5, 2]), give(indices([0]))] });
    gradient({ op: 'Gather', name: `${name}, all in order`, inputs: [float([3, 2]), give(indices([3], 0, 1, 2))] });
    gradient({ op: 'Gather', name: `${name}, int32`, inputs: [float([3, 2]), give(fromNumbers('int32', [3], [2, 0, 2]))] });
  }
});

describe('GatherElements and GatherND', () => {
  gradient({ op: 'GatherElements', inputs: [float([3, 4]), feed(indices([2, 4], 0, 2, 2, 1, 0, 2, -1, 1))] });
  gradient({ op: 'GatherElements', inputs: [float([2, 4]), feed(indices([2, 3], 0, 3, 3, 1, 1, 1))], attributes: { axis: 1 } });
  gradient({ op: 'GatherND', inputs: [float([3, 4, 2]), feed(indices([3, 2], 0, 1, 2, 3, 0, 1))] });
  gradient({ op: 'GatherND', inputs: [float([3, 4]), feed(indices([2, 2, 1], 0, 2, -1, 2))] });
  gradient({ op: 'GatherND', inputs: [float([2, 3, 4]), feed(indices([2, 2, 1], 0, 2, 1, 1))], attributes: { batch_dims: 1 } });
  gradient({ op: 'GatherND', inputs: [float([2, 3, 4]), feed(indices([2, 3, 1], 0, 2, 1, 1, 3, 0))], attributes: { batch_dims: 2 } });
});

describe('scatters', () => {
  const ops = [
    [
      'ScatterElements',
      [
        [3, 4],
        [2, 4],
      ],
      feed(indices([2, 4], 0, 2, 2, 1, 0, 2, 1, 1)),
      {},
    ],
    [
      'ScatterElements',
      [
        [2, 5],
        [2, 3],
      ],
      feed(indices([2, 3], 0, 3, 3, 1, 1, 1)),
      { axis: 1 },
    ],
    [
      'ScatterND',
      [
        [4, 3],
        [3, 3],
      ],
      feed(indices([3, 1], 0, 2, 0)),
      {},
    ],
    [
      'ScatterND',
      [
        [3, 2, 2],
        [3, 2],
      ],
      feed(indices([3, 2], 0, 1, 2, 0, 0, 1)),
      {},
    ],
  ] as const;
  for (const reduction of ['add', 'mul', 'max', 'min']) {
    for (const [op, [data, updates], index, attributes] of ops)
      gradient({ op, inputs: [float(data), index, float(updates)], attributes: { ...attributes, reduction } });
  }
  gradient({ op: 'ScatterElements', inputs: [float([3, 4]), feed(indices([2, 4], 0, 2, 2, 1, 1, 0, -2, 2)), float([2, 4])] });
  gradient({ op: 'ScatterElements', inputs: [float([2, 5]), feed(indices([1, 2], 4, 0)), float([1, 2])], attributes: { axis: -1 } });
  gradient({ op: 'ScatterND', inputs: [float([4, 3]), feed(indices([2, 1], 3, 0)), float([2, 3])] });
  gradient({ op: 'ScatterND', inputs: [float([4, 3]), feed(indices([2, 2], 3, 1, 0, 2)), float([2])] });
  gradient({
    op: 'ScatterElements',
    name: 'with zeros',
    inputs: [floats([4], [0, 2, 3, 0]), feed(indices([5], 0, 1, 1, 3, 2)), floats([5], [2, 0, 3, 0, 5])],
    attributes: { reduction: 'mul' },
  });
});

describe('selection', () => {
  for (const largest of [0, 1]) {
    for (const axis of [0, -1])
      gradient({ op: 'TopK', inputs: [float([4, 5]), constant(indices([1], 2))], attributes: { axis, largest }, outputs: 2 });
  }
  gradient({ op: 'Compress', inputs: [float([3, 2]), constant(fromNumbers('bool', [5], [0, 1, 1, 0, 1]))] });
  gradient({ op: 'Compress', inputs: [float([3, 4]), constant(fromNumbers('bool', [3], [1, 0, 1]))], attributes: { axis: 0 } });
  gradient({
    op: 'Compress',
    inputs: [float([2, 12]), constant(fromNumbers('bool', [12], [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1]))],
    attributes: { axis: 1 },
  });
  for (const axis of [0, 1, -1])
    gradient({ op: 'OneHot', inputs: [feed(indices([3], 1, 0, 2)), constant(scalar('int64', 4)), float([2])], attributes: { axis }, linear: [2] });
});

describe('Einsum', () => {
  const cases: readonly (readonly [string, ...(readonly number[])[]])[] = [
    ['ij,jk->ik', [2, 3], [3, 4]],
    ['bij,bjk->bik', [2, 3, 4], [2, 4, 2]],
    ['ij->ji', [2, 3]],
    ['ij->i', [2, 3]],
    ['ij->', [2, 3]],
    ['ii->i', [3, 3]],
    ['ii->', [3, 3]],
    ['i,j->ij', [2], [3]],
    ['i,i->', [3], [3]],
    ['ij,jk,kl->il', [2, 3], [3, 2], [2, 4]],
    ['ij,kj', [2, 3], [4, 3]],
    ['ba', [2, 3]],
    ['...ij,...jk->...ik', [2, 1, 3, 4], [1, 5, 4, 2]],
    ['...ij,jk->...ik', [2, 5, 3, 4], [4, 2]],
    ['i...,i->i...', [3, 2, 2], [3]],
    ['bhid,bhjd->bhij', [2, 2, 3, 4], [2, 2, 5, 4]],
    ['ij,k->i', [2, 3], [4]],
    ['bij,bjk->bik', [1, 3, 4], [2, 4, 2]],
    ['iji->j', [3, 2, 3]],
    ['ij,ij->ij', [2, 3], [2, 3]],
    [',ij->ij', [], [2, 3]],
  ];
  for (const [equation, ...shapes] of cases) gradient({ op: 'Einsum', inputs: shapes.map((dims) => float(dims)), attributes: { equation } });
});
