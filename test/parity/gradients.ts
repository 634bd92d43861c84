import { freeBatch, prepareModel, withLogits } from '../../src/bases/surgery/index.js';
import { type Tensor, toNumbers } from '../../src/core/index.js';
import { type Device, openDevice, type Tensors } from '../../src/engine/runtime/index.node.js';
import { createLoss, type LossSpec, type Task, taskOf } from '../../src/learning/tasks/index.js';
import { inferenceModel, Trainer } from '../../src/learning/training/index.js';
import { type Golden, goldenInputs, goldenModel, goldenTarget } from '../support/golden.js';

/** How far a gradient is from PyTorch's in double precision. */
export interface GradientDifference {
  readonly parameter: string;
  /** Relative to the gradient's norm. */
  readonly difference: number;
  /** How far rounding alone may move it: where an activation sits on a kink, a gradient jumps. */
  readonly floor: number;
}

/** Float rounding in a network of some dozen layers. */
const ROUNDING = 2e-5;
/** Parameters without effect (a bias before a normalisation) have rounding errors for gradients. */
const NEGLIGIBLE = 1e-6;

/** Gradients of the first batch, as training computes them, beside PyTorch's: the one that stands out most from its floor. */
export async function worstGradient(golden: Golden): Promise<GradientDifference> {
  const device = openDevice({ threads: 2 });
  try {
    const found = await gradientsOf(golden, device);
    const all = golden.gradients.map((expected) => compare(golden, expected, found.get(expected.name) as Tensor));
    return all.reduce((worst, one) => (one.difference / one.floor > worst.difference / worst.floor ? one : worst));
  } finally {
    await device.close();
  }
}

async function gradientsOf(golden: Golden, device: Device): Promise<ReadonlyMap<string, Tensor>> {
  const { batchSize, batchNorm } = golden.spec.training as { readonly batchSize: number; readonly batchNorm: 'eval' | 'train' };
  const inputs = Object.fromEntries(Object.entries(goldenInputs(golden)).map(([name, tensor]) => [name, firstRows(tensor, batchSize)]));
  const { loss, target, task } = problemOf(golden);
  const trainer = new Trainer({
    device,
    model: withLogits(freeBatch(prepareModel(goldenModel(golden))).model),
    sampleDims: Object.fromEntries(Object.entries(inputs).map(([name, { dims }]) => [name, dims.slice(1)])),
    batchSize,
    task,
    loss: createLoss(loss),
    trainable: golden.gradients.map(({ name }) => ({ name, group: 0, weightDecay: 0 })),
    rates: [0],
    optimizer: { name: 'sgd', lr: 0, momentum: 0, nesterov: false, weightDecay: 0 },
    clip: {},
    batchNorm,
    seed: 0,
  });
  await trainer.start();
  const { prefix, opset } = await trainer.forward();
  const computed: Tensors = prefix ? await (await device.compile(inferenceModel(prefix, opset))).run(inputs) : {};
  return (await trainer.gradients({ size: batchSize, inputs: { ...inputs, ...computed }, target: firstRows(target, batchSize) })).gradients;
}

function problemOf(golden: Golden): { readonly loss: LossSpec; readonly target: Tensor; readonly task: Task } {
  const target = goldenTarget(golden);
  const task = taskOf(target.type === 'int64' ? 'tensor-classification' : 'tensor-regression');
  return { loss: { ...task.defaultLoss, ...(golden.spec.training['loss'] as object | undefined) }, target, task };
}

function firstRows({ type, dims, data }: Tensor, rows: number): Tensor {
  const width = data.length / (dims[0] as number);
  return { type, dims: dims.with(0, rows), data: data.slice(0, rows * width) as Tensor['data'] };
}

function compare(golden: Golden, expected: Golden['gradients'][number], found: Tensor): GradientDifference {
  const actual = toNumbers(found);
  const sampled = Math.hypot(...expected.indices.map((index, i) => (actual[index] as number) - (expected.values[i] as number)));
  const norm = Math.sqrt(actual.reduce((sum, value) => sum + value * value, 0));
  const difference = Math.max(sampled, Math.abs(norm - expected.norm)) / (expected.norm + NEGLIGIBLE);
  return { parameter: expected.name, difference, floor: ROUNDING + 10 * Math.max(expected.sensitivity ?? 0, golden.fp32GradientDrift) };
}
