import { describe, expect, it } from 'vitest';
import { watchedDevice } from '../../../test/support/device.js';
import { goldenInputs, goldenModel, readGolden } from '../../../test/support/golden.js';
import { adaptModel, adaptTextModel, freeBatch, prepareModel } from '../../bases/surgery/index.js';
import { int64, type Tensor, toNumbers } from '../../core/index.js';
import { createLoss, taskOf } from '../tasks/index.js';
import { drawMasks } from './dropout.js';
import { prepareForward } from './forward.js';
import { Trainer } from './trainer.js';

const SEED = 6;
const OUTPUTS = 3;

function adaptedOf(name: string, hidden: readonly number[], perToken: boolean) {
  const golden = readGolden(name);
  const base = freeBatch(prepareModel(goldenModel(golden))).model;
  const sampleDims = Object.fromEntries(golden.inputs.map((input) => [input.name, input.dims.slice(1)]));
  const wanted = { sampleDims, head: { hidden, dropout: 0.5 }, outputs: OUTPUTS, seed: 0 };
  if (!perToken) return { golden, sampleDims, ...adaptModel(base, wanted) };
  return { golden, sampleDims, ...adaptTextModel(base, { ...wanted, tokens: '/layers.1/Add_2_output_0', mask: undefined }) };
}

describe('each layer of a head drops some of what it reads in training, and nothing in prediction', () => {
  it.each([
    ['linear', 'mlp', [], false, 1],
    ['two hidden layers', 'mlp', [5, 4], false, 3],
    ['linear, on a frozen convolutional base', 'resnet-tiny', [], false, 1],
    ['one for each token', 'bert-like', [], true, 1],
    ['two layers for each token', 'bert-like', [6], true, 2],
  ] as const)('%s', (_, name, hidden, perToken, layers) => {
    const { model, sampleDims, headParameters } = adaptedOf(name, hidden, perToken);
    const spec = { model, sampleDims, rows: 2, trainable: new Set(headParameters), batchNorm: 'eval' } as const;
    const { masks } = prepareForward({ ...spec, mode: 'train' });
    expect(masks.map(({ ratio }) => ratio)).toEqual(new Array(layers).fill(0.5));
    expect(masks.slice(1).map(({ dims }) => dims.at(-1))).toEqual(hidden);
    expect(masks.every(({ dims }) => dims[0] === 2 && dims.length === (perToken ? 3 : 2))).toBe(true);
    expect(prepareForward({ ...spec, mode: 'predict' }).masks).toEqual([]);
  });
});

it('a weight whose input is dropped has no gradient', async () => {
  const { model, golden, sampleDims, headParameters } = adaptedOf('mlp', [], false);
  const [weight = ''] = headParameters;
  const trainer = new Trainer({
    device: watchedDevice().device,
    model,
    sampleDims,
    batchSize: 1,
    task: taskOf('tensor-classification'),
    loss: createLoss({ name: 'cross-entropy', labelSmoothing: 0 }),
    trainable: [...headParameters, ...model.graph.initializers.keys()]
      .filter((name, i, all) => name.includes('weight') && all.indexOf(name) === i)
      .map((name) => ({ name, group: 0, weightDecay: 0 })),
    rates: [0.1],
    optimizer: { name: 'sgd', lr: 0.1, momentum: 0, nesterov: false, weightDecay: 0 },
    clip: {},
    batchNorm: 'eval',
    seed: SEED,
  });
  await trainer.start();
  const inputs = Object.entries(goldenInputs(golden)).map(([name, { type, dims, data }]) => {
    return [name, { type, dims: dims.with(0, 1), data: data.slice(0, data.length / (dims[0] as number)) } as Tensor] as const;
  });
  const { gradients } = await trainer.gradients({ size: 1, inputs: Object.fromEntries(inputs), target: int64([1], [0]) });
  const { masks } = await trainer.forward();
  const [mask] = Object.values(drawMasks(masks, SEED, '1')).map(toNumbers);
  const gradient = toNumbers(gradients.get(weight) as Tensor);
  const width = gradient.length / OUTPUTS;
  const dropped = (mask as number[]).flatMap((value, i) => (value === 0 ? [i] : []));
  expect(dropped.length).toBeGreaterThan(0);
  expect(dropped.length).toBeLessThan(width);
  for (const i of dropped) expect(gradient[i]).toBe(0);
  expect(gradient.slice(0, width).some((value) => value !== 0)).toBe(true);
});
