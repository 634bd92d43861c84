import { describe, expect, it } from 'vitest';
import { goldenGraph, readGolden } from '../../../test/support/golden.js';
import { node } from '../../../test/support/graph.js';
import type { AttributeValue } from './attributes.js';
import type { TensorType } from './model.js';
import { inferTypes } from './static/index.js';
import { totalWork, workOf } from './work.js';

const dimsOf = (text: string): number[] => (text === '' ? [] : text.split('×').map(Number));

/** Work of one node, its inputs and its output of these shapes. */
function work(op: string, inputs: readonly string[], output: string, values: Readonly<Record<string, AttributeValue>> = {}) {
  const names = inputs.map((_, index) => `x${index}`);
  const type = (text: string): TensorType => ({ type: 'float32', dims: dimsOf(text) });
  const types = new Map([['y', type(output)], ...inputs.map((dims, index): [string, TensorType] => [`x${index}`, type(dims)])]);
  return workOf(node(op, names, ['y'], 'y', values), types);
}

interface Case {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly expected: number;
  readonly values?: Readonly<Record<string, AttributeValue>>;
}

const products: Readonly<Record<string, Case>> = {
  // Each of 2·8·5·5 outputs sums 3·3·3 products.
  convolution: { op: 'Conv', inputs: ['2×3×7×7', '8×3×3×3', '8'], output: '2×8×5×5', expected: 400 * 27 },
  'depthwise convolution': { op: 'Conv', inputs: ['1×8×7×7', '8×1×3×3'], output: '1×8×5×5', expected: 200 * 9, values: { group: 8 } },
  '1-D convolution': { op: 'Conv', inputs: ['1×4×10', '6×4×3'], output: '1×6×8', expected: 48 * 12 },
  // Each of 2·3·4·4 inputs is spread over 8·3·3 outputs.
  'transposed convolution': { op: 'ConvTranspose', inputs: ['2×3×4×4', '3×8×3×3'], output: '2×8×6×6', expected: 96 * 72 },
  'linear layer': { op: 'Gemm', inputs: ['4×5', '7×5', '7'], output: '4×7', expected: 28 * 5, values: { transB: 1 } },
  'linear layer of a transposed input': { op: 'Gemm', inputs: ['5×4', '5×7'], output: '4×7', expected: 28 * 5, values: { transA: 1 } },
  'batched matrix product': { op: 'MatMul', inputs: ['2×3×4×5', '2×3×5×6'], output: '2×3×4×6', expected: 144 * 5 },
  'broadcast matrix product': { op: 'MatMul', inputs: ['2×3×4×5', '5×6'], output: '2×3×4×6', expected: 144 * 5 },
  'inner product': { op: 'MatMul', inputs: ['5', '5'], output: '', expected: 5 },
  'matrix product by Einsum': { op: 'Einsum', inputs: ['4×5', '5×6'], output: '4×6', expected: 24 * 5, values: { equation: 'ij,jk->ik' } },
  'batched product by Einsum': { op: 'Einsum', inputs: ['2×3×4×5', '5×6'], output: '2×3×4×6', expected: 144 * 5, values: { equation: '...ij,jk' } },
  // 10 steps of 2 samples in both directions: four gates of 8, from 5 inputs and 8 hidden values.
  LSTM: { op: 'LSTM', inputs: ['10×2×5', '2×32×5', '2×32×8'], output: '10×2×2×8', expected: 20 * 2 * 32 * 13 },
  GRU: { op: 'GRU', inputs: ['10×2×5', '1×24×5', '1×24×8'], output: '10×1×2×8', expected: 20 * 24 * 13 },
  RNN: { op: 'RNN', inputs: ['10×2×5', '1×8×5', '1×8×8'], output: '10×1×2×8', expected: 20 * 8 * 13 },
  // 2 samples, 4 heads, 6 queries by 7 keys: 8 products for a score, 5 for a value.
  attention: { op: 'Attention', inputs: ['2×4×6×8', '2×4×7×8', '2×4×7×5'], output: '2×4×6×5', expected: 8 * 42 * 13 },
  'attention with heads that share values': {
    op: 'Attention',
    inputs: ['2×6×32', '2×7×16', '2×7×10'],
    output: '2×6×20',
    expected: 8 * 42 * 13,
    values: { q_num_heads: 4, kv_num_heads: 2 },
  },
};

describe('multiply–adds', () => {
  it.each(Object.entries(products))('of a %s', (_, { op, inputs, output, values, expected }) => {
    expect(work(op, inputs, output, values)).toEqual({ multiplyAdds: expected, flops: 2 * expected });
  });

  it('of ResNet18 at 224² are 1.81 billion', () => {
    const { graph, opsets } = goldenGraph(readGolden('resnet18'));
    const inputs = graph.inputs.map((input) => ({ name: input.name, type: { kind: 'tensor' as const, type: 'float32' as const, dims: undefined } }));
    const large = { ...graph, inputs };
    const { types } = inferTypes(large, opsets.get('') as number, { input: [1, 3, 224, 224] });
    // 1.814 G with torchvision's 1000 classes; here there are 10.
    expect(totalWork(large, types).multiplyAdds).toBe(1_814_073_344 - 512 * 990);
  });
});

describe('operations', () => {
  it.each([
    ['an element', 'Relu', ['2×3×4'], '2×3×4', 24, {}],
    ['a broadcast element', 'Add', ['2×3×4', '4'], '2×3×4', 24, {}],
    ['a reduced element', 'ReduceMean', ['2×3×4'], '2×1×1', 24, {}],
    ['an element of a pooling window', 'MaxPool', ['1×3×8×8'], '1×3×4×4', 48 * 4, { kernel_shape: [2, 2] }],
    ['an Einsum that only reorders', 'Einsum', ['4×5'], '5×4', 20, { equation: 'ij->ji' }],
  ] as const)('are one for %s', (_, op, inputs, output, expected, values) => {
    expect(work(op, inputs, output, values)).toEqual({ multiplyAdds: 0, flops: expected });
  });

  it.each(['Reshape', 'Transpose', 'Concat', 'Gather'])('are none for %s, which moves data', (op) => {
    expect(work(op, ['4×5'], '5×4')).toEqual({ multiplyAdds: 0, flops: 0 });
  });

  it('are none for what is not known', () => {
    expect(workOf(node('com.example::Magic', ['x'], ['y']), new Map())).toEqual({ multiplyAdds: 0, flops: 0 });
  });
});
