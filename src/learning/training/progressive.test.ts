import { describe, expect, it } from 'vitest';
import { watchedDevice } from '../../../test/support/device.js';
import { tinted } from '../../../test/support/images.js';
import { wholePhase as phase } from '../../../test/support/learner.js';
import { tinyBase } from '../../../test/support/tiny-base.js';
import { float32, RegraftError } from '../../core/index.js';
import { GraphBuilder } from '../../engine/graph/index.js';
import { type ModelInputs, parseTransforms, rowInputs } from '../data/index.js';
import { taskOf } from '../tasks/index.js';
import { memoryFeatures } from './feature-store.js';
import { Learner } from './learner.js';
import type { Phase } from './phase.js';
import { checkSize, progressively } from './progressive.js';

const cosine: Phase = { ...phase, length: { epochs: 20 }, schedule: { name: 'cosine', warmup: 0.2, endFactor: 0 } };

function inputsAt(size: number): ModelInputs {
  const steps = parseTransforms([{ name: 'resize', size: [size, size] }, 'to-tensor']);
  return rowInputs({ image: [3, size, size] }, { train: steps, eval: steps });
}

async function trained(phases: Parameters<Learner['run']>[0]) {
  const learner = new Learner({
    device: watchedDevice().device,
    model: tinyBase(2),
    head: [],
    inputs: inputsAt(32),
    inputsAt,
    task: taskOf('image-classification'),
    loss: { name: 'cross-entropy', labelSmoothing: 0 },
    train: tinted(12, 12),
    validation: tinted(6, 6),
    batchSize: 8,
    accumulate: 1,
    shuffle: true,
    clip: {},
    seed: 5,
    features: memoryFeatures(1e9),
    maxSkippedShare: 0,
  });
  const [rates, losses]: [number[], number[]] = [[], []];
  learner.events.on('step', ({ lr, loss }) => {
    rates.push(lr);
    losses.push(loss);
  });
  await learner.run(phases);
  return { rates, losses, accuracy: (await learner.evaluate(tinted(10, 10))).metrics['accuracy'] as number };
}

describe('progressive resizing', () => {
  const parts = [
    { share: 0.3, size: 12 },
    { share: 0.4, size: 24 },
  ];

  it('divides the last phase that augments, in whole epochs', () => {
    const found = progressively([{ ...phase, augment: false }, cosine, { name: 'probe', folds: 5 }], parts);
    expect(found.map((one) => ('length' in one ? [one.name, one.length, one.size] : one.name))).toEqual([
      ['full', { epochs: 3 }, undefined],
      ['full at 12', { epochs: 6 }, 12],
      ['full at 24', { epochs: 8 }, 24],
      ['full', { epochs: 6 }, undefined],
      'probe',
    ]);
    const short = progressively([{ ...cosine, length: { epochs: 1 } }], [{ share: 0.2, size: 12 }]);
    expect(short.map(({ name }) => name)).toEqual(['full']);
  });

  it('goes through one schedule of the learning rate, and learns', async () => {
    const whole = await trained([cosine]);
    const divided = await trained(progressively([cosine], parts));
    expect(divided.rates).toEqual(whole.rates);
    expect(divided.losses).not.toEqual(whole.losses);
    expect(divided.losses.at(-1)).toBeLessThan((divided.losses[0] as number) / 2);
    expect(divided.accuracy).toBeGreaterThan(0.9);
  });

  it('is refused for a model with a place for each pixel', () => {
    const b = new GraphBuilder(17);
    const flat = b.op('Flatten', [b.input('image', 'float32', [1, 3, 4, 4])]);
    const fixed = b.model([b.op('Gemm', [flat, b.initializer('weight', float32([48, 2], new Float32Array(96)))])]);
    const check = (): void => checkSize(fixed, { image: [3, 5, 5] }, 5);
    expect(check).toThrow(RegraftError);
    expect(check).toThrow('5 pixels');
    checkSize(fixed, { image: [3, 4, 4] }, 4);
    checkSize(tinyBase(), { image: [3, 20, 20] }, 20);
  });
});
