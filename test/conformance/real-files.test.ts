import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memoryFolder } from '../../src/bases/hub/index.js';
import { importFolder } from '../../src/bases/importers/index.js';
import { fromNumbers, isDataType, Random, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import { type Model, normalizeModel, type ValueInfo } from '../../src/engine/graph/index.js';
import { loadModelFile } from '../../src/engine/graph/index.node.js';
import { goldenInputs, goldenModel, readGolden } from '../support/golden.js';
import { runOnnx } from '../support/ort.js';
import { storedFiles } from './cases.js';
import { readTensorFile } from './tensor-file.js';

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

/** Of other kernels for the same sums, relative to the largest result. */
const ROUNDING = 1e-6;
/** Of activations to 1/255 of their range, at a few places one after another. */
const EIGHT_BITS = 0.02;

async function expectOutputs(model: Model, inputs: Reference['inputs'], outputs: Reference['outputs'], tolerance: number): Promise<void> {
  const after = await runOnnx(model, inputs);
  for (const [name, tensor] of Object.entries(outputs)) {
    const other = after[name];
    expect(other?.dims).toEqual(tensor.dims);
    const [a, b] = [toNumbers(tensor), other ? toNumbers(other) : []];
    const scale = Math.max(1e-6, ...a.map(Math.abs));
    expect(Math.max(0, ...a.map((value, index) => Math.abs(value - (b[index] ?? Number.NaN)))) / scale).toBeLessThan(tolerance);
  }
}

function modelFiles(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.onnx')).map((entry) => join(entry.parentPath, entry.name));
}

if (!ROOT || !existsSync(ROOT)) console.warn('SKIPPED: real ONNX files; set REGRAFT_FIXTURES to the folder that has them under onnx/.');

describe.skipIf(!ROOT || !existsSync(ROOT))('real files', () => {
  const files = ROOT && existsSync(ROOT) ? modelFiles(ROOT).map((file) => relative(ROOT, file)) : [];
  it.each(files)('%s, normalized', async (file) => {
    const model = await loadModelFile(join(ROOT ?? '', file));
    const { inputs, outputs } = await reference(model, join(ROOT ?? '', dirname(file)));
    await expectOutputs(normalizeModel(model), inputs, outputs, ROUNDING);
  });

  it.each(files)('%s, imported', async (file) => {
    const folder = join(ROOT ?? '', dirname(file));
    const { inputs, outputs } = await reference(await loadModelFile(join(ROOT ?? '', file)), folder);
    const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
    const beside = names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))] as const);
    const imported = await importFolder({ ...memoryFolder(Object.fromEntries(beside)), entry: basename(file) });
    const isQuantised = imported.notes.some((note) => note.includes('was quantised'));
    await expectOutputs(imported.model, inputs, outputs, isQuantised ? EIGHT_BITS : ROUNDING);
  });
});

interface Reference {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** What is stored beside a model, or else what ONNX Runtime makes of random inputs; it has no kernels for the oldest operators. */
async function reference(model: Model, folder: string): Promise<Reference> {
  const inputs = model.graph.inputs.filter((info) => !model.graph.initializers.has(info.name));
  const data = join(folder, 'test_data_set_0');
  if (existsSync(data)) {
    const [given, expected] = (['input', 'output'] as const).map((kind) => storedFiles(data, kind).map(storedTensor));
    return {
      inputs: Object.fromEntries(inputs.map(({ name }, index) => [name, given?.[index] as Tensor])),
      outputs: Object.fromEntries(model.graph.outputs.map(({ name }, index) => [name, expected?.[index] as Tensor])),
    };
  }
  const drawn = Object.fromEntries(inputs.map((info) => [info.name, randomInput(info)]));
  return { inputs: drawn, outputs: await runOnnx(model, drawn) };
}

function storedTensor(path: string): Tensor {
  const stored = readTensorFile(path);
  return stored && 'tensor' in stored ? stored.tensor : expect.fail(path);
}

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
    const model = goldenModel(golden);
    const inputs = firstBatch(goldenInputs(golden), golden.spec.training.batchSize);
    await expectOutputs(normalizeModel(model), inputs, await runOnnx(model, inputs), ROUNDING);
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
