import { batchNormInTraining, runningStatistics, type Statistic } from '../../../bases/surgery/index.js';
import { fail, float32, type Tensor } from '../../../core/index.js';
import { attributes, type Graph, type Model, pruneUnused, specialise } from '../../../engine/graph/index.js';
import type { Device, Program, Tensors } from '../../../engine/runtime/index.js';
import type { Items, SampleDims } from '../../data/index.js';
import { inferenceModel } from '../inference.js';

export interface StatisticsContext {
  readonly device: Device;
  readonly items: Items;
  /** Samples in a batch; one with fewer does not count. */
  readonly rows: number;
  readonly seed: number;
  /** Called after each batch; what it throws ends the work. */
  onProgress(done: number, total: number): void;
}

/**
 * The running means and variances of all BatchNormalizations, estimated anew on other data: each batch is normalised by its own statistics, and those of
 * the batches are pooled into the mean and the population variance of all values. Weights stay as they are.
 * Source: Li et al., "Revisiting batch normalization for practical domain adaptation" (AdaBN), arXiv 1603.04779.
 *
 * @throws BATCH_NORM_NONE where the model has none, BATCH_NORM_FEW where no batch is full
 */
export async function adaptStatistics(model: Model, { device, items, rows, seed, onProgress }: StatisticsContext): Promise<Tensors> {
  if (runningStatistics(model.graph).length === 0) fail('BATCH_NORM_NONE', {});
  const planned = items.plan({ epoch: 0, shuffle: true, seed, batchSize: rows, start: 0 }).filter((batch) => batch.items.length === rows);
  const pools = new Map<string, Pool>();
  let compiled: Compiled | undefined;
  let done = 0;
  try {
    for await (const { inputs, dims, size } of items.read(planned, { epoch: 0, seed })) {
      if (size < rows) continue;
      compiled ??= await compile(device, model, dims, rows);
      add(pools, compiled.statistics, await compiled.program.run({}, inputs));
      onProgress(++done * rows, planned.length * rows);
    }
  } finally {
    await compiled?.program.release();
  }
  if (done === 0) fail('BATCH_NORM_FEW', { samples: items.size, rows });
  return Object.fromEntries([...pools.values()].flatMap(pooled));
}

interface Compiled {
  readonly program: Program;
  readonly statistics: readonly Statistic[];
}

/** With a momentum of 0 the next statistics are those of the batch. */
async function compile(device: Device, { graph, opsets }: Model, dims: SampleDims, rows: number): Promise<Compiled> {
  const opset = opsets.get('') as number;
  const inputs = Object.fromEntries(Object.entries(dims).map(([name, sample]) => [name, [rows, ...sample]]));
  const nodes = graph.nodes.map((node) => ({ ...node, attributes: { ...node.attributes, ...NO_MOMENTUM[node.op] } }));
  const training = batchNormInTraining(specialise({ ...graph, nodes }, opset, inputs), () => true);
  const outputs: Graph['outputs'] = training.statistics.map(({ next }) => ({
    name: next,
    type: { kind: 'tensor', type: 'float32', dims: undefined },
  }));
  const program = await device.compile(inferenceModel(pruneUnused({ ...training.graph, outputs }), opset));
  return { program, statistics: training.statistics };
}

const NO_MOMENTUM: Readonly<Record<string, ReturnType<typeof attributes>>> = { BatchNormalization: attributes({ momentum: 0 }) };

/** What batches had, of one BatchNormalization. */
interface Pool {
  readonly mean: string;
  readonly variance: string;
  readonly sum: Float64Array;
  /** Of the mean squares. */
  readonly squares: Float64Array;
  batches: number;
}

/** Adds what one batch has; means and variances come in pairs. */
function add(pools: Map<string, Pool>, statistics: readonly Statistic[], outputs: Tensors): void {
  for (let i = 0; i < statistics.length; i += 2) {
    const [mean, variance] = [statistics[i], statistics[i + 1]] as [Statistic, Statistic];
    const [means, variances] = [outputs[mean.next]?.data, outputs[variance.next]?.data] as [Float32Array, Float32Array];
    const pool = pools.get(mean.name) ?? emptyPool(mean.name, variance.name, means.length);
    pools.set(mean.name, pool);
    means.forEach((value, channel) => {
      pool.sum[channel] = (pool.sum[channel] as number) + value;
      pool.squares[channel] = (pool.squares[channel] as number) + (variances[channel] as number) + value * value;
    });
    pool.batches++;
  }
}

function emptyPool(mean: string, variance: string, channels: number): Pool {
  return { mean, variance, sum: new Float64Array(channels), squares: new Float64Array(channels), batches: 0 };
}

/** Every batch has as many values: the mean of their means is that of all. */
function pooled({ mean, variance, sum, squares, batches }: Pool): (readonly [string, Tensor])[] {
  const means = sum.map((value) => value / batches);
  const variances = squares.map((value, channel) => Math.max(0, value / batches - (means[channel] as number) ** 2));
  return [
    [mean, float32([means.length], Float32Array.from(means))],
    [variance, float32([means.length], Float32Array.from(variances))],
  ];
}
