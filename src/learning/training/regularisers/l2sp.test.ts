import { describe, expect, it } from 'vitest';
import { watchedDevice } from '../../../../test/support/device.js';
import { goldenInputs, goldenModel, goldenTarget, readGolden } from '../../../../test/support/golden.js';
import { findParameters, freeBatch, prepareModel } from '../../../bases/surgery/index.js';
import { type Tensor, toNumbers } from '../../../core/index.js';
import type { OptimizerSpec } from '../../../engine/optimizers/index.js';
import { createLoss, taskOf } from '../../tasks/index.js';
import { planTraining } from '../groups.js';
import type { Phase } from '../phase.js';
import { Trainer } from '../trainer.js';

const golden = readGolden('mlp');
const { model } = freeBatch(prepareModel(goldenModel(golden)));
const names = findParameters(model.graph).map(({ name }) => name);
const head = names.slice(-2);
const STRENGTH = 0.7;
const DECAY = 0.3;
const LR = 0.05;

function phaseWith(optimizer: OptimizerSpec, groups: Phase['groups'] = []): Phase {
  return {
    name: 'full',
    freeze: { kind: 'none' },
    groups,
    length: { steps: 3 },
    optimizer,
    schedule: { name: 'constant', warmup: 0 },
    batchNorm: 'eval',
    augment: true,
    l2sp: { except: head, strength: STRENGTH },
  };
}

async function trainerOf(phase: Phase): Promise<Trainer> {
  const trainer = new Trainer({
    ...planTraining(model, phase),
    device: watchedDevice().device,
    model,
    sampleDims: Object.fromEntries(golden.inputs.map(({ name, dims }) => [name, dims.slice(1)])),
    batchSize: 16,
    task: taskOf('tensor-classification'),
    loss: createLoss({ name: 'cross-entropy', labelSmoothing: 0 }),
    optimizer: phase.optimizer,
    clip: {},
    batchNorm: 'eval',
    seed: 0,
  });
  await trainer.start();
  return trainer;
}

const batch = () => ({ size: 16, inputs: goldenInputs(golden), target: goldenTarget(golden) });

/** Three steps, and the same by `update` on doubles from the task's own gradients; starts and decays by name. */
async function expectSteps(
  optimizer: OptimizerSpec,
  update: (weight: number, gradient: number, start: number, decay: number, slot: { value: number }) => number,
): Promise<void> {
  const trainer = await trainerOf(phaseWith(optimizer));
  const starts = new Map(names.map((name) => [name, toNumbers(model.graph.initializers.get(name) as Tensor)]));
  const expected = new Map([...starts].map(([name, values]) => [name, [...values]]));
  const slots = new Map([...starts].map(([name, values]) => [name, values.map(() => ({ value: 0 }))]));
  for (let step = 1; step <= 3; step++) {
    const { gradients } = await trainer.gradients(batch());
    for (const name of names) {
      const isHead = head.includes(name);
      const [weights, gradient] = [expected.get(name) as number[], toNumbers(gradients.get(name) as Tensor)];
      weights.forEach((weight, i) => {
        const [start, slot] = [isHead ? 0 : (starts.get(name)?.[i] as number), slots.get(name)?.[i] as { value: number }];
        weights[i] = update(weight, gradient[i] as number, start, isHead ? DECAY : STRENGTH, slot);
      });
    }
    await trainer.step([batch()], step, 1);
  }
  const after = await trainer.spec.device.get(names);
  for (const name of names) {
    // Three updates in single precision of weights below 1.
    for (const [i, value] of toNumbers(after[name] as Tensor).entries()) expect(value, name).toBeCloseTo(expected.get(name)?.[i] as number, 6);
  }
}

describe('the base decays to the weights it began with, the head to zero', () => {
  it('by the gradient of strength / 2 · ‖w − w₀‖² in SGD with momentum', async () => {
    await expectSteps({ name: 'sgd', lr: LR, momentum: 0.9, nesterov: false, weightDecay: DECAY }, (weight, gradient, start, decay, slot) => {
      slot.value = 0.9 * slot.value + gradient + decay * (weight - start);
      return weight - LR * slot.value;
    });
  });

  it('decoupled from the gradient in AdamW', async () => {
    const steps = new Map<object, { first: number; second: number; step: number }>();
    await expectSteps({ name: 'adamw', lr: LR, betas: [0.9, 0.999], eps: 1e-8, weightDecay: DECAY }, (weight, gradient, start, decay, slot) => {
      const state = steps.get(slot) ?? { first: 0, second: 0, step: 0 };
      state.first = 0.9 * state.first + 0.1 * gradient;
      state.second = 0.999 * state.second + 0.001 * gradient ** 2;
      state.step++;
      steps.set(slot, state);
      const [first, second] = [state.first / (1 - 0.9 ** state.step), state.second / (1 - 0.999 ** state.step)];
      return weight - LR * decay * (weight - start) - (LR * first) / (Math.sqrt(second) + 1e-8);
    });
  });
});

it('a group that states a decay keeps it', () => {
  const [first] = names as [string];
  const optimizer = { name: 'sgd', lr: LR, momentum: 0, nesterov: false, weightDecay: DECAY } as const;
  const { trainable } = planTraining(model, phaseWith(optimizer, [{ match: `^${first}$`, weightDecay: 0.5 }]));
  expect(trainable.find(({ name }) => name === first)).toEqual({ name: first, group: 0, weightDecay: 0.5 });
  expect(trainable.filter(({ decaysTo }) => decaysTo === 'start').map(({ name }) => name)).toEqual(names.slice(1, -2));
});
