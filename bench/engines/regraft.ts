import { createRequire } from 'node:module';
import type { Tensor } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import type { Device } from '../../src/engine/runtime/index.node.js';
import type { PlacedBatch } from '../../src/learning/training/batch-source.js';
import type { Phase, Trainer } from '../../src/learning/training/index.js';
import type { HeadWork, Job, NetworkWork, PredictWork, TrainWork } from '../job.js';
import { type Opened, serve } from './child.js';
import { datasetOf, freshBatch, inputsOf, labelsOf, pixelLabels, rowsOf, sampleDims } from './data.js';
import { pixelLoss, pixelTask } from './pixels.js';
import { data, files, runtime, sources, surgery, tasks, training } from './product.js';

/** The product's own Trainer and Predictor, on its own worker. */
type Learning = Job<TrainWork | HeadWork>;

interface Opening {
  readonly device: Device;
  readonly model: Model;
}

type Run = Pick<Opened, 'run' | 'parameters'>;

const CACHE_BYTES = 4e9;

const kinds = {
  train: async (opening: Opening, job: Job<TrainWork>): Promise<Run> => {
    const { trainer, epoch, parameters } = await openTraining(opening, job);
    const batches = endless(epoch);
    const { pixels } = job;
    const labelled = (batch: PlacedBatch): PlacedBatch =>
      pixels === undefined ? batch : { ...batch, target: pixelLabels(job.seed, job.batchSize, pixels, job.classes) };
    let step = 0;
    return { parameters, run: async () => trainer.step([labelled(await batches())], ++step, 1) };
  },
  head: async (opening: Opening, job: Job<HeadWork>): Promise<Run> => {
    const { trainer, epoch, parameters } = await openTraining(opening, job);
    const run = async (): Promise<number> => {
      await trainer.start();
      let step = 0;
      let loss = Number.NaN;
      for (let i = 0; i < job.epochs; i++) for await (const batch of epoch(i)) loss = await trainer.step([batch], ++step, 1);
      return loss;
    };
    return { parameters, run };
  },
  compile: async (opening: Opening, job: Job<TrainWork>): Promise<Run> => {
    const { parameters, trainer } = newTrainer(opening, job);
    await trainer.start();
    const run = async (): Promise<number> => {
      const { trainer } = newTrainer(opening, job);
      await trainer.compile();
      await trainer.release();
      return 0;
    };
    return { parameters, run };
  },
  predict: async ({ device, model }: Opening, job: Job<PredictWork>): Promise<Run> => {
    const inputs = Object.entries(inputsOf(job));
    const predictor = new training.Predictor(device, model, job.batchSize);
    const dims = sampleDims(job.inputs);
    const run = async (): Promise<number> => {
      const [output] = Object.values(await predictor.consume({ inputs: freshBatch(inputs), size: job.batchSize, dims }));
      return meanSize(output as Tensor);
    };
    return { parameters: 0, run };
  },
} as const satisfies Readonly<Record<NetworkWork['kind'], unknown>>;

function phaseOf(job: Learning): Phase {
  return {
    name: 'bench',
    freeze: job.kind === 'head' ? { kind: 'none' } : job.freeze,
    groups: [],
    length: { steps: 1 },
    optimizer: job.optimizer,
    schedule: { name: 'constant', warmup: 0 },
    batchNorm: job.kind === 'head' ? 'eval' : job.batchNorm,
    augment: false,
  };
}

function newTrainer({ device, model }: Opening, job: Learning): { trainer: Trainer; parameters: number } {
  const phase = phaseOf(job);
  const plan = training.planTraining(model, phase);
  const task = tasks.taskOf('tensor-classification');
  const perPixel = job.kind !== 'head' && job.pixels !== undefined;
  const trainer = new training.Trainer({
    device,
    model,
    ...plan,
    sampleDims: sampleDims(job.inputs),
    batchSize: job.batchSize,
    task: perPixel ? pixelTask(task) : task,
    loss: perPixel ? pixelLoss : tasks.createLoss({ name: 'cross-entropy', labelSmoothing: 0 }),
    optimizer: phase.optimizer,
    clip: {},
    batchNorm: phase.batchNorm,
    seed: job.seed,
  });
  const parameters = plan.trainable.reduce((sum, { name }) => sum + (model.graph.initializers.get(name) as Tensor).data.length, 0);
  return { trainer, parameters };
}

type Epoch = (epoch: number) => AsyncIterable<PlacedBatch>;

/** A trainer and the batches of the trainable part, with the frozen part computed once or at every step. */
async function openTraining(opening: Opening, job: Learning): Promise<{ trainer: Trainer; epoch: Epoch; parameters: number }> {
  const { trainer, parameters } = newTrainer(opening, job);
  await trainer.start();
  const forward = await trainer.forward();
  const program = forward.prefix && (await opening.device.compile(training.inferenceModel(forward.prefix, forward.opset)));
  const rows = rowsOf(job.inputs);
  const dataset = datasetOf(inputsOf(job), labelsOf(job.seed, rows, job.classes), job.classes);
  const cached = job.kind === 'head' || job.cached;
  const source = await sources.openSource(
    await data.rowInputs(sampleDims(job.inputs)).open(dataset, 'eval', new data.SkipLog(rows)),
    program && (async () => ({ program, forward })),
    forward.rows,
    cached ? training.memoryFeatures(CACHE_BYTES) : async () => undefined,
    () => {},
  );
  const epoch: Epoch = (index) => source.epoch({ epoch: index, shuffle: false, seed: 0, batchSize: job.batchSize, start: 0 });
  return { trainer, epoch, parameters };
}

/** The next batch, from one epoch after the other. */
function endless(epoch: Epoch): () => Promise<PlacedBatch> {
  async function* all(): AsyncGenerator<PlacedBatch, never> {
    for (let i = 0; ; i++) yield* epoch(i);
  }
  const batches = all();
  return async () => (await batches.next()).value;
}

function meanSize({ data: values }: Tensor): number {
  return (values as Float32Array).reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
}

await serve(async (job) => {
  if (job.kind === 'help') throw new Error('The command line has an engine of its own.');
  const device = runtime.openDevice({ threads: job.threads });
  const { model } = surgery.freeBatch(surgery.prepareModel(await files.loadModelFile(job.model)));
  const open: (opening: Opening, job: never) => Promise<Run> = kinds[job.kind];
  const versions = { regraft: versionOf('../../package.json'), onnxruntime: versionOf('onnxruntime-node/package.json'), node: process.versions.node };
  return { versions, ...(await open({ device, model }, job as never)) };
});

function versionOf(file: string): string {
  return (createRequire(import.meta.url)(file) as { version: string }).version;
}
