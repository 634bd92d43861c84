import { expect, it } from 'vitest';
import { watchedDevice } from '../../../../test/support/device.js';
import { float32, fromNumbers, int64, Random, randomMask, sizeOf, type Tensor, toNumbers } from '../../../core/index.js';
import { GraphBuilder, inferTypes, type Model, type Value } from '../../../engine/graph/index.js';
import { createLoss, taskOf } from '../../tasks/index.js';
import { Trainer } from '../trainer.js';
import { dropBranches } from './stochastic-depth.js';

const N = 5;
const WIDTH = 3;
const BLOCKS = 2;
const RATE = 0.6;
const SEED = 4;

function drawn(name: string, dims: readonly number[]): Tensor {
  const random = new Random(1, name);
  return float32(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, () => random.uniform(-1, 1)),
  );
}

/** x + W₀x, then that + W₁ of that: the logits. */
function twoBlocks(): Model {
  const b = new GraphBuilder(17);
  let x: Value = b.input('x', 'float32', [N, WIDTH]);
  for (let block = 0; block < BLOCKS; block++) {
    const branch = b.op('MatMul', [x, b.initializer(`w${block}`, drawn(`w${block}`, [WIDTH, WIDTH]))]);
    x = b.op('Add', block === 0 ? [branch, x] : [x, branch]);
  }
  return b.model([x]);
}

const x = drawn('x', [N, WIDTH]);
const labels = [0, 2, 1, 1, 0];

/** The loss in doubles, with the branch of each sample and block times its mask. */
function lossOf(weights: readonly (readonly number[])[], masks: readonly (readonly number[])[]): number {
  let sum = 0;
  for (let n = 0; n < N; n++) {
    let row = toNumbers(x).slice(n * WIDTH, (n + 1) * WIDTH);
    for (let block = 0; block < BLOCKS; block++) {
      const branch = row.map((_, to) => row.reduce((total, value, from) => total + value * (weights[block]?.[from * WIDTH + to] as number), 0));
      row = row.map((value, i) => value + (masks[block]?.[n] as number) * (branch[i] as number));
    }
    sum += Math.log(row.reduce((total, value) => total + Math.exp(value), 0)) - (row[labels[n] as number] as number);
  }
  return sum / N;
}

it('the loss and its gradients are those of branches that are left out by sample, the later ones more often', async () => {
  const model = twoBlocks();
  const trainer = new Trainer({
    device: watchedDevice().device,
    model,
    sampleDims: { x: [WIDTH] },
    batchSize: N,
    task: taskOf('tensor-classification'),
    loss: createLoss({ name: 'cross-entropy', labelSmoothing: 0 }),
    trainable: ['w0', 'w1'].map((name) => ({ name, group: 0, weightDecay: 0 })),
    rates: [0.1],
    optimizer: { name: 'sgd', lr: 0.1, momentum: 0, nesterov: false, weightDecay: 0 },
    clip: {},
    batchNorm: 'eval',
    stochasticDepth: RATE,
    seed: SEED,
  });
  await trainer.start();
  const batch = () => ({ size: N, inputs: { x: fromNumbers('float32', [N, WIDTH], toNumbers(x)) }, target: int64([N], labels) });
  const { loss, gradients } = await trainer.gradients(batch());
  const masks = [0, 1].map((block) => {
    const rate = (RATE * (block + 1)) / BLOCKS;
    return [...randomMask(SEED, `regraft.depth.${block}:1`, N, rate, 1 / (1 - rate))];
  });
  expect(new Set(masks.flat())).toEqual(new Set([0, Math.fround(1 / 0.7), Math.fround(1 / 0.4)]));
  const weights = [0, 1].map((block) => toNumbers(model.graph.initializers.get(`w${block}`) as Tensor));
  expect(loss).toBeCloseTo(lossOf(weights, masks), 6);
  for (let block = 0; block < BLOCKS; block++) {
    for (const [i, value] of toNumbers(gradients.get(`w${block}`) as Tensor).entries()) {
      const moved = (by: number): number[][] => weights.map((each, other) => each.map((w, j) => (other === block && i === j ? w + by : w)));
      // Central differences of a smooth function in doubles err by the square of the step.
      expect(value).toBeCloseTo((lossOf(moved(1e-5), masks) - lossOf(moved(-1e-5), masks)) / 2e-5, 5);
    }
  }
  // Prediction takes all branches.
  const all = masks.map((mask) => mask.map(() => 1));
  const logits = toNumbers(await trainer.predict(batch()));
  const losses = labels.map((label, n) => {
    const row = logits.slice(n * WIDTH, (n + 1) * WIDTH);
    return Math.log(row.reduce((total, value) => total + Math.exp(value), 0)) - (row[label] as number);
  });
  expect(losses.reduce((a, b) => a + b, 0) / N).toBeCloseTo(lossOf(weights, all), 6);
});

it('branches that nothing trained is part of stay, and so does the rate of the others', () => {
  const { graph } = twoBlocks();
  const { types } = inferTypes(graph, 17, {});
  const { masks } = dropBranches(graph, { types, trainable: new Set(['w1']), rows: N, rate: RATE });
  expect(masks).toEqual([{ name: 'regraft.depth.1', dims: [N, 1], ratio: RATE }]);
});
