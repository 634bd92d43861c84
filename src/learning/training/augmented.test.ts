import { describe, expect, it } from 'vitest';
import { watchedDevice } from '../../../test/support/device.js';
import { tinted } from '../../../test/support/images.js';
import { wholePhase as phase } from '../../../test/support/learner.js';
import { tinyBase } from '../../../test/support/tiny-base.js';
import { RegraftError } from '../../core/index.js';
import { parseTransforms, rowInputs } from '../data/index.js';
import { taskOf } from '../tasks/index.js';
import { memoryFeatures } from './feature-store.js';
import { Learner } from './learner.js';
import type { LearnerSpec } from './learner-spec.js';
import type { Phase } from './phase.js';

const SHIFTED = parseTransforms([{ name: 'random-crop', size: 32, padding: 4 }, 'to-tensor']);
const PLAIN = parseTransforms(['to-tensor']);
const inputs = rowInputs({ image: [3, 32, 32] }, { train: SHIFTED, eval: PLAIN });
/** The last layer alone is trained. */
const LAST = { kind: 'match', pattern: '^block' } as const;

function learnerOf(changes: Partial<LearnerSpec> = {}): Learner {
  return new Learner({
    device: watchedDevice().device,
    model: tinyBase(2),
    head: [],
    inputs,
    task: taskOf('image-classification'),
    loss: { name: 'cross-entropy', labelSmoothing: 0 },
    train: tinted(12, 12),
    batchSize: 8,
    accumulate: 1,
    shuffle: true,
    clip: {},
    seed: 5,
    features: memoryFeatures(1e9),
    maxSkippedShare: 0,
    ...changes,
  });
}

async function trained(changes: Partial<LearnerSpec>, change: Partial<Phase>): Promise<{ losses: number[]; computed: number; learner: Learner }> {
  const learner = learnerOf(changes);
  const losses: number[] = [];
  let computed = 0;
  learner.events.on('step', ({ loss }) => losses.push(loss));
  learner.events.on('features', ({ done }) => {
    computed = done;
  });
  await learner.run([{ ...phase, ...change }]);
  return { losses, computed, learner };
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

describe('views of frozen features', () => {
  const still = { freeze: LAST, length: { epochs: 5 }, optimizer: { ...phase.optimizer, lr: 1e-12 } };

  it('are those of the first epochs, shown again in turn', async () => {
    const live = await trained({ shuffle: false }, still);
    const kept = await trained({ shuffle: false, views: 2 }, still);
    expect([live.computed, kept.computed]).toEqual([0, 48]);
    const [first, second, third, fourth, fifth] = [0, 1, 2, 3, 4].map((epoch) => kept.losses.slice(3 * epoch, 3 * epoch + 3));
    // The frozen part may run in batches of another size: float rounding.
    for (const [i, loss] of kept.losses.slice(0, 6).entries()) expect(loss).toBeCloseTo(live.losses[i] as number, 5);
    expect([third, fourth, fifth]).toEqual([first, second, first]);
    expect(second).not.toEqual(first);
    expect(live.losses.slice(6, 9)).not.toEqual(live.losses.slice(0, 3));
  });

  it('are not kept where they do not fit the budget, nor where there is but one', async () => {
    const small = await trained({ views: 2, features: memoryFeatures(24 * 16 * 4) }, still);
    expect(small.computed).toBe(0);
    const one = await trained({ views: 1 }, still);
    expect(small.losses).toEqual(one.losses);
  });
});

describe('mixtures of samples', () => {
  const mix = (name: 'mixup' | 'cutmix' | 'both'): Partial<LearnerSpec> => ({ mix: { name, alpha: 1, chance: 1 } });

  it.each([
    ['mixup', 'none'],
    ['cutmix', 'none'],
    ['both', 'none'],
    ['mixup', 'last'],
  ] as const)('%s trains, layers frozen: %s; samples as they are come out right', async (name, frozen) => {
    const freeze = frozen === 'last' ? LAST : phase.freeze;
    const { losses, learner } = await trained(mix(name), { freeze, length: { epochs: 25 } });
    // Not far below ln 2: mixtures of two classes have no certain answer.
    expect(mean(losses.slice(-9))).toBeLessThan(mean(losses.slice(0, 9)) - 0.01);
    if (frozen === 'none') expect((await learner.evaluate(tinted(12, 12))).metrics['accuracy']).toBeGreaterThan(0.9);
  });

  it('are left out of phases that do not augment', async () => {
    const plain = await trained({}, { length: { epochs: 2 }, augment: false });
    expect((await trained(mix('mixup'), { length: { epochs: 2 }, augment: false })).losses).toEqual(plain.losses);
    expect((await trained(mix('mixup'), { length: { epochs: 2 } })).losses).not.toEqual((await trained({}, { length: { epochs: 2 } })).losses);
  });

  it('make one step of several batches as of one', async () => {
    const weights = { loss: { name: 'cross-entropy', labelSmoothing: 0.1, classWeights: [1, 3] } } as const;
    const { losses } = await trained({ ...mix('mixup'), ...weights, accumulate: 3 }, { length: { epochs: 12 } });
    expect(losses).toHaveLength(12);
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
  });

  it('are not cut where the first layers are frozen', async () => {
    const error = await trained(mix('cutmix'), { freeze: LAST }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RegraftError);
    expect((error as RegraftError).code).toBe('MIX_INPUT');
  });
});

it('a balanced sampler learns a class that is rare sooner', async () => {
  const lossOfRare = async (changes: Partial<LearnerSpec>): Promise<number> => {
    const { learner } = await trained({ train: tinted(40, 3), ...changes }, { length: { epochs: 6 } });
    return (await learner.evaluate(tinted(0, 30))).metrics['loss'] as number;
  };
  expect(await lossOfRare({ sampler: 'balanced' })).toBeLessThan((await lossOfRare({})) / 2);
});
