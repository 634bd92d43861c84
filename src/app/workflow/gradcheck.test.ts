import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Golden, goldenInputs, goldenLabels, goldenModelBytes, readGolden } from '../../../test/support/golden.js';
import { input, modelOf, node } from '../../../test/support/graph.js';
import { float32, int64, type Tensor, toNumbers } from '../../core/index.js';
import { writeModel } from '../../engine/graph/index.js';
import { readSafetensorsFile, writeSafetensors } from '../../learning/data/index.node.js';
import { gradcheck } from './gradcheck.node.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regraft-gradcheck-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes model and data of a golden file. */
function stored(golden: Golden): { model: string; data: string; out: string } {
  const labels = goldenLabels(golden);
  const rows = labels.flat() as number[];
  const target = typeof labels[0] === 'number' ? int64([labels.length], rows) : float32([labels.length, rows.length / labels.length], rows);
  return files(golden.name, goldenModelBytes(golden), { ...goldenInputs(golden), labels: target });
}

function files(name: string, model: Uint8Array, tensors: Readonly<Record<string, Tensor>>): { model: string; data: string; out: string } {
  const [file, data, out] = ['onnx', 'safetensors', 'gradients.safetensors'].map((end) => join(folder, `${name}.${end}`)) as [string, string, string];
  writeFileSync(file, model);
  writeFileSync(data, writeSafetensors(Object.entries(tensors)));
  return { model: file, data, out };
}

describe('the gradients of PyTorch in double precision', () => {
  it.each([
    'resnet-tiny',
    'resnet-tiny-folded',
    'mobilenetv3-tiny',
    'densenet-tiny',
    'vit-tiny',
    'bert-like',
    'hf-bert-dynamo',
    'gpt-like-dynamo',
    'lstm',
    'mlp-regression',
  ])('%s', async (name) => {
    const golden = readGolden(name);
    const request = stored(golden);
    const { loss, samples, gradients } = await gradcheck({ ...request, batchSize: golden.spec.training.batchSize });
    const { tensors, metadata } = await readSafetensorsFile(request.out);
    expect(samples).toBe(golden.spec.training.batchSize);
    // The first loss of training is that of the first batch, before any update.
    expect(loss).toBeCloseTo(golden.losses[0] as number, 5);
    expect(Number(metadata.get('loss'))).toBe(loss);
    expect(toNumbers(tensors.get('loss') as Tensor)).toEqual([loss]);
    expect(gradients.map((gradient) => gradient.name).sort()).toEqual(golden.gradients.map((gradient) => gradient.name).sort());
    for (const expected of golden.gradients) {
      const actual = tensors.get(expected.name) as Tensor;
      expect(actual.dims).toEqual(expected.dims);
      const values = toNumbers(actual);
      const difference = Math.hypot(...expected.indices.map((index, i) => (values[index] as number) - (expected.values[i] as number)));
      // Float rounding over a few dozen layers, and what a rounding error of the weights does to the gradient.
      expect(difference / (expected.norm + 1e-6), expected.name).toBeLessThan(5e-5 + 10 * (expected.sensitivity ?? 0));
    }
  });
});

it('takes the whole file as one batch', async () => {
  const { samples, lossName } = await gradcheck(stored(readGolden('resnet-tiny-dynamic')));
  expect({ samples, lossName }).toEqual({ samples: 16, lossName: 'cross-entropy' });
});

it('compares with the gradients of another program', async () => {
  const request = { ...stored(readGolden('mlp')), batchSize: 4 };
  await gradcheck(request);
  const { tensors } = await readSafetensorsFile(request.out);
  const [first, ...rest] = [...tensors].filter(([name]) => name !== 'loss') as [[string, Tensor], ...[string, Tensor][]];
  const changed = { ...first[1], data: (first[1].data as Float32Array).map((value) => value * 1.01) };
  const other = join(folder, 'other.safetensors');
  writeFileSync(other, writeSafetensors([[first[0], changed], ...rest.slice(1), ['more', changed]], [['loss', '2']]));
  const { comparison, loss } = await gradcheck({ ...request, compare: other });
  expect(comparison?.differences[0]?.name).toBe(first[0]);
  expect(comparison?.differences[0]?.difference).toBeCloseTo(0.01 / 1.01, 5);
  expect(comparison?.differences.slice(1).every(({ difference }) => difference === 0)).toBe(true);
  expect(comparison?.loss).toBeCloseTo(Math.abs(loss - 2) / 2, 10);
  expect(comparison?.unmatched).toEqual([rest[0]?.[0], 'more']);
});

describe('nothing is random', () => {
  const dropped = modelOf({
    nodes: [node('Dropout', ['x', 'ratio', 'training'], ['kept']), node('MatMul', ['kept', 'w'], ['y'])],
    inputs: [input('x', { type: 'float32', dims: [2, 2] })],
    outputs: ['y'],
    initializers: { ratio: float32([], [0.5]), training: { type: 'bool', dims: [], data: Uint8Array.of(1) }, w: float32([2, 1], [1, 1]) },
  });

  it('and dropout is off, also in a model exported in training mode', async () => {
    const request = files('dropout', writeModel(dropped), { x: float32([2, 2], [1, 2, 3, 4]), labels: float32([2, 1], [0, 0]) });
    const { loss } = await gradcheck(request);
    // Outputs 3 and 7: their mean square, and its gradient Σ 2·y·x / 2.
    expect(loss).toBe(29);
    const { tensors } = await readSafetensorsFile(request.out);
    expect(toNumbers(tensors.get('w') as Tensor)).toEqual([24, 34]);
  });
});

describe('what does not fit', () => {
  const linear = writeModel(
    modelOf({
      nodes: [node('MatMul', ['x', 'w'], ['y'])],
      inputs: [input('x', { type: 'float32', dims: [2, 2] })],
      outputs: [{ name: 'y', type: { kind: 'tensor', type: 'float32', dims: [2, 3] } }],
      initializers: { w: float32([2, 3], [1, 2, 3, 4, 5, 6]) },
    }),
  );
  const x = float32([2, 2], [1, 2, 3, 4]);

  it.each([
    ['an input without data', { z: x, labels: int64([2], [0, 1]) }, {}, 'DATA_INPUT_MISSING'],
    ['data without labels', { x }, {}, 'DATA_NO_LABELS'],
    ['a label without an output', { x, labels: int64([2], [0, 3]) }, {}, 'HEAD_KEEP_CLASSES'],
    ['a loss for other labels', { x, labels: int64([2], [0, 1]) }, { loss: 'mse' as const }, 'TASK_TARGET'],
    ['rows of another width', { x: float32([2, 3], [1, 2, 3, 4, 5, 6]), labels: int64([2], [0, 1]) }, {}, 'SHAPE_CONFLICT'],
  ])('is an error: %s', async (_, tensors, options, code) => {
    await expect(gradcheck({ ...files('linear', linear, tensors), ...options })).rejects.toMatchObject({ code });
  });
});
