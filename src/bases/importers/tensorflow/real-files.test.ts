import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../../../test/support/ort.js';
import { fromNumbers, isDataType, sizeOf, type Tensor, toNumbers } from '../../../core/index.js';
import type { Model } from '../../../engine/graph/index.js';
import { importModel } from '../index.node.js';

/** Models people really use, which may not be copied into this repository. */
const ROOT = process.env.REGRAFT_FIXTURES ?? '';
const present = ROOT !== '' && existsSync(join(ROOT, 'saved_model'));
if (!present)
  process.stderr.write(
    'SKIPPED: real TensorFlow models; set REGRAFT_FIXTURES to the folder that has saved_model, graphdef, checkpoint and tfjs_graph\n',
  );

interface Case {
  readonly path: string;
  readonly signature?: string;
  /** Numbers by input, or the shape of an input of {@link ramp}. */
  readonly inputs: Readonly<Record<string, readonly number[] | { readonly ramp: readonly number[] }>>;
  readonly outputs: Readonly<Record<string, readonly number[]>>;
}

/** What the models' own repositories expect, and, for inputs of a ramp, what TensorFlow 2.21 computes. */
const cases: readonly Case[] = [
  { path: 'saved_model/tf1-half-plus-two', inputs: { x: [1, 2, 5] }, outputs: { y: [2.5, 3, 4.5] } },
  { path: 'saved_model/tf1-half-plus-two', signature: 'regress_x2_to_y3', inputs: { inputs: [1, 2] }, outputs: { outputs: [3.5, 4] } },
  { path: 'saved_model/tf1-half-plus-three', inputs: { x: [1, 2, 5] }, outputs: { y: [3.5, 4, 5.5] } },
  { path: 'saved_model/tf1-counter', signature: 'get_counter', inputs: {}, outputs: { output: [0] } },
  { path: 'saved_model/tf2-half-plus-two', inputs: { x: [5] }, outputs: { y: [4.5] } },
  { path: 'saved_model/tf1-regression', inputs: { X: [2] }, outputs: { pred: [2 * 0.21396178007125854 + 1.0495253801345825] } },
  { path: 'saved_model/tf1-linear-regression-train', inputs: { x: [2] }, outputs: { out: [2 * -0.8578622341156006] } },
  { path: 'saved_model/tf2-times-three-float', inputs: { x: [2] }, outputs: { output_0: [6] } },
  { path: 'saved_model/tf2-times-two-int', inputs: { x: [3] }, outputs: { output_0: [6] } },
  { path: 'saved_model/tf2-int64-multiply', inputs: { x: [3, 4] }, outputs: { output_0: [18, 24] } },
  { path: 'saved_model/tf2-uint8-multiply', inputs: { x: [3] }, outputs: { output_0: [18] } },
  { path: 'saved_model/tf2-multiple-signatures', inputs: { x: [2] }, outputs: { output_0: [6] } },
  { path: 'saved_model/tf2-multiple-signatures', signature: 'timestwo', inputs: { x: [3] }, outputs: { output_0: [6] } },
  { path: 'saved_model/tf2-single-input-multi-output', inputs: { x: [3] }, outputs: { output_0: [6], output_1: [3] } },
  { path: 'saved_model/tf2-multi-output', inputs: { x: [3], y: [4] }, outputs: { output_0: [6], output_1: [4] } },
  { path: 'saved_model/tf2-module-regression', signature: 'b', inputs: {}, outputs: { output: [0] } },
  { path: 'graphdef/addition', inputs: { x: [2], y: [3] }, outputs: { z: [5] } },
  { path: 'graphdef/multiplication', inputs: { a: [2], b: [3] }, outputs: { c: [6] } },
  { path: 'graphdef/plus3', inputs: { input: [2] }, outputs: { output: [5] } },
  { path: 'checkpoint/tf1-regression', inputs: { X: [2] }, outputs: { pred: [2 * 0.21396178007125854 + 1.0495253801345825] } },
  {
    path: 'saved_model/tf2-keras-mlp',
    inputs: { input_1: { ramp: [1, 28, 28, 1] } },
    outputs: { softmax: [0.00473, 0.022298, 0.263797, 0.071158, 0.000989, 0.009847, 0.002904, 0.618025, 0.000888, 0.005365] },
  },
  {
    path: 'graphdef/mnist-fc-frozen',
    inputs: { X: { ramp: [1, 784] } },
    outputs: { output: [1.163909, -1.699146, -2.302004, -2.927594, 0.326188, -0.784693, -1.872941, 1.520211, -0.823446, -0.790917] },
  },
  {
    path: 'graphdef/mnist-gru-frozen',
    inputs: { X: { ramp: [1, 784] }, keep_prob: [1] },
    outputs: { output: [1.44951, -2.275253, 5.457704, 2.809931, -7.015947, 6.395936, -5.490744, 11.883804, -0.899623, -0.057961] },
  },
  { path: 'graphdef/regression-frozen', inputs: { X: [2] }, outputs: { pred: [1.477449] } },
  {
    path: 'tfjs_graph/matmul/model.json',
    inputs: { Placeholder: [1, 1, 1, 1] },
    outputs: { MatMul: [0.75676155, -0.18349379, 0.75676155, -0.18349379] },
  },
  { path: 'tfjs_graph/dense', inputs: { dense_dense1_input: [2] }, outputs: { Identity: [3.0535049438476562] } },
];

/** x[i] = ((i mod 17) − 8) / 8. */
function ramp(size: number): number[] {
  return Array.from({ length: size }, (_, i) => ((i % 17) - 8) / 8);
}

function feeds(model: Model, given: Case['inputs']): Record<string, Tensor> {
  return Object.fromEntries(
    model.graph.inputs.map(({ name, type }) => {
      const numbers = given[name] ?? [];
      const dims = 'ramp' in numbers ? numbers.ramp : dimsFor(type.kind === 'tensor' ? type.dims : undefined, numbers.length);
      const element = type.kind === 'tensor' && isDataType(type.type) ? type.type : 'float32';
      return [name, fromNumbers(element, dims, 'ramp' in numbers ? ramp(sizeOf(numbers.ramp)) : numbers)];
    }),
  );
}

/** The stated shape, with what it leaves open taken by as many numbers as there are. */
function dimsFor(stated: readonly (number | string | null)[] | undefined, count: number): readonly number[] {
  const fixed = stated?.filter((dim) => typeof dim === 'number') ?? [];
  if (stated === undefined || sizeOf(fixed) !== count || fixed.length < stated.length) {
    return stated?.map((dim) => (typeof dim === 'number' ? dim : count / sizeOf(fixed))) ?? [count];
  }
  return fixed;
}

describe.skipIf(!present)('real TensorFlow models', () => {
  it.each(cases)('$path computes what is expected', async ({ path, signature, inputs, outputs }) => {
    const { model } = await importModel({ uri: join(ROOT, path), ...(signature !== undefined && { signature }) });
    const results = await runOnnx(model, feeds(model, inputs));
    for (const [name, expected] of Object.entries(outputs)) {
      const values = toNumbers(results[name] as Tensor);
      expect(values).toHaveLength(expected.length);
      // Few roundings of float32.
      for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, 5);
    }
  });

  it.each([
    ['saved_model/tf1-counter', 'IMPORT_SIGNATURE'],
    ['saved_model/tf2-module-regression', 'IMPORT_SIGNATURE'],
    ['graphdef/regression-train-graph', 'IMPORT_VARIABLES_MISSING'],
  ])('%s is refused with a reason', async (path, code) => {
    await expect(importModel(join(ROOT, path))).rejects.toMatchObject({ code });
  });
});
