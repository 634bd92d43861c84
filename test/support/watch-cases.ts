import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SpecInput } from '../../src/app/spec/index.js';
import { float32, int64, Random } from '../../src/core/index.js';
import { GraphBuilder, type Model } from '../../src/engine/graph/index.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import { writeSafetensorsFile } from '../../src/learning/data/index.node.js';
import type { Finding } from '../../src/trust/watch/index.js';
import { drawShapes } from './shapes.js';
import { writeTextBase } from './text-base.js';
import { tinyBase } from './tiny-base.js';

/** A run with one thing wrong with it, or none. */
export interface WatchCase {
  readonly planted: Finding['name'] | undefined;
  /** Writes data and base of a seed into a folder. */
  readonly prepare: (folder: string, seed: number) => Promise<SpecInput>;
}

const CLASSES = 3;
const WIDTH = 10;

/** An untrained net `[N, 10] → [N, outputs]` with one hidden layer. */
function net(hidden: number, outputs: number): Model {
  const b = new GraphBuilder(21);
  const random = new Random(0, 'net');
  const weight = (name: string, dims: readonly [number, number]) =>
    b.initializer(
      name,
      float32(
        dims,
        Float32Array.from({ length: dims[0] * dims[1] }, () => random.normal() / Math.sqrt(dims[1])),
      ),
    );
  const bias = (name: string, size: number) => b.initializer(name, float32([size], new Float32Array(size)));
  const x = b.input('x', 'float32', [1, WIDTH]);
  const h = b.op('Relu', [b.op('Gemm', [x, weight('one.weight', [hidden, WIDTH]), bias('one.bias', hidden)], { transB: 1 })]);
  const model = b.model([b.op('Gemm', [h, weight('two.weight', [outputs, hidden]), bias('two.bias', outputs)], { transB: 1 })]);
  const open = (infos: Model['graph']['inputs']): Model['graph']['inputs'] =>
    infos.map(({ name, type }) => ({ name, type: type.kind === 'tensor' && type.dims ? { ...type, dims: [null, ...type.dims.slice(1)] } : type }));
  return { ...model, graph: { ...model.graph, inputs: open(model.graph.inputs), outputs: open(model.graph.outputs) } };
}

interface Points {
  readonly rows: number[][];
  readonly labels: number[];
}

/** Points about one centre a class, which are `apart` from each other in units of the spread. */
function blobs(seed: number, part: string, count: number, apart: number): Points {
  const centres = new Random(seed, 'centres');
  const at = Array.from({ length: CLASSES }, () => Array.from({ length: WIDTH }, () => (centres.normal() * apart) / Math.sqrt(2 * WIDTH)));
  const random = new Random(seed, part);
  const labels = Array.from({ length: count }, (_, i) => i % CLASSES);
  return { labels, rows: labels.map((label) => (at[label] as number[]).map((value) => value + random.normal())) };
}

/** The share of labels that becomes one of the other two. */
function flipped({ rows, labels }: Points, seed: number, share: number): Points {
  const random = new Random(seed, 'flips');
  return { rows, labels: labels.map((label) => (random.uniform() < share ? (label + 1 + random.integer(CLASSES - 1)) % CLASSES : label)) };
}

function joined(a: Points, b: Points): Points {
  return { rows: [...a.rows, ...b.rows], labels: [...a.labels, ...b.labels] };
}

async function writePoints(path: string, { rows, labels }: Points): Promise<void> {
  await writeSafetensorsFile(path, Object.entries({ x: float32([rows.length, WIDTH], rows.flat()), labels: int64([labels.length], labels) }));
}

/** A full training of an untrained net on points; a quarter is held out unless `held` says what is. */
async function points(
  folder: string,
  seed: number,
  train: Points,
  {
    held,
    hidden = 32,
    epochs = 15,
    lr = 0.01,
  }: { readonly held?: Points; readonly hidden?: number; readonly epochs?: number; readonly lr?: number } = {},
): Promise<SpecInput> {
  await saveModelFile(join(folder, 'base.onnx'), net(hidden, CLASSES));
  await writePoints(join(folder, 'train.safetensors'), train);
  if (held) await writePoints(join(folder, 'held.safetensors'), held);
  return {
    task: 'tensor-classification',
    base: join(folder, 'base.onnx'),
    data: { train: join(folder, 'train.safetensors'), validation: held ? join(folder, 'held.safetensors') : 0.25 },
    recipe: 'full',
    training: { epochs, batchSize: 16, optimizer: { name: 'adam', lr }, checkpoint: false },
    seed,
  };
}

/** Sums of the inputs with noise, as numbers to tell. */
async function sums(folder: string, seed: number): Promise<SpecInput> {
  const random = new Random(seed, 'sums');
  const rows = Array.from({ length: 300 }, () => Array.from({ length: WIDTH }, () => random.normal()));
  const y = rows.map((row) => row.reduce((a, b) => a + b, 0) / 3 + 0.3 * random.normal());
  await saveModelFile(join(folder, 'base.onnx'), net(32, 1));
  await writeSafetensorsFile(
    join(folder, 'train.safetensors'),
    Object.entries({ x: float32([300, WIDTH], rows.flat()), labels: float32([300, 1], y) }),
  );
  return {
    task: 'tensor-regression',
    base: join(folder, 'base.onnx'),
    data: { train: join(folder, 'train.safetensors'), validation: 0.25 },
    recipe: 'full',
    training: { epochs: 15, batchSize: 16, optimizer: { name: 'adam', lr: 0.01 }, checkpoint: false },
    seed,
  };
}

/** Small pictures of three shapes, and an untrained convolutional base. */
async function shapes(folder: string, seed: number): Promise<SpecInput> {
  await drawShapes(join(folder, 'shapes'), 60, seed);
  await saveModelFile(join(folder, 'base.onnx'), tinyBase());
  return {
    task: 'image-classification',
    base: { uri: join(folder, 'base.onnx'), preprocessing: { size: [32, 32] } },
    data: { train: join(folder, 'shapes'), validation: 0.25 },
    transforms: { train: [{ name: 'resize', size: [32, 32] }, 'to-tensor'] },
    recipe: 'full',
    training: { epochs: 20, batchSize: 16, batchNorm: 'train', optimizer: { name: 'adam', lr: 0.01 }, checkpoint: false },
    seed,
  };
}

/** Sentences about two things, in words that the base knows. */
async function texts(folder: string, seed: number): Promise<SpecInput> {
  const random = new Random(seed, 'texts');
  const about = [
    ['cat', 'dog', 'runs'],
    ['bank', 'money', 'the'],
  ] as const;
  const filler = (): string => Array.from({ length: 3 }, () => 'abcdefghijklmnopqrstuvwxyz'[random.integer(26)]).join(' ');
  const rows = Array.from({ length: 160 }, (_, i) => {
    const words = about[i % 2] as readonly string[];
    return `${filler()} ${words[random.integer(3)]} ${filler()} ${words[random.integer(3)]},${['animals', 'finance'][i % 2]}`;
  });
  mkdirSync(join(folder, 'bert'));
  await writeTextBase(join(folder, 'bert'));
  writeFileSync(join(folder, 'texts.csv'), ['text,label', ...rows].join('\n'));
  return {
    task: 'text-classification',
    base: join(folder, 'bert'),
    data: { train: join(folder, 'texts.csv'), validation: 0.25 },
    recipe: 'fine-tune',
    training: { epochs: 4, batchSize: 16, checkpoint: false },
    seed,
  };
}

/** By name; one row adds a case. */
export const watchCases = {
  'points, far apart': { planted: undefined, prepare: (folder, seed) => points(folder, seed, blobs(seed, 'train', 300, 5)) },
  'points, overlapping': {
    planted: undefined,
    prepare: (folder, seed) => points(folder, seed, blobs(seed, 'train', 600, 2.5), { epochs: 6, hidden: 8 }),
  },
  'numbers, with noise': { planted: undefined, prepare: sums },
  'pictures of shapes': { planted: undefined, prepare: shapes },
  'short texts': { planted: undefined, prepare: texts },
  'too long on few samples': {
    planted: 'overfitting',
    prepare: (folder, seed) => points(folder, seed, blobs(seed, 'train', 36, 1.5), { held: blobs(seed, 'held', 150, 1.5), hidden: 64, epochs: 80 }),
  },
  'a rate far too low': { planted: 'underfitting', prepare: (folder, seed) => points(folder, seed, blobs(seed, 'train', 300, 5), { lr: 1e-6 }) },
  'copies across the split': {
    planted: 'leakage',
    prepare: (folder, seed) => {
      const train = blobs(seed, 'train', 240, 3);
      const copies = { rows: train.rows.slice(0, 20), labels: train.labels.slice(0, 20) };
      return points(folder, seed, train, { held: joined(blobs(seed, 'held', 40, 3), copies) });
    },
  },
  'a quarter of the labels wrong': {
    planted: 'label noise',
    prepare: (folder, seed) => points(folder, seed, flipped(blobs(seed, 'train', 400, 5), seed, 0.25), { hidden: 8, epochs: 6 }),
  },
  'wrong labels, learnt by heart': {
    planted: 'label noise',
    prepare: (folder, seed) => points(folder, seed, flipped(blobs(seed, 'train', 800, 5), seed, 0.25), { hidden: 128, epochs: 50 }),
  },
} as const satisfies Readonly<Record<string, WatchCase>>;
