import { afterAll, describe, expect, it } from 'vitest';
import { prepareModel } from '../../src/bases/surgery/index.js';
import { openDevice } from '../../src/engine/runtime/index.node.js';
import { Learner, memoryFeatures, type Phase } from '../../src/learning/training/index.js';
import { type Golden, goldenInputs, goldenLabels, goldenModel, goldenNames, readGolden } from '../support/golden.js';
import { tensorData } from '../support/tensors.js';

const device = openDevice({ threads: 2 });
afterAll(() => device.close());

const only = process.env['GOLDEN']?.split(',');
const names = goldenNames().filter((name) => only === undefined || only.includes(name));

describe('training follows PyTorch in float64', () => {
  it.each(names)('%s', async (name) => {
    const golden = readGolden(name);
    const losses = await train(golden);
    const worst = Math.max(...losses.map((loss, i) => Math.abs(loss - (golden.losses[i] as number))));
    // Parity: within 1% of training's own effect, the largest difference between the trained and the untrained losses.
    expect(worst / golden.effect).toBeLessThan(0.01);
  });
});

async function train(golden: Golden): Promise<number[]> {
  const inputs = goldenInputs(golden);
  const { training } = golden.spec;
  const optimizer = training['optimizer'] as { name: string; lr: number };
  const phase: Phase = {
    name: 'full',
    freeze: golden.spec['freeze'] ? { kind: 'match', pattern: golden.spec['freeze'] as string } : { kind: 'none' },
    groups: (golden.spec['groups'] ?? []) as Phase['groups'],
    length: { steps: golden.steps },
    optimizer: { weightDecay: 0, momentum: 0, nesterov: false, betas: [0.9, 0.999], eps: 1e-8, ...optimizer } as Phase['optimizer'],
    schedule: { name: 'constant', warmup: 0 },
    batchNorm: training['batchNorm'] as 'eval' | 'train',
    augment: true,
  };
  const task = golden.spec.task === 'tensor-regression' || golden.spec.task === 'tensor-multilabel' ? 'tensor-regression' : 'tensor-classification';
  const loss = { labelSmoothing: 0, ...(training['loss'] ?? { name: task === 'tensor-regression' ? 'mse' : 'cross-entropy' }) } as never;
  const learner = new Learner({
    device,
    model: prepareModel(goldenModel(golden)),
    head: [],
    sampleDims: Object.fromEntries(Object.entries(inputs).map(([name, { dims }]) => [name, dims.slice(1)])),
    task,
    loss,
    train: tensorData(inputs, goldenLabels(golden), 10),
    batchSize: training.batchSize,
    accumulate: (training['accumulate'] as number | undefined) ?? 1,
    shuffle: false,
    clip: (training['clip'] ?? {}) as never,
    seed: 0,
    features: memoryFeatures(1e9),
    maxSkippedShare: 0,
  });
  const losses: number[] = [];
  learner.events.on('step', ({ loss }) => losses.push(loss));
  await learner.run([phase]);
  return losses;
}
