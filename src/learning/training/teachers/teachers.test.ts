import { describe, expect, it } from 'vitest';
import { watchedDevice } from '../../../../test/support/device.js';
import { goldenInputs, goldenLabels, goldenModel, readGolden } from '../../../../test/support/golden.js';
import { tensorData } from '../../../../test/support/tensors.js';
import { findParameters, freeBatch, prepareModel } from '../../../bases/surgery/index.js';
import { float32, int64, Random, type Tensor, toNumbers } from '../../../core/index.js';
import type { Model } from '../../../engine/graph/index.js';
import { rowInputs } from '../../data/index.js';
import { createLoss, softmax, taskOf } from '../../tasks/index.js';
import { memoryFeatures, type OpenFeatureStore } from '../feature-store.js';
import { Learner } from '../learner.js';
import { Trainer } from '../trainer.js';
import type { Teacher } from './teacher.js';

const golden = readGolden('mlp');
const { model } = freeBatch(prepareModel(goldenModel(golden)));
const names = findParameters(model.graph).map(({ name }) => name);
const bias = names.at(-1) as string;
const answer = model.graph.outputs[0]?.name ?? '';
const hidden = model.graph.nodes.findLast(({ op }) => op === 'Relu')?.outputs[0] ?? '';
const sampleDims = Object.fromEntries(golden.inputs.map(({ name, dims }) => [name, dims.slice(1)]));
const labels = goldenLabels(golden) as number[];
const N = 6;
const ROWS = 8;

function withOutput(name: string): Model {
  return { ...model, graph: { ...model.graph, outputs: [{ name, type: { kind: 'tensor', type: 'float32', dims: undefined } }] } };
}

const distil = { name: 'distil', model, values: [answer], comparison: { name: 'answers', temperature: 3 }, weight: 0.25, taskWeight: 0.75 } as const;
const features = {
  name: 'features',
  model: withOutput(hidden),
  values: [hidden],
  comparison: { name: 'features' },
  weight: 2,
  taskWeight: 1,
} as const;

async function trainerOf(teachers: readonly Teacher[]): Promise<Trainer> {
  const trainer = new Trainer({
    device: watchedDevice().device,
    model,
    sampleDims,
    batchSize: ROWS,
    task: taskOf('tensor-classification'),
    loss: createLoss({ name: 'cross-entropy', labelSmoothing: 0 }),
    trainable: names.map((name) => ({ name, group: 0, weightDecay: 0 })),
    rates: [0.1],
    optimizer: { name: 'sgd', lr: 0.1, momentum: 0, nesterov: false, weightDecay: 0 },
    clip: {},
    batchNorm: 'eval',
    seed: 0,
    teachers,
  });
  await trainer.start();
  return trainer;
}

function drawn(name: string, dims: readonly number[]): Tensor {
  const random = new Random(3, name);
  return float32(
    dims,
    Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => random.uniform(-2, 2)),
  );
}

/** A batch of fewer samples than the trainer has rows. */
function batchOf(lessons: Readonly<Record<string, Tensor>>) {
  const inputs = Object.entries(goldenInputs(golden)).map(([name, { type, dims, data }]) => {
    const width = data.length / (dims[0] as number);
    return [name, { type, dims: dims.with(0, N), data: data.slice(0, N * width) } as Tensor] as const;
  });
  return { size: N, inputs: Object.fromEntries(inputs), target: int64([N], labels.slice(0, N)), lessons };
}

function rowsOf(tensor: Tensor): number[][] {
  const width = tensor.dims[1] as number;
  const values = toNumbers(tensor);
  return Array.from({ length: N }, (_, n) => values.slice(n * width, (n + 1) * width));
}

const soft = (row: readonly number[], temperature = 1): number[] => [...softmax(Float32Array.from(row, (value) => value / temperature))];

it('distillation is T² · KL, a share of the loss, and so are its gradients', async () => {
  const trainer = await trainerOf([distil]);
  const logits = rowsOf(await trainer.predict(batchOf({})));
  const lessons = drawn('lessons', [N, logits[0]?.length ?? 0]);
  const { loss, gradients } = await trainer.gradients(batchOf({ 'regraft.distil.0': lessons }));
  let expected = 0;
  const slope = new Array<number>(logits[0]?.length ?? 0).fill(0);
  rowsOf(lessons).forEach((row, n) => {
    const [wanted, mine, plain] = [soft(row, 3), soft(logits[n] as number[], 3), soft(logits[n] as number[])];
    const divergence = wanted.reduce((sum, p, c) => sum + p * Math.log(p / (mine[c] as number)), 0);
    expected += (0.75 * -Math.log(plain[labels[n] as number] as number) + 0.25 * 9 * divergence) / N;
    slope.forEach((value, c) => {
      const task = (plain[c] as number) - (c === labels[n] ? 1 : 0);
      // T² times the derivative 1/T · (mine − wanted).
      slope[c] = value + (0.75 * task + 0.25 * 3 * ((mine[c] as number) - (wanted[c] as number))) / N;
    });
  });
  expect(loss).toBeCloseTo(expected, 5);
  for (const [c, value] of toNumbers(gradients.get(bias) as Tensor).entries()) expect(value).toBeCloseTo(slope[c] as number, 6);
});

it('distance of features is their mean squared difference', async () => {
  const plain = await trainerOf([]);
  const trainer = await trainerOf([features]);
  const { loss: task } = await plain.gradients(batchOf({}));
  const looked = await new Trainer({ ...plain.spec, model: withOutput(hidden) }).predict(batchOf({}));
  const lessons = drawn('lessons', looked.dims);
  const { loss, gradients } = await trainer.gradients(batchOf({ 'regraft.features.0': lessons }));
  const squares = rowsOf(looked).flatMap((row, n) => row.map((value, i) => (value - (rowsOf(lessons)[n]?.[i] as number)) ** 2));
  expect(loss - task).toBeCloseTo((2 * squares.reduce((a, b) => a + b, 0)) / squares.length, 5);
  // The head has no part in the features.
  const { gradients: without } = await plain.gradients(batchOf({}));
  expect(toNumbers(gradients.get(bias) as Tensor)).toEqual(toNumbers(without.get(bias) as Tensor));
});

describe('what a teacher says is the same', () => {
  const inputs = rowInputs(sampleDims);
  const own = { ...distil, inputs };
  async function lossesOf(teachers: readonly Teacher[], store: OpenFeatureStore, share = 0): Promise<readonly [number[], number]> {
    const { device, engine } = watchedDevice();
    const learner = new Learner({
      device,
      model,
      head: [],
      inputs,
      task: taskOf('tensor-classification'),
      loss: { name: 'cross-entropy', labelSmoothing: 0 },
      train: tensorData(goldenInputs(golden), labels, 10),
      batchSize: 5,
      accumulate: 1,
      shuffle: true,
      clip: {},
      seed: 5,
      features: store,
      maxSkippedShare: 0,
      teachers,
    });
    const losses: number[] = [];
    learner.events.on('step', ({ loss }) => losses.push(loss));
    await learner.run([
      {
        name: 'full',
        freeze: share === 0 ? { kind: 'none' } : { kind: 'share', share },
        groups: [],
        length: { epochs: 2 },
        optimizer: { name: 'sgd', lr: 0.05, momentum: 0, nesterov: false, weightDecay: 0 },
        schedule: { name: 'constant', warmup: 0 },
        batchNorm: 'eval',
        augment: true,
      },
    ]);
    return [losses, engine.compiled.length];
  }
  const none: OpenFeatureStore = async () => undefined;

  it.each([
    ['kept or asked for each batch', [features], 0],
    ['read as the trained model reads', [own], 0],
    ['where a part of the trained model is frozen', [own, features], 0.3],
  ] as const)('%s', async (_, teachers, share) => {
    const [live] = await lossesOf(teachers, none, share);
    const [kept] = await lossesOf(teachers, memoryFeatures(1e9), share);
    expect(live.length).toBe(8);
    // A sample may have another place in its batch while it is kept: float rounding.
    for (const [i, loss] of kept.entries()) expect(loss).toBeCloseTo(live[i] as number, 5);
    const [alone] = await lossesOf([], none, share);
    expect(live.slice(1)).not.toEqual(alone.slice(1));
  });

  it('and nothing where what it looks at is frozen', async () => {
    expect(await lossesOf([features], none, 0.9)).toEqual(await lossesOf([], none, 0.9));
  });
});
