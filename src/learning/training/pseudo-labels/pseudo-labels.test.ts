import { expect, it } from 'vitest';
import { watchedDevice } from '../../../../test/support/device.js';
import { goldenInputs, goldenLabels, goldenModel, readGolden } from '../../../../test/support/golden.js';
import { tensorData } from '../../../../test/support/tensors.js';
import { findParameters, freeBatch, prepareModel } from '../../../bases/surgery/index.js';
import { fromNumbers, int64, type Tensor, toNumbers } from '../../../core/index.js';
import { type Dataset, type ModelInputs, rowInputs, SkipLog } from '../../data/index.js';
import { createLoss, softmax, taskOf } from '../../tasks/index.js';
import { Trainer } from '../trainer.js';
import { PseudoLabels } from './pseudo-labels.js';

const golden = readGolden('mlp');
const { model } = freeBatch(prepareModel(goldenModel(golden)));
const names = findParameters(model.graph).map(({ name }) => name);
const sampleDims = Object.fromEntries(golden.inputs.map(({ name, dims }) => [name, dims.slice(1)]));
const [input = ''] = Object.keys(sampleDims);
const given = goldenInputs(golden)[input] as Tensor;
const SAMPLES = given.dims[0] as number;
const ROWS = 4;
const LR = 0.1;
const WEIGHT = 0.5;
/** Of the step's unlabelled samples. */
const RATIO = 3;
const COUNT = ROWS * RATIO;

/** The strong view is the weak one with every number doubled. */
function doubled(values: Tensor): Tensor {
  return fromNumbers(
    'float32',
    values.dims,
    toNumbers(values).map((value) => 2 * value),
  );
}

const data = tensorData({ [input]: given }, new Array<number>(SAMPLES).fill(0), 10);
const strong: Dataset = tensorData({ [input]: doubled(given) }, new Array<number>(SAMPLES).fill(0), 10);
const rows = rowInputs(sampleDims);
const views: ModelInputs = { dims: sampleDims, open: (dataset, mode, skips) => rows.open(mode === 'train' ? strong : dataset, mode, skips) };

async function trainerOf(): Promise<Trainer> {
  const trainer = new Trainer({
    device: watchedDevice().device,
    model,
    sampleDims,
    batchSize: ROWS,
    task: taskOf('tensor-classification'),
    loss: createLoss({ name: 'cross-entropy', labelSmoothing: 0 }),
    trainable: names.map((name) => ({ name, group: 0, weightDecay: 0 })),
    rates: [LR],
    optimizer: { name: 'sgd', lr: LR, momentum: 0, nesterov: false, weightDecay: 0 },
    clip: {},
    batchNorm: 'eval',
    seed: 0,
  });
  await trainer.start();
  return trainer;
}

async function pseudoLabelsOf(trainer: Trainer, threshold: number): Promise<PseudoLabels> {
  const unlabelled = { data, views, threshold, weight: WEIGHT, ratio: RATIO };
  return PseudoLabels.open({ unlabelled, trainer, prefixes: undefined, labelled: ROWS, seed: 8, skips: new SkipLog(SAMPLES) });
}

/** One sample as a batch, with a class. */
function single(values: Tensor, index: number, label: number) {
  const width = values.data.length / SAMPLES;
  const row = { type: 'float32', dims: [1, ...values.dims.slice(1)], data: values.data.slice(index * width, (index + 1) * width) } as Tensor;
  return { size: 1, inputs: { [input]: row }, target: int64([1], [label]) };
}

async function answerOf(trainer: Trainer, index: number): Promise<{ readonly label: number; readonly probability: number }> {
  const probabilities = softmax(Float32Array.from(toNumbers(await trainer.predict(single(given, index, 0)))));
  const probability = Math.max(...probabilities);
  return { label: probabilities.indexOf(probability), probability };
}

it('a step goes down the gradient of labelled loss + weight / n · Σ loss of the confident strong views', async () => {
  const trainer = await trainerOf();
  const answers = await Promise.all(Array.from({ length: SAMPLES }, (_, index) => answerOf(trainer, index)));
  // Between two samples, so that about half are confident.
  const threshold = answers.map(({ probability }) => probability).sort((a, b) => a - b)[SAMPLES / 2] as number;
  const pseudo = await pseudoLabelsOf(trainer, threshold);
  const chosen = await pseudo.batches(0);
  const found = chosen.flatMap((batch) => {
    const values = toNumbers(batch.inputs[input] as Tensor);
    const width = values.length / batch.size;
    return toNumbers(batch.target).map((label, row) => {
      const key = String(values.slice(row * width, (row + 1) * width));
      const index = Array.from({ length: SAMPLES }, (_, i) => i).find(
        (i) => String(toNumbers(single(doubled(given), i, 0).inputs[input] as Tensor)) === key,
      );
      return { index: index as number, label };
    });
  });
  expect(found.length).toBeGreaterThan(ROWS / 2);
  expect(found.length).toBeLessThan(COUNT);
  for (const { index, label } of found) {
    expect(answers[index]?.label).toBe(label);
    expect(answers[index]?.probability).toBeGreaterThanOrEqual(threshold);
  }
  const labels = goldenLabels(golden) as number[];
  const labelled = Array.from({ length: ROWS }, (_, i) => single(given, i, labels[i] as number));
  const expected = new Map(names.map((name) => [name, toNumbers(model.graph.initializers.get(name) as Tensor)]));
  const descend = async (batch: ReturnType<typeof single>, share: number): Promise<number> => {
    const { loss, gradients } = await trainer.gradients(batch);
    for (const [name, values] of expected) {
      const gradient = toNumbers(gradients.get(name) as Tensor);
      expected.set(
        name,
        values.map((value, i) => value - LR * share * (gradient[i] as number)),
      );
    }
    return share * loss;
  };
  let total = 0;
  for (const batch of labelled) total += await descend(batch, 1 / ROWS);
  for (const { index, label } of found) total += await descend(single(doubled(given), index, label), WEIGHT / COUNT);
  const whole = {
    size: ROWS,
    inputs: { [input]: { ...given, dims: given.dims.with(0, ROWS), data: given.data.slice(0, (given.data.length / SAMPLES) * ROWS) } as Tensor },
    target: int64([ROWS], labels.slice(0, ROWS)),
  };
  expect(await trainer.step([whole, ...chosen], 1, 1)).toBeCloseTo(total, 5);
  const after = await trainer.spec.device.get(names);
  for (const [name, values] of expected) {
    // Sums over samples are added in another order: float rounding.
    for (const [i, value] of toNumbers(after[name] as Tensor).entries()) expect(value, name).toBeCloseTo(values[i] as number, 6);
  }
});

it('no sample is confident enough for a probability of 1', async () => {
  const trainer = await trainerOf();
  expect(await (await pseudoLabelsOf(trainer, 1)).batches(0)).toEqual([]);
});

it('which samples a step has is a function of the step, and all come in turn', async () => {
  const trainer = await trainerOf();
  const at = async (...steps: readonly number[]): Promise<string[]> => {
    const pseudo = await pseudoLabelsOf(trainer, 0.01);
    const found: string[] = [];
    for (const step of steps)
      found.push(String((await pseudo.batches(step)).flatMap(({ inputs }) => toNumbers(inputs[input] as Tensor).slice(0, 3))));
    return found;
  };
  const [first, second, third] = await at(0, 1, 2);
  expect(await at(2)).toEqual([third]);
  expect(first).not.toEqual(second);
  expect(await at(1, 0)).toEqual([second, first]);
});
