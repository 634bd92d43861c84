import { describe, expect, it } from 'vitest';
import { goldenGraph, goldenNames, readGolden } from '../../../test/support/golden.js';
import { graphOf, node } from '../../../test/support/graph.js';
import { float32, int64, type Tensor } from '../../core/index.js';
import { findParameters } from './parameters.js';
import { prepareModel } from './prepare.js';
import { liftWeightConstants } from './weight-constants.js';

/** The names of the parameters of a graph whose last node gives the output. */
function namesOf(nodes: Parameters<typeof graphOf>[0]['nodes'], initializers: Readonly<Record<string, Tensor>> = {}): string[] {
  const graph = graphOf({ nodes, inputs: ['x'], outputs: [nodes.at(-1)?.outputs[0] ?? ''], initializers });
  return findParameters(liftWeightConstants(graph)).map(({ name }) => name);
}

describe('the parameters of a model are those that PyTorch trains', () => {
  it.each(goldenNames())('%s', (name) => {
    const golden = readGolden(name);
    const frozen = new RegExp((golden.spec['freeze'] as string | undefined) ?? '^$');
    const found = findParameters(prepareModel(goldenGraph(golden)).graph).map((parameter) => parameter.name);
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter((parameter) => !frozen.test(parameter)).sort()).toEqual(golden.gradients.map((gradient) => gradient.name).sort());
  });
});

it('a scalar is a parameter, unless its name says that an exporter made it of a number', () => {
  const nodes = [node('Mul', ['x', 'logit_scale'], ['a']), node('Mul', ['a', 'val_62'], ['b']), node('Add', ['b', 'scalar_tensor_default_1'], ['y'])];
  const scalar = float32([], [0.5]);
  expect(namesOf(nodes, { logit_scale: scalar, val_62: scalar, scalar_tensor_default_1: scalar })).toEqual(['logit_scale']);
});

it('a vector is a parameter, whatever its name', () => {
  expect(namesOf([node('Mul', ['x', 'val_62'], ['y'])], { val_62: float32([2], [0.5, 1]) })).toEqual(['val_62']);
});

it('statistics, ranges and whole numbers are no parameters', () => {
  const four = float32([4], [1, 1, 1, 1]);
  const nodes = [
    node('BatchNormalization', ['x', 'scale', 'bias', 'mean', 'variance'], ['a']),
    node('Clip', ['a', 'low', 'high'], ['b']),
    node('Reshape', ['b', 'shape'], ['y']),
  ];
  const range = { low: float32([], [0]), high: float32([], [6]), shape: int64([1], [-1]) };
  expect(namesOf(nodes, { scale: four, bias: four, mean: four, variance: four, ...range })).toEqual(['scale', 'bias']);
});

describe('weights in Constant nodes', () => {
  const constant = (name: string, values: readonly number[]) => node('Constant', [], [name], name, { value: float32([values.length], values) });
  const normalise = (scale: string, bias: string) => node('InstanceNormalization', ['x', scale, bias], ['y']);

  it('are parameters', () => {
    expect(namesOf([constant('norm.weight', [1, 1]), constant('norm.bias', [0, 0]), normalise('norm.weight', 'norm.bias')])).toEqual([
      'norm.weight',
      'norm.bias',
    ]);
    expect(namesOf([constant('/Constant_output_0', [1, 2]), constant('1', [0, 0]), normalise('/Constant_output_0', '1')])).toEqual([
      '/Constant_output_0',
      '1',
    ]);
  });

  it('are none where they stand for a normalisation without scale and bias', () => {
    const [scale, bias] = ['/norm/Constant_1_output_0', '/norm/Constant_2_output_0'];
    expect(namesOf([constant(scale, [1, 1]), constant(bias, [0, 0]), normalise(scale, bias)])).toEqual([]);
  });
});
