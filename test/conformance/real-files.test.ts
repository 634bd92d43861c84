import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromNumbers, isDataType, Random, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import { type Model, normalizeModel, type ValueInfo } from '../../src/engine/graph/index.js';
import { loadModelFile } from '../../src/engine/graph/index.node.js';
import { goldenInputs, goldenModel, readGolden } from '../support/golden.js';
import { runOnnx } from '../support/ort.js';

/** Models people really use, which may not be copied into this repository. */
const ROOT = process.env.REGRAFT_FIXTURES && join(process.env.REGRAFT_FIXTURES, 'onnx');

/** A symbolic or unknown dimension gets this size. */
const FREE_DIM = 2;

function randomInput({ type }: ValueInfo): Tensor {
  if (type.kind !== 'tensor' || !isDataType(type.type)) throw new Error('not a tensor of numbers');
  const dims = (type.dims ?? []).map((dim) => (typeof dim === 'number' ? dim : FREE_DIM));
  const random = new Random(1, dims.join());
  return fromNumbers(
    type.type,
    dims,
    Array.from({ length: sizeOf(dims) }, () => random.uniform(0, 2)),
  );
}

/** The normalized model gives what the original gives, to the rounding of other kernels for the same sums. */
async function expectEqual(model: Model, inputs: Readonly<Record<string, Tensor>>): Promise<void> {
  const [before, after] = [await runOnnx(model, inputs), await runOnnx(normalizeModel(model), inputs)];
  for (const [name, tensor] of Object.entries(before)) {
    const other = after[name];
    expect(other?.dims).toEqual(tensor.dims);
    const [a, b] = [toNumbers(tensor), other ? toNumbers(other) : []];
    const scale = Math.max(1e-6, ...a.map(Math.abs));
    expect(Math.max(0, ...a.map((value, index) => Math.abs(value - (b[index] ?? Number.NaN)))) / scale).toBeLessThan(1e-6);
  }
}

function modelFiles(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.onnx')).map((entry) => join(entry.parentPath, entry.name));
}

if (!ROOT || !existsSync(ROOT)) console.warn('SKIPPED: real ONNX files; set REGRAFT_FIXTURES to the folder that has them under onnx/.');

describe.skipIf(!ROOT || !existsSync(ROOT))('real files', () => {
  const files = ROOT && existsSync(ROOT) ? modelFiles(ROOT).filter((file) => !file.includes('pytorch-')) : [];

  it.each(files.map((file) => relative(ROOT ?? '', file)))('%s', async (file) => {
    const model = await loadModelFile(join(ROOT ?? '', file));
    const inputs = model.graph.inputs.filter((info) => !model.graph.initializers.has(info.name));
    await expectEqual(model, Object.fromEntries(inputs.map((info) => [info.name, randomInput(info)])));
  });
});

describe('exported networks', () => {
  const names = [
    'mlp-opset9',
    'resnet-tiny-folded-opset9',
    'resnet-tiny-opset11',
    'bert-like',
    'swin-tiny',
    'lstm',
    'lstm-dynamo',
    'signal',
    'signal-dynamo',
    'llama-like-dynamo',
  ];

  it.each(names)('%s', async (name) => {
    const golden = readGolden(name);
    await expectEqual(goldenModel(golden), firstBatch(goldenInputs(golden), golden.spec.training.batchSize));
  });
});

function firstBatch(inputs: Readonly<Record<string, Tensor>>, size: number): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { type, dims, data }]) => {
      const batch = [size, ...dims.slice(1)];
      return [name, { type, dims: batch, data: data.subarray(0, sizeOf(batch)) as Tensor['data'] }];
    }),
  );
}
