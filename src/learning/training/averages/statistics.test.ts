import { expect, it } from 'vitest';
import { watchedDevice } from '../../../../test/support/device.js';
import { goldenLearner, wholePhase } from '../../../../test/support/learner.js';
import { findParameters } from '../../../bases/surgery/index.js';
import { type Tensor, toNumbers } from '../../../core/index.js';
import { createLoss } from '../../tasks/index.js';
import type { TrainingBatch } from '../batch.js';
import { liveSource } from '../batch-source.js';
import { Trainer } from '../trainer.js';
import { estimateStatistics } from './statistics.js';

async function setUp({ spec, model, skips } = goldenLearner('resnet-tiny')) {
  const trainer = new Trainer({
    ...spec,
    device: watchedDevice().device,
    model,
    sampleDims: spec.inputs.dims,
    loss: createLoss(spec.loss),
    trainable: findParameters(model.graph).map(({ name }) => ({ name, group: 0, weightDecay: 0 })),
    rates: [0],
    optimizer: { name: 'sgd', lr: 0, momentum: 0, nesterov: false, weightDecay: 0 },
    batchNorm: 'train',
  });
  await trainer.start();
  const source = liveSource(await spec.inputs.open(spec.train, 'eval', skips));
  const batches = (): AsyncIterable<TrainingBatch> => source.epoch({ epoch: 0, shuffle: false, seed: 0, batchSize: 4, start: 0 });
  return { trainer, batches, names: (await trainer.forward()).statistics.map(({ name }) => name) };
}

/** Kept by the golden model's normalisations at each step. */
const MOMENTUM = 0.9;

it('the statistics of a batch are what a step takes over a share of', async () => {
  const { trainer, batches, names } = await setUp();
  const { device } = trainer.spec;
  expect(names.length).toBeGreaterThan(2);
  for await (const batch of batches()) {
    const copy = {
      ...batch,
      inputs: Object.fromEntries(Object.entries(batch.inputs).map(([name, one]) => [name, { ...one, data: one.data.slice() } as Tensor])),
    };
    const found = await trainer.batchStatistics(copy, '1');
    const before = await device.get(names);
    // Rates of 0: only the statistics move.
    await trainer.step([batch], 1, 1);
    const after = await device.get(names);
    for (const name of names) {
      const [of, to] = [toNumbers(before[name] as Tensor), toNumbers(after[name] as Tensor)];
      for (const [i, value] of toNumbers(found[name] as Tensor).entries()) {
        const taken = ((to[i] as number) - MOMENTUM * (of[i] as number)) / (1 - MOMENTUM);
        // Single precision, times ten.
        expect(Math.abs(value - taken), name).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
      }
    }
  }
});

it('estimated statistics are the mean of those of all batches, and the weights stay as they are', async () => {
  const { trainer, batches, names } = await setUp();
  const { device, trainable } = trainer.spec;
  const sums = new Map<string, number[]>();
  for await (const batch of batches()) {
    const found = await trainer.batchStatistics(batch, '1');
    for (const name of names)
      sums.set(
        name,
        toNumbers(found[name] as Tensor).map((value, i) => value + (sums.get(name)?.[i] ?? 0)),
      );
  }
  const weights = trainable.map(({ name }) => name);
  const before = await device.get(weights);
  await estimateStatistics(trainer, batches());
  expect(await device.get(weights)).toEqual(before);
  const after = await device.get(names);
  for (const name of names) expect(toNumbers(after[name] as Tensor)).toEqual((sums.get(name) as number[]).map((sum) => Math.fround(sum / 4)));
});

it('a phase with equal averages ends with the statistics of its averaged weights', async () => {
  const learner = goldenLearner('resnet-tiny');
  await learner.run([{ ...wholePhase, length: { steps: 4 }, batchNorm: 'train', average: { name: 'swa', share: 0.5, rate: 'constant' } }]);
  const { trainer, batches, names } = await setUp(learner);
  await estimateStatistics(trainer, batches());
  const expected = await trainer.spec.device.get(names);
  for (const name of names) expect(learner.model.graph.initializers.get(name), name).toEqual(expected[name]);
});
