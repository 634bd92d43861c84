import { describe, expect, it } from 'vitest';
import { type DataType, fromNumbers, isFloat, Random, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import { foldNode } from '../../src/engine/graph/fold/index.js';
import { foldRules } from '../../src/engine/graph/fold/table.js';
import { type AttributeValue, elementTypeNumber } from '../../src/engine/graph/index.js';
import { isNoKernel, run } from '../gradients/run.js';
import { input, modelOf, node } from '../support/graph.js';

interface FoldCase {
  readonly inputs: readonly Tensor[];
  readonly values?: Readonly<Record<string, AttributeValue>>;
  readonly outputs?: number;
}

const random = new Random(7, 'fold');

/** Numbers in [low, high): whole for integers, quarters for floats, so that ties and equal elements occur. */
function draw(type: DataType, dims: readonly number[], low = -4, high = 5): Tensor {
  const [from, to] = type === 'bool' ? [0, 2] : [type.startsWith('u') ? Math.max(0, low) : low, high];
  const quarter = isFloat(type) ? 4 : 1;
  return fromNumbers(
    type,
    dims,
    Array.from({ length: sizeOf(dims) }, () => Math.floor(random.uniform(from * quarter, to * quarter)) / quarter),
  );
}

const ints = (...values: number[]): Tensor => fromNumbers('int64', [values.length], values);
const scalar = (type: DataType, value: number): Tensor => fromNumbers(type, [], [value]);

const FLOATS = ['float32', 'float64'] as const;
const NUMBERS = [...FLOATS, 'int32', 'int64'] as const;
const ALL = [...NUMBERS, 'float16', 'uint8', 'bool'] as const;

const each = <T extends DataType>(types: readonly T[], make: (type: T) => FoldCase | FoldCase[]): FoldCase[] => types.flatMap(make);
const SHAPES = [
  [
    [2, 3],
    [2, 3],
  ],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [[], [2]],
] as const;

const binary = (types: readonly DataType[] = NUMBERS, low = -4): FoldCase[] =>
  each(types, (type) => SHAPES.map(([a, b]) => ({ inputs: [draw(type, a), draw(type, b, low)] })));
const unary = (types: readonly DataType[] = FLOATS, low = -4): FoldCase[] => each(types, (type) => ({ inputs: [draw(type, [2, 3], low)] }));
const variadic = (types: readonly DataType[] = NUMBERS): FoldCase[] =>
  each(types, (type) => [{ inputs: [draw(type, [2, 3]), draw(type, [3]), draw(type, [2, 1])] }, { inputs: [draw(type, [2])] }]);
const reduced = (types: readonly DataType[] = NUMBERS): FoldCase[] =>
  each(types, (type) => [
    { inputs: [draw(type, [2, 3, 4]), ints(1)] },
    { inputs: [draw(type, [2, 3, 4]), ints(-1, 0)], values: { keepdims: 0 } },
    { inputs: [draw(type, [2, 3])] },
    { inputs: [draw(type, [2, 3])], values: { noop_with_empty_axes: 1 } },
  ]);
const argument = (): FoldCase[] =>
  each(NUMBERS, (type) => [
    { inputs: [draw(type, [2, 5])], values: { axis: 1 } },
    { inputs: [draw(type, [4, 3])], values: { axis: -2, keepdims: 0, select_last_index: 1 } },
  ]);
const scattered = (op: 'elements' | 'nd'): FoldCase[] =>
  each(NUMBERS, (type) =>
    ['none', 'add', 'mul', 'max', 'min'].map((reduction) => ({
      inputs:
        op === 'elements'
          ? [draw(type, [3, 4]), fromNumbers('int64', [2, 2], [0, -1, 2, 1]), draw(type, [2, 2])]
          : [draw(type, [3, 4]), fromNumbers('int64', [2, 1], [-1, 0]), draw(type, [2, 4])],
      values: { reduction, ...(op === 'elements' && { axis: 1 }) },
    })),
  );
const conditions = (count: number): FoldCase[] =>
  each(ALL, (type) => ({ inputs: [draw('bool', [2, 1]), draw(type, [1, 3]), draw(type, [2, 3])].slice(0, count) }));

const CASES: Readonly<Record<string, readonly FoldCase[]>> = {
  Abs: unary(NUMBERS),
  Add: binary(),
  And: binary(['bool']),
  ArgMax: argument(),
  ArgMin: argument(),
  BitwiseAnd: binary(['int32', 'int64', 'uint8']),
  BitwiseNot: unary(['int32', 'int64', 'uint8']),
  BitwiseOr: binary(['int32', 'int64', 'uint8']),
  BitwiseXor: binary(['int32', 'int64', 'uint8']),
  Cast: ALL.flatMap((from) =>
    ALL.map((to) => ({ inputs: [draw(from, [2, 3], from.startsWith('float') ? 0 : -4)], values: { to: elementTypeNumber(to) } })),
  ),
  CastLike: [{ inputs: [draw('float32', [2, 3]), draw('int64', [1])] }],
  Ceil: unary(),
  Clip: each(NUMBERS, (type) => ({ inputs: [draw(type, [3, 3]), scalar(type, -1), scalar(type, 2)] })),
  Compress: [
    { inputs: [draw('float32', [3, 2]), fromNumbers('bool', [3], [0, 1, 1])], values: { axis: 0 } },
    { inputs: [draw('int64', [3, 2]), fromNumbers('bool', [5], [0, 1, 1, 0, 1])] },
  ],
  Concat: each(ALL, (type) => ({ inputs: [draw(type, [2, 1, 2]), draw(type, [2, 3, 2])], values: { axis: -2 } })),
  Constant: [
    { inputs: [], values: { value: draw('int64', [2, 2]) } },
    { inputs: [], values: { value_ints: [3, -1] } },
  ],
  ConstantOfShape: [{ inputs: [ints(2, 3)] }, { inputs: [ints(2, 0)], values: { value: ints(5) } }, { inputs: [ints()], values: { value: ints(5) } }],
  Cos: unary(['float32']),
  CumSum: each(NUMBERS, (type) => [
    { inputs: [draw(type, [2, 4]), scalar('int64', 1)] },
    { inputs: [draw(type, [3, 4]), scalar('int64', -2)], values: { exclusive: 1, reverse: 1 } },
  ]),
  Div: binary(NUMBERS, 1),
  Equal: binary(ALL),
  Exp: unary(),
  Expand: each(ALL, (type) => ({ inputs: [draw(type, [3, 1]), ints(2, 1, 4)] })),
  EyeLike: [
    { inputs: [draw('float32', [3, 4])], values: { k: 1 } },
    { inputs: [draw('int64', [3, 3])], values: { k: -1 } },
  ],
  Flatten: [{ inputs: [draw('float32', [2, 3, 4])], values: { axis: 2 } }],
  Floor: unary(),
  Gather: each(ALL, (type) => [
    { inputs: [draw(type, [3, 4]), fromNumbers('int64', [2, 2], [0, -1, 2, 1])], values: { axis: 1 } },
    { inputs: [draw(type, [3]), scalar('int64', -1)] },
  ]),
  GatherElements: each(NUMBERS, (type) => ({ inputs: [draw(type, [3, 2]), fromNumbers('int64', [2, 2], [0, -1, 2, 1])], values: { axis: 0 } })),
  GatherND: [
    { inputs: [draw('float32', [2, 3, 4]), fromNumbers('int64', [2, 2], [0, -1, 1, 2])] },
    { inputs: [draw('int64', [2, 3, 4]), fromNumbers('int64', [2, 1], [2, -3])], values: { batch_dims: 1 } },
  ],
  Greater: binary(),
  GreaterOrEqual: binary(),
  Identity: unary(ALL),
  IsInf: [
    { inputs: [fromNumbers('float32', [3], [1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])] },
    { inputs: [fromNumbers('float32', [3], [1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])], values: { detect_negative: 0 } },
  ],
  IsNaN: [{ inputs: [fromNumbers('float32', [2], [1, Number.NaN])] }],
  Less: binary(),
  LessOrEqual: binary(),
  Log: unary(FLOATS, 1),
  Max: variadic(),
  Min: variadic(),
  Mod: [
    ...each(['int32', 'int64'] as const, (type) => [
      { inputs: [draw(type, [12], -7, 8), scalar(type, 3)] },
      { inputs: [draw(type, [12], -7, 8), scalar(type, -3)] },
      { inputs: [draw(type, [12], -7, 8), scalar(type, -3)], values: { fmod: 1 } },
    ]),
    { inputs: [draw('float32', [12], -7, 8), scalar('float32', 2.5)], values: { fmod: 1 } },
  ],
  Mul: [...binary(), { inputs: [fromNumbers('int32', [2], [2 ** 31 - 1, 123456789]), scalar('int32', 987654321)] }],
  Neg: unary(NUMBERS),
  NonZero: each(ALL, (type) => ({ inputs: [draw(type, [3, 4], -1, 2)] })),
  Not: unary(['bool']),
  OneHot: [
    { inputs: [ints(0, 2, -1, 7), scalar('int64', 4), fromNumbers('float32', [2], [0.5, 2])] },
    { inputs: [fromNumbers('int64', [2, 2], [1, 0, -3, 2]), scalar('int64', 3), ints(0, 1)], values: { axis: 1 } },
  ],
  Or: binary(['bool']),
  Pad: each(NUMBERS, (type) => [
    { inputs: [draw(type, [2, 3]), ints(1, 0, 0, 2), scalar(type, 7)] },
    { inputs: [draw(type, [2, 3]), ints(-1, 2), scalar(type, 7), ints(-1)] },
  ]),
  Pow: [
    ...each(FLOATS, (type) => ({ inputs: [draw(type, [2, 3], 1), draw(type, [3])] })),
    ...each(['int32', 'int64'] as const, (type) => ({ inputs: [draw(type, [2, 3]), draw(type, [3], 0)] })),
    { inputs: [draw('float32', [2, 3]), scalar('int64', 3)] },
  ],
  Range: [
    { inputs: [scalar('int64', 1), scalar('int64', 10), scalar('int64', 4)] },
    { inputs: [scalar('float32', 5), scalar('float32', -1), scalar('float32', -1.5)] },
    { inputs: [scalar('int32', 1), scalar('int32', 1), scalar('int32', 1)] },
  ],
  Reciprocal: unary(FLOATS, 1),
  ReduceL1: reduced(['float32', 'int32']),
  ReduceL2: reduced(FLOATS),
  ReduceMax: reduced(),
  ReduceMean: reduced(FLOATS),
  ReduceMin: reduced(),
  ReduceProd: reduced(),
  ReduceSum: reduced(),
  ReduceSumSquare: reduced(),
  Relu: unary(FLOATS),
  Reshape: each(ALL, (type) => ({ inputs: [draw(type, [2, 6]), ints(0, -1, 3)] })),
  Round: unary(),
  ScatterElements: scattered('elements'),
  ScatterND: scattered('nd'),
  Shape: [{ inputs: [draw('float32', [2, 0, 3])] }, { inputs: [draw('float32', [2, 4, 3])], values: { start: -2, end: 9 } }],
  Sigmoid: unary(),
  Sign: unary(NUMBERS),
  Sin: unary(['float32']),
  Size: [{ inputs: [draw('float32', [2, 3])] }],
  Slice: each(ALL, (type) => [
    { inputs: [draw(type, [4, 5]), ints(-1, 1), ints(-9, 100), ints(0, 1), ints(-2, 3)] },
    { inputs: [draw(type, [4, 5]), ints(1), ints(3)] },
    { inputs: [draw(type, [4, 5]), ints(3), ints(1), ints(-1)] },
  ]),
  Split: [
    { inputs: [draw('int64', [2, 7])], values: { axis: 1, num_outputs: 3 }, outputs: 3 },
    { inputs: [draw('float32', [5, 2]), ints(1, 4)], outputs: 2 },
  ],
  Sqrt: unary(FLOATS, 0),
  Squeeze: [{ inputs: [draw('int64', [1, 3, 1])] }, { inputs: [draw('int64', [1, 3, 1]), ints(-1)] }],
  Sub: binary(),
  Sum: variadic(FLOATS),
  Tanh: unary(),
  Tile: each(ALL, (type) => ({ inputs: [draw(type, [2, 3]), ints(2, 3)] })),
  Transpose: each(ALL, (type) => [{ inputs: [draw(type, [2, 3, 4])], values: { perm: [2, 0, 1] } }, { inputs: [draw(type, [2, 3])] }]),
  Trilu: each(NUMBERS, (type) => [{ inputs: [draw(type, [2, 3, 4]), scalar('int64', -1)] }, { inputs: [draw(type, [4, 3])], values: { upper: 0 } }]),
  Unsqueeze: [{ inputs: [draw('float32', [2, 3]), ints(-1, 0)] }],
  Where: conditions(3),
  Xor: binary(['bool']),
};

/** ONNX Runtime's own exp, tanh and pow differ from the C library's by a few units in the last place. */
const ROUNDING = 1e-6;

function equal(a: Tensor, b: Tensor): boolean {
  const [x, y] = [toNumbers(a), toNumbers(b)];
  const close = (p: number, q: number): boolean => Object.is(p, q) || p === q || Math.abs(p - q) <= ROUNDING * Math.abs(q);
  return a.type === b.type && String(a.dims) === String(b.dims) && x.every((value, i) => close(value, y[i] as number));
}

const show = ({ type, dims, data }: Tensor): string => `${type} [${dims}]: ${data}`;

/** The outputs by both; `undefined` where ONNX Runtime has no kernel for the element type. */
async function both(
  op: string,
  { inputs, values = {}, outputs = 1 }: FoldCase,
): Promise<{ ours: readonly Tensor[]; theirs: readonly Tensor[] } | undefined> {
  const inputNames = inputs.map((_, index) => `x${index}`);
  const outputNames = Array.from({ length: outputs }, (_, index) => `y${index}`);
  const made = node(op, inputNames, outputNames, op, values);
  const known = new Map(inputs.map((tensor, index) => [`x${index}`, tensor]));
  const ours = foldNode(made, { opset: 21, type: (name) => known.get(name), constant: (name) => known.get(name) }) ?? [];
  const model = modelOf({
    nodes: [made],
    inputs: inputs.map((tensor, index) => input(`x${index}`, tensor)),
    outputs: outputNames.map((name) => ({ name, type: { kind: 'tensor', type: 'unknown', dims: undefined } })),
  });
  try {
    const results = await run(model, Object.fromEntries(known));
    return { ours, theirs: outputNames.map((name) => results.get(name) as Tensor) };
  } catch (error) {
    if (isNoKernel(error)) return undefined;
    throw error;
  }
}

describe('constant folding', () => {
  it('has cases for every rule', () => {
    expect(Object.keys(CASES).sort()).toEqual(Object.keys(foldRules).sort());
  });

  it.each(Object.entries(CASES))('%s computes what ONNX Runtime computes', async (op, cases) => {
    let compared = 0;
    for (const item of cases) {
      const results = await both(op, item);
      if (!results) continue;
      compared++;
      const { ours, theirs } = results;
      expect(ours.length, 'number of outputs').toBe(theirs.length);
      for (const [index, tensor] of theirs.entries()) {
        const mine = ours[index] as Tensor;
        if (!equal(mine, tensor)) expect(`${item.inputs.map(show).join(' | ')} ${JSON.stringify(item.values)} → ${show(mine)}`).toBe(show(tensor));
      }
    }
    expect(compared).toBeGreaterThan(0);
  });

  it('leaves alone what would be an error or undefined', () => {
    const fold = (op: string, ...inputs: Tensor[]): unknown => {
      const known = new Map(inputs.map((tensor, index) => [`x${index}`, tensor]));
      return foldNode(node(op, [...known.keys()], ['y']), { opset: 21, type: (name) => known.get(name), constant: (name) => known.get(name) });
    };
    expect(fold('Div', ints(1), ints(0))).toBeUndefined();
    expect(fold('Mod', ints(1), ints(0))).toBeUndefined();
    expect(fold('Gather', ints(1, 2), ints(2))).toBeUndefined();
    expect(fold('Pow', ints(2), ints(-1))).toBeUndefined();
    expect(fold('ConstantOfShape', ints(1001, 1000))).toBeUndefined();
  });
});
