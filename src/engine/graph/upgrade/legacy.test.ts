import { describe, expect, it } from 'vitest';
import { modelOf, node } from '../../../../test/support/graph.js';
import { runOnnx } from '../../../../test/support/ort.js';
import { float32, int64, RegraftError, type Tensor, toNumbers } from '../../../core/index.js';
import type { AttributeValue } from '../attributes.js';
import type { Attribute, Node, ValueInfo } from '../model.js';
import { upgradeModel } from './index.js';

/**
 * ONNX Runtime has no kernels for most ops of opset 6 and earlier, so expected numbers come from the text of the specification
 * (onnx/docs/Changelog.md), by hand.
 */
interface LegacyCase {
  readonly opset: number;
  readonly node: Node;
  readonly inputs: readonly Tensor[];
  readonly expected: readonly number[];
}

const NAMES = ['x', 'y', 'z'] as const;

function old(
  op: string,
  opset: number,
  values: Readonly<Record<string, AttributeValue>>,
  inputs: readonly Tensor[],
  expected: readonly number[],
  extra: Readonly<Record<string, Attribute>> = {},
): LegacyCase {
  const made = node(op, NAMES.slice(0, inputs.length), ['out'], 'out', values);
  return { opset, node: { ...made, attributes: { ...made.attributes, ...extra } }, inputs, expected };
}

const matrix = float32([2, 3], [1, 2, 3, 4, 5, 6]);
const cube = float32([2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]);

const cases: Readonly<Record<string, LegacyCase>> = {
  'Add 6, same shapes': old('Add', 6, {}, [matrix, matrix], [2, 4, 6, 8, 10, 12]),
  'Add 6, last dimensions': old('Add', 6, { broadcast: 1 }, [matrix, float32([3], [10, 20, 30])], [11, 22, 33, 14, 25, 36]),
  'Sub 6, first dimension': old('Sub', 6, { broadcast: 1, axis: 0 }, [matrix, float32([2], [1, 4])], [0, 1, 2, 0, 1, 2]),
  'Mul 6, middle dimension': old('Mul', 6, { broadcast: 1, axis: 1 }, [cube, float32([2], [1, 10])], [0, 1, 20, 30, 4, 5, 60, 70]),
  'Div 6, negative axis': old('Div', 6, { broadcast: 1, axis: -2 }, [cube, float32([2], [1, 2])], [0, 1, 1, 1.5, 4, 5, 3, 3.5]),
  'Pow 1, axis at the end': old('Pow', 1, { broadcast: 1, axis: 1 }, [matrix, float32([3], [1, 2, 0])], [1, 4, 1, 4, 25, 1]),
  'Greater 1': old('Greater', 1, { broadcast: 1, axis: 0 }, [matrix, float32([2], [1, 5])], [0, 1, 1, 0, 0, 1]),
  'Gemm 6': old('Gemm', 6, { broadcast: 1 }, [float32([1, 2], [1, 2]), float32([2, 2], [1, 2, 3, 4]), float32([2], [10, 20])], [17, 30]),
  'PRelu 6, a slope a channel': old('PRelu', 6, {}, [float32([1, 2, 2], [-1, 1, -1, 1]), float32([2], [0.1, 0.5])], [Math.fround(-0.1), 1, -0.5, 1]),
  'PRelu 6, one slope': old('PRelu', 6, {}, [float32([1, 2, 2], [-1, 1, -1, 1]), float32([1], [0.5])], [-0.5, 1, -0.5, 1]),
  'Relu 1': old('Relu', 1, { consumed_inputs: [0] }, [float32([2], [-1, 2])], [0, 2]),
  'Clip 1': old('Clip', 1, {}, [float32([2], [-1, 2])], [0, 2], { min: { kind: 'float', value: 0 } }),
  'Cast 1': old('Cast', 1, { to: 'INT32' }, [float32([2], [-1.5, 2.5])], [-1, 2]),
  'Cast 5, double': old('Cast', 5, { to: 'DOUBLE' }, [float32([1], [0.5])], [0.5]),
  'Concat 1': old('Concat', 1, {}, [float32([1, 1], [1]), float32([1, 2], [2, 3])], [1, 2, 3]),
  'Reshape 1': old('Reshape', 1, { shape: [3, -1] }, [matrix], [1, 2, 3, 4, 5, 6]),
  'Pad 1': old('Pad', 1, { paddings: [1, 0] }, [float32([1], [5])], [9, 5], { value: { kind: 'float', value: 9 } }),
  'Selu 1': old('Selu', 1, {}, [float32([1], [2])], [Math.fround(Math.fround(1.0507) * 2)]),
  'Softmax 1': old('Softmax', 1, {}, [float32([1, 2, 2], [1, 1, 1, 1])], [0.25, 0.25, 0.25, 0.25]),
  'Upsample 1': old('Upsample', 1, {}, [float32([1, 1, 1, 2], [1, 2])], [1, 1, 2, 2], {
    width_scale: { kind: 'float', value: 2 },
    height_scale: { kind: 'float', value: 1 },
  }),
  'BatchNormalization 6': {
    opset: 6,
    node: node('BatchNormalization', ['x', 'y', 'z', 'z', 'y'], ['out'], 'out', { is_test: 1, epsilon: 0 }),
    inputs: [float32([1, 1, 2], [3, 5]), float32([1], [4]), float32([1], [1])],
    expected: [5, 9],
  },
  'Dropout 6': old('Dropout', 6, { is_test: 1, ratio: 0.9 }, [matrix], [1, 2, 3, 4, 5, 6]),
};

function build({ opset, node: made, inputs }: LegacyCase, isStatic: boolean): ReturnType<typeof modelOf> {
  const infos: ValueInfo[] = inputs.map(({ type, dims }, index) => ({
    name: NAMES[index] ?? '',
    type: { kind: 'tensor', type, dims: isStatic ? dims : undefined },
  }));
  return modelOf({ nodes: [made], inputs: infos, outputs: [{ name: 'out', type: { kind: 'tensor', type: 'unknown', dims: undefined } }] }, opset);
}

describe.each([true, false])('ops before opset 7, with static shapes: %s', (isStatic) => {
  it.each(Object.keys(cases))('%s', async (name) => {
    const legacy = cases[name] as LegacyCase;
    const feeds = Object.fromEntries(legacy.inputs.map((tensor, index) => [NAMES[index] ?? '', tensor]));
    const { out } = await runOnnx(upgradeModel(build(legacy, isStatic)), feeds);
    expect(out && toNumbers(out)).toEqual(legacy.expected);
  });
});

describe('what has no modern form', () => {
  const refuse =
    (made: Node, opset: number): (() => unknown) =>
    () =>
      upgradeModel(modelOf({ nodes: [made], inputs: ['x', 'y'], outputs: [made.outputs[0] ?? ''] }, opset));

  it.each([
    ['Tile 1', node('Tile', ['x', 'y'], ['out']), 5, 'it repeats along one axis'],
    ['Scan 8 with lengths', node('Scan', ['x', 'y'], ['out'], 'out', { num_scan_inputs: 1 }), 8, 'it has sequence lengths'],
    ['Upsample 7 without scales', node('Upsample', ['x'], ['out']), 7, 'it has no "scales"'],
    [
      'LpPool 1 of half a norm',
      { ...node('LpPool', ['x'], ['out']), attributes: { p: { kind: 'float', value: 0.5 } } } satisfies Node,
      1,
      'its norm is 0.5',
    ],
  ] as const)('%s', (_, made, opset, reason) => {
    expect(refuse(made, opset)).toThrow(RegraftError);
    expect(refuse(made, opset)).toThrow(new RegExp(`node "out" of opset ${opset} cannot be brought to opset 21: ${reason}`));
  });

  it('BatchNormalization whose saved statistics are used', () => {
    const made = node('BatchNormalization', ['x', 'y', 'y', 'y', 'y'], ['out', 'm', 'v', 'sm', 'sv'], 'bn');
    const model = modelOf({ nodes: [made], inputs: ['x', 'y'], outputs: ['out', 'sm'] }, 9);
    expect(() => upgradeModel(model)).toThrow('its saved mean or variance is used');
  });
});

describe('models', () => {
  it('of opset 21 and later are left as they are', () => {
    const model = modelOf({ nodes: [node('Abs', ['x'], ['y'])], inputs: ['x'], outputs: ['y'] }, 22);
    expect(upgradeModel(model)).toBe(model);
  });

  it('of IR version 3 lose the inputs that only declare initialisers', () => {
    const parts = { nodes: [node('Add', ['x', 'w'], ['y'])], inputs: ['x', 'w'], outputs: ['y'], initializers: { w: int64([1], [1]) } };
    const model = upgradeModel({ ...modelOf(parts, 9), irVersion: 3 });
    expect(model.graph.inputs.map((info) => info.name)).toEqual(['x']);
    expect(model.irVersion).toBe(10);
  });

  it('keep nodes of other domains', () => {
    const model = modelOf({ nodes: [node('com.microsoft::Softmax', ['x'], ['y'])], inputs: ['x'], outputs: ['y'] }, 9);
    expect(upgradeModel(model).graph.nodes).toEqual(model.graph.nodes);
  });
});
