import { describe, expect, it } from 'vitest';
import { type DataType, fromNumbers, Random, RegraftError, sizeOf, type Tensor } from '../../src/core/index.js';
import { type AttributeValue, inferNode, STANDARD_OPS, type TensorType } from '../../src/engine/graph/index.js';
import { shapeRules } from '../../src/engine/graph/shapes/table.js';
import { isNoKernel, run } from '../gradients/run.js';
import { input, modelOf, node } from '../support/graph.js';

interface ShapeCase {
  readonly op: string;
  /** `undefined` stands for an input that is left out. */
  readonly inputs: readonly (Tensor | undefined)[];
  readonly values?: Readonly<Record<string, AttributeValue>>;
  readonly outputs?: number;
  readonly opset?: number;
}

const random = new Random(11, 'shapes');
const draw = (dims: readonly number[], type: DataType = 'float32'): Tensor =>
  fromNumbers(
    type,
    dims,
    Array.from({ length: sizeOf(dims) }, () => (type.startsWith('float') ? random.uniform(0.1, 1) : random.integer(2))),
  );
const ints = (...values: number[]): Tensor => fromNumbers('int64', [values.length], values);
const floats = (...values: number[]): Tensor => fromNumbers('float32', [values.length], values);
const scalar = (value: number): Tensor => fromNumbers('int64', [], [value]);

const show = ({ type, dims }: TensorType): string => `${type} [${dims.join(', ')}]`;

/** The types ONNX Runtime gives the outputs; its message where it refuses the node, `undefined` where it has no kernel. */
async function typesOfOnnxRuntime({ op, inputs, values, outputs = 1, opset = 21 }: ShapeCase): Promise<readonly string[] | Error | undefined> {
  const given = inputs.flatMap((tensor, index) => (tensor ? [[`x${index}`, tensor] as const] : []));
  const names = Array.from({ length: outputs }, (_, index) => `y${index}`);
  const model = modelOf(
    {
      nodes: [
        node(
          op,
          inputs.map((tensor, index) => (tensor ? `x${index}` : '')),
          names,
          op,
          values,
        ),
      ],
      inputs: given.map(([name, tensor]) => input(name, tensor)),
      outputs: names.map((name) => ({ name, type: { kind: 'tensor', type: 'unknown', dims: undefined } })),
    },
    opset,
  );
  try {
    const results = await run(model, Object.fromEntries(given));
    return names.map((name) => show(results.get(name) as Tensor));
  } catch (error) {
    return isNoKernel(error) ? undefined : (error as Error);
  }
}

function ourTypes({ op, inputs, values, outputs = 1, opset = 21 }: ShapeCase): readonly string[] | Error {
  const known = new Map<string, Tensor>(inputs.flatMap((tensor, index) => (tensor ? [[`x${index}`, tensor] as const] : [])));
  const made = node(
    op,
    inputs.map((tensor, index) => (tensor ? `x${index}` : '')),
    Array.from({ length: outputs }, (_, index) => `y${index}`),
    op,
    values,
  );
  try {
    return inferNode(made, { opset, type: (name) => known.get(name), constant: (name) => known.get(name) })
      .slice(0, outputs)
      .map(show);
  } catch (error) {
    if (error instanceof RegraftError) return error;
    throw error;
  }
}

const describeCase = ({ op, inputs, values }: ShapeCase): string =>
  `${op}(${inputs.map((tensor) => tensor && show(tensor)).join(', ')}) ${JSON.stringify(values)}`;

/** What differs, as text: one line a case. */
async function differences(cases: readonly ShapeCase[]): Promise<{ readonly wrong: string[]; readonly compared: number }> {
  const wrong: string[] = [];
  let compared = 0;
  for (const item of cases) {
    const theirs = await typesOfOnnxRuntime(item);
    if (theirs === undefined) continue;
    const ours = ourTypes(item);
    compared++;
    if (theirs instanceof Error) {
      if (!(ours instanceof Error)) wrong.push(`${describeCase(item)}: ${ours} but ONNX Runtime refuses: ${theirs.message.slice(0, 200)}`);
    } else if (String(ours) !== String(theirs)) wrong.push(`${describeCase(item)}: ${ours} instead of ${theirs}`);
  }
  return { wrong, compared };
}

const pick = <T>(...options: readonly T[]): T => options[random.integer(options.length)] as T;

/** A random window over one to three spatial dimensions. */
function windowCase(op: 'Conv' | 'ConvTranspose' | 'MaxPool' | 'AveragePool' | 'LpPool'): ShapeCase {
  const rank = 1 + random.integer(2);
  const per = (make: () => number): number[] => Array.from({ length: rank }, make);
  const [spatial, kernel] = [per(() => 5 + random.integer(6)), per(() => 1 + random.integer(3))];
  const autoPad = pick('NOTSET', 'NOTSET', 'NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID');
  const dilated = op !== 'LpPool' && !autoPad.startsWith('SAME');
  const shared = {
    strides: per(() => 1 + random.integer(3)),
    dilations: dilated ? per(() => 1 + random.integer(2)) : undefined,
    auto_pad: autoPad,
    pads:
      autoPad === 'NOTSET'
        ? [...per(() => random.integer(2)), ...per(() => random.integer(2))].map((pad, i) => Math.min(pad, (kernel[i % rank] as number) - 1))
        : undefined,
  };
  if (op === 'Conv' || op === 'ConvTranspose') {
    const group = pick(1, 2);
    const weight = op === 'Conv' ? [4, 4 / group, ...kernel] : [4, 6 / group, ...kernel];
    const extra = op === 'ConvTranspose' && autoPad === 'NOTSET' ? { output_padding: shared.strides.map((stride) => random.integer(stride)) } : {};
    return { op, inputs: [draw([2, 4, ...spatial]), draw(weight)], values: { ...shared, ...extra, group } };
  }
  const values = { ...shared, kernel_shape: kernel, ceil_mode: random.integer(2) };
  return { op, inputs: [draw([2, 3, ...spatial])], values, outputs: op === 'MaxPool' ? 2 : 1, opset: pick(21, 22) };
}

const lstmWeights = (directions: number, gates: number, input: number, hidden: number): Tensor[] => [
  draw([directions, gates * hidden, input]),
  draw([directions, gates * hidden, hidden]),
];

const resize = (inputs: readonly (Tensor | undefined)[], values: ShapeCase['values'] = {}): ShapeCase => ({ op: 'Resize', inputs, values });
const einsum = (equation: string, ...shapes: readonly (readonly number[])[]): ShapeCase => ({
  op: 'Einsum',
  inputs: shapes.map((dims) => draw(dims)),
  values: { equation },
});

const image = draw([1, 2, 5, 6]);

/** Attributes and outputs the conformance cases, of opset 17 and before, do not reach. */
const CASES: readonly ShapeCase[] = [
  resize([image, undefined, floats(1, 1, 1.7, 0.6)]),
  resize([image, undefined, floats(2.3, 0.9)], { axes: [2, 3] }),
  resize([image, undefined, undefined, ints(7, 3)], { axes: [3, 2] }),
  resize([image, undefined, undefined, ints(7, 7)], { axes: [2, 3], keep_aspect_ratio_policy: 'not_larger' }),
  resize([image, undefined, undefined, ints(7, 7)], { axes: [2, 3], keep_aspect_ratio_policy: 'not_smaller' }),
  resize([image, undefined, undefined, ints(1, 2, 9, 3)], { mode: 'linear' }),
  { op: 'Pad', inputs: [image, ints(1, 2, 3, 4), undefined, ints(-1, 1)] },
  { op: 'Pad', inputs: [image, ints(0, 0, -1, 2, 0, 0, 3, -2)] },
  { op: 'Split', inputs: [draw([7, 2])], values: { num_outputs: 3 }, outputs: 3 },
  { op: 'Split', inputs: [draw([2, 6])], values: { axis: -1, num_outputs: 2 }, outputs: 2 },
  { op: 'Split', inputs: [draw([7]), ints(3, 0, 4)], outputs: 3 },
  { op: 'Reshape', inputs: [draw([2, 3, 4]), ints(0, -1)] },
  { op: 'Reshape', inputs: [draw([0, 3]), ints(3, 0)], values: { allowzero: 1 } },
  { op: 'Reshape', inputs: [draw([2, 3]), ints(4, 2)] },
  { op: 'Slice', inputs: [draw([5, 6]), ints(4, -1), ints(-100, 0), ints(0, 1), ints(-2, -3)] },
  { op: 'Slice', inputs: [draw([5]), ints(7), ints(9)] },
  { op: 'Slice', inputs: [draw([5]), ints(3), ints(2)] },
  { op: 'Expand', inputs: [draw([3, 1]), ints(2, 1, 4)] },
  { op: 'Expand', inputs: [draw([3]), ints(2)] },
  { op: 'Tile', inputs: [draw([2, 3]), ints(0, 2)] },
  { op: 'MatMul', inputs: [draw([3]), draw([3])] },
  { op: 'MatMul', inputs: [draw([3]), draw([2, 3, 4])] },
  { op: 'MatMul', inputs: [draw([2, 1, 4, 3]), draw([5, 3])] },
  { op: 'MatMul', inputs: [draw([2, 4, 3]), draw([3])] },
  { op: 'MatMul', inputs: [draw([2, 4, 3]), draw([4, 3])] },
  { op: 'Gemm', inputs: [draw([3, 2]), draw([4, 3]), draw([4])], values: { transA: 1, transB: 1 } },
  { op: 'Gemm', inputs: [draw([2, 3]), draw([3, 4]), draw([3])] },
  { op: 'Gather', inputs: [draw([3, 4]), scalar(1)], values: { axis: -1 } },
  { op: 'GatherND', inputs: [draw([2, 3, 4]), fromNumbers('int64', [2, 1, 1], [0, 2])], values: { batch_dims: 1 } },
  { op: 'TopK', inputs: [draw([3, 5]), ints(2)], values: { axis: 1 }, outputs: 2 },
  { op: 'TopK', inputs: [draw([3, 5]), ints(6)], outputs: 2 },
  { op: 'LayerNormalization', inputs: [draw([2, 3, 4]), draw([3, 4]), draw([3, 4])], values: { axis: 1 }, outputs: 3 },
  { op: 'LayerNormalization', inputs: [draw([2, 3, 4], 'float64'), draw([4], 'float64')], outputs: 3 },
  { op: 'BatchNormalization', inputs: [draw([2, 3, 4]), draw([3]), draw([3]), draw([3]), draw([3])], values: { training_mode: 1 }, outputs: 3 },
  { op: 'GroupNormalization', inputs: [draw([2, 4, 3]), draw([4]), draw([4])], values: { num_groups: 2 } },
  { op: 'RMSNormalization', inputs: [draw([2, 3]), draw([3])], opset: 23 },
  { op: 'Dropout', inputs: [draw([2, 3])], outputs: 2 },
  { op: 'LSTM', inputs: [draw([5, 2, 3]), ...lstmWeights(2, 4, 3, 6)], values: { hidden_size: 6, direction: 'bidirectional' }, outputs: 3 },
  { op: 'GRU', inputs: [draw([5, 2, 3]), ...lstmWeights(1, 3, 3, 6)], values: { hidden_size: 6 }, outputs: 2 },
  { op: 'RNN', inputs: [draw([5, 2, 3]), ...lstmWeights(1, 1, 3, 6)], values: { hidden_size: 6, direction: 'reverse' }, outputs: 2 },
  { op: 'SoftmaxCrossEntropyLoss', inputs: [draw([2, 3, 4]), draw([2, 4], 'int64')], values: { reduction: 'none' }, outputs: 2 },
  { op: 'SoftmaxCrossEntropyLoss', inputs: [draw([2, 3]), draw([2], 'int64')], outputs: 2 },
  einsum('ij,jk->ik', [2, 3], [3, 4]),
  einsum('...ij,...jk', [5, 1, 2, 3], [6, 3, 4]),
  einsum('...ij,...jk', [5, 1, 2, 3], [1, 6, 3, 4]),
  einsum('b...i,io->b...o', [2, 3, 4, 5], [5, 6]),
  einsum('ii->i', [3, 3]),
  einsum('ij->', [2, 3]),
  einsum('ba,cb', [2, 3], [4, 2]),
  einsum('ij,jk', [2, 3], [4, 5]),
  { op: 'Col2Im', inputs: [draw([1, 8, 9]), ints(4, 4), ints(2, 2)] },
  { op: 'CenterCropPad', inputs: [draw([4, 5]), ints(6, 3)] },
  { op: 'CenterCropPad', inputs: [draw([4, 5]), ints(2)], values: { axes: [-1] } },
  { op: 'AffineGrid', inputs: [draw([2, 2, 3]), ints(2, 3, 4, 5)] },
  { op: 'GridSample', inputs: [image, draw([1, 3, 4, 2])] },
  { op: 'DFT', inputs: [draw([2, 8, 1])], values: { onesided: 1 } },
  { op: 'DFT', inputs: [draw([2, 8, 3, 2]), scalar(5), scalar(1)] },
  { op: 'STFT', inputs: [draw([1, 32, 1]), scalar(8), undefined, scalar(16)] },
  { op: 'HannWindow', inputs: [scalar(9)] },
  { op: 'MelWeightMatrix', inputs: [scalar(8), scalar(16), scalar(8000), fromNumbers('float32', [], [0]), fromNumbers('float32', [], [4000])] },
  { op: 'Gelu', inputs: [draw([2, 3])], values: { approximate: 'tanh' } },
  { op: 'Attention', inputs: [draw([2, 4, 12]), draw([2, 5, 6]), draw([2, 5, 8])], values: { q_num_heads: 4, kv_num_heads: 2 }, opset: 23 },
  { op: 'Attention', inputs: [draw([2, 3, 4, 5]), draw([2, 3, 6, 5]), draw([2, 3, 6, 7])], opset: 23 },
  { op: 'QuantizeLinear', inputs: [draw([2, 3]), fromNumbers('float32', [], [0.1])] },
  { op: 'DequantizeLinear', inputs: [draw([2, 3], 'int8'), fromNumbers('float32', [], [0.1])] },
  { op: 'DynamicQuantizeLinear', inputs: [draw([2, 3])], outputs: 3 },
  {
    op: 'MaxUnpool',
    inputs: [draw([1, 1, 2, 2]), fromNumbers('int64', [1, 1, 2, 2], [0, 2, 8, 10])],
    values: { kernel_shape: [2, 2], strides: [2, 2] },
  },
  { op: 'RoiAlign', inputs: [image, fromNumbers('float32', [1, 4], [0, 0, 3, 3]), ints(0)], values: { output_height: 2, output_width: 3 } },
  { op: 'OneHot', inputs: [draw([2, 3], 'int64'), scalar(4), floats(0, 1)], values: { axis: 1 } },
  { op: 'Squeeze', inputs: [draw([1, 3, 1]), ints(1)] },
  { op: 'Unsqueeze', inputs: [draw([3]), ints(0, -1)] },
  { op: 'Concat', inputs: [draw([2, 3]), draw([2, 4])], values: { axis: -1 } },
  { op: 'Concat', inputs: [draw([2, 3]), draw([3, 3])], values: { axis: 1 } },
  { op: 'Add', inputs: [draw([2, 3]), draw([2])] },
  { op: 'Where', inputs: [draw([2, 1], 'bool'), draw([3]), draw([1, 1, 1])] },
  { op: 'ReduceSum', inputs: [draw([2, 3, 4]), ints(-1, 0)], values: { keepdims: 0 } },
  { op: 'ReduceMax', inputs: [draw([2, 3]), ints()], values: { noop_with_empty_axes: 1 } },
  { op: 'ReduceMean', inputs: [draw([2, 3]), ints(2)] },
  { op: 'Multinomial', inputs: [draw([2, 5])], values: { sample_size: 7 } },
  { op: 'Flatten', inputs: [draw([2, 3, 4])], values: { axis: 3 } },
  { op: 'Flatten', inputs: [draw([2, 3, 4])], values: { axis: -1 } },
  { op: 'DepthToSpace', inputs: [draw([1, 8, 2, 3])], values: { blocksize: 2 } },
  { op: 'SpaceToDepth', inputs: [draw([1, 2, 4, 6])], values: { blocksize: 2 } },
];

describe('shape rules', () => {
  it('state the types of the outputs as ONNX Runtime gives them, and refuse what it refuses', { timeout: 120_000 }, async () => {
    const { wrong, compared } = await differences(CASES);
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(70);
  });

  it.each(['Conv', 'ConvTranspose', 'MaxPool', 'AveragePool', 'LpPool'] as const)('%s: random windows', { timeout: 120_000 }, async (op) => {
    const { wrong, compared } = await differences(Array.from({ length: 120 }, () => windowCase(op)));
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(60);
  });

  it('are there for every operator, and only for operators', () => {
    expect(Object.keys(shapeRules).sort()).toEqual([...STANDARD_OPS].sort());
  });
});
