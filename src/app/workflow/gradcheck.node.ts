import { findParameters, withLogits, withoutDropout } from '../../bases/surgery/index.js';
import { cast, didYouMean, fail, scalar, type Tensor, toNumbers } from '../../core/index.js';
import type { Graph, Model } from '../../engine/graph/index.js';
import { openDevice, type Tensors } from '../../engine/runtime/index.node.js';
import { batches, type Dataset, openDataset, writeSafetensorsFile } from '../../learning/data/index.node.js';
import { createLoss, type LossSpec, type Task, taskOf } from '../../learning/tasks/index.js';
import { inferenceModel, Trainer } from '../../learning/training/index.js';
import type { RunSpec } from '../spec/index.js';
import { dataInputs, loadModel } from './base.node.js';
import type { WorkflowContext } from './context.js';
import { compareGradients, type GradientComparison, type Gradients, LOSS_TENSOR, norm } from './gradcheck/compare.node.js';

export type { GradientComparison };

/** The losses that compare each sample with its own label. */
type PointLoss = 'cross-entropy' | 'mse' | 'bce';

export interface GradcheckRequest {
  /** A model URI, a path, or a bundle; or one with what its file does not say. */
  readonly model: string | RunSpec['base'];
  /** A `.safetensors` file with the inputs, named as the model names them, and `labels`. */
  readonly data: string;
  /** Where loss and gradients are written, as `.safetensors`. */
  readonly out: string;
  /** Default: cross-entropy for whole-number labels, mean squared error for others. */
  readonly loss?: PointLoss;
  /** The first so many samples; default: all. They make one batch. */
  readonly batchSize?: number;
  /** Gradients of another program to compare with. */
  readonly compare?: string;
}

export interface GradcheckResult {
  readonly out: string;
  readonly loss: number;
  readonly lossName: LossSpec['name'];
  readonly samples: number;
  readonly gradients: readonly { readonly name: string; readonly dims: readonly number[]; readonly norm: number }[];
  readonly comparison: GradientComparison | undefined;
}

/**
 * Writes the loss of one batch and the gradient of every parameter, under the parameter's own name. Nothing is random or trained: dropout is
 * off and BatchNorm uses its running statistics.
 * @throws DATA_NO_LABELS, TASK_TARGET, DATA_INPUT_MISSING, HEAD_KEEP_CLASSES; the errors of {@link loadModel}, of the data and of autodiff
 */
export async function gradcheck(
  { model: uri, data, out, loss, batchSize, compare }: GradcheckRequest,
  context: WorkflowContext = {},
): Promise<GradcheckResult> {
  const base = await loadModel(uri, context);
  const batch = await firstBatch(data, batchSize);
  const { task, spec } = problemOf(batch.dataset, loss);
  const graph = withoutDropout((task.target === 'classes' ? withLogits(base.model) : base.model).graph);
  const found = await gradientsOf({ ...base.model, graph }, batch, task, spec);
  await writeSafetensorsFile(out, contents(found), [
    ['loss', String(found.loss)],
    ['samples', String(batch.size)],
  ]);
  const gradients = [...found.gradients].map(([name, tensor]) => ({ name, dims: tensor.dims, norm: norm(toNumbers(tensor)) }));
  const comparison = compare === undefined ? undefined : await compareGradients(found, compare);
  return { out, loss: found.loss, lossName: spec.name, samples: batch.size, gradients, comparison };
}

interface LabelledBatch {
  readonly size: number;
  /** `[N, …]` by name. */
  readonly inputs: Tensors;
  /** `[N]` class indices or `[N, K]` values. */
  readonly target: Tensor;
  readonly dataset: Pick<Dataset, 'name' | 'target'>;
}

async function firstBatch(path: string, batchSize: number | undefined): Promise<LabelledBatch> {
  const dataset = await openDataset(path);
  try {
    if (dataset.target.kind === 'none') fail('DATA_NO_LABELS', { data: dataset.name });
    const size = Math.min(batchSize ?? dataset.size, dataset.size);
    const indices = Array.from({ length: size }, (_, index) => index);
    for await (const { inputs, labels } of batches({ dataset, indices, batchSize: size, shuffle: false, seed: 0, epoch: 0 })) {
      return { size, inputs, target: labels, dataset };
    }
    return fail('DATA_EMPTY', { path });
  } finally {
    await dataset.close();
  }
}

/** The task that the labels call for, and the loss. @throws TASK_TARGET when they do not go together */
function problemOf({ name, target }: LabelledBatch['dataset'], asked: PointLoss | undefined): { task: Task; spec: LossSpec } {
  const task = taskOf(target.kind === 'classes' ? 'tensor-classification' : 'tensor-regression');
  const loss = asked ?? (target.kind === 'classes' ? 'cross-entropy' : 'mse');
  const expected = loss === 'cross-entropy' ? 'classes' : 'values';
  if (target.kind !== expected) fail('TASK_TARGET', { task: `The ${loss} loss`, expected, data: name, actual: target.kind });
  return { task, spec: loss === 'cross-entropy' ? { name: loss, labelSmoothing: 0 } : { name: loss } };
}

async function gradientsOf(model: Model, batch: LabelledBatch, task: Task, loss: LossSpec): Promise<Gradients> {
  const inputs = modelInputs(model.graph, batch);
  checkClasses(model.graph, batch.dataset);
  const device = openDevice();
  try {
    const trainer = new Trainer({
      device,
      model,
      sampleDims: Object.fromEntries(Object.entries(inputs).map(([name, { dims }]) => [name, dims.slice(1)])),
      batchSize: batch.size,
      task,
      loss: createLoss(loss),
      trainable: findParameters(model.graph).map(({ name }) => ({ name, group: 0, weightDecay: 0 })),
      rates: [0],
      optimizer: { name: 'sgd', lr: 0, momentum: 0, nesterov: false, weightDecay: 0 },
      clip: {},
      batchNorm: 'eval',
      seed: 0,
    });
    await trainer.start();
    const { prefix, opset } = await trainer.forward();
    // What comes before the first parameter (the mask of an attention) is not part of the gradient's graph.
    const values = prefix && (await (await device.compile(inferenceModel(prefix, opset))).run(inputs));
    return await trainer.gradients({ ...batch, inputs: { ...inputs, ...values } });
  } finally {
    await device.close();
  }
}

/** The data of every input, in the element type the model takes. @throws DATA_INPUT_MISSING */
function modelInputs(graph: Graph, { inputs }: LabelledBatch): Record<string, Tensor> {
  const known = Object.keys(inputs).join(', ');
  return Object.fromEntries(
    dataInputs(graph).map(({ name, type }) => {
      const tensor = inputs[name] ?? fail('DATA_INPUT_MISSING', { input: name, hint: didYouMean(name, Object.keys(inputs)), known });
      const wanted = type.kind === 'tensor' && type.type !== 'string' && type.type !== 'unknown' ? type.type : tensor.type;
      return [name, cast(tensor, wanted)];
    }),
  );
}

/** @throws HEAD_KEEP_CLASSES when a label has no output */
function checkClasses({ outputs: [output] }: Graph, { target }: LabelledBatch['dataset']): void {
  const width = output?.type.kind === 'tensor' ? output.type.dims?.at(-1) : undefined;
  if (target.kind === 'classes' && typeof width === 'number' && width < target.names.length) {
    fail('HEAD_KEEP_CLASSES', { outputs: width, classes: target.names.length });
  }
}

function* contents({ loss, gradients }: Gradients): Generator<readonly [string, Tensor]> {
  if (!gradients.has(LOSS_TENSOR)) yield [LOSS_TENSOR, scalar('float32', loss)];
  yield* gradients;
}
