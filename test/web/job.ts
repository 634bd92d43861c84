import {
  blobFiles,
  browserDecoder,
  createLoss,
  type Dataset,
  type Device,
  differentiate,
  findParameters,
  GraphBuilder,
  inferTypes,
  int64,
  Learner,
  type Model,
  memoryFeatures,
  openSource,
  phasesOf,
  prepareModel,
  readModel,
  readSafetensors,
  rowInputs,
  specialise,
  type Tensor,
  taskOf,
  toNumbers,
} from '../../src/browser.js';

/** What a device is asked to do; the same in Node, in WebAssembly and in a page. */
export interface Job {
  /** ONNX bytes. */
  readonly model: Uint8Array<ArrayBuffer>;
  /** Inputs and `labels` as `.safetensors`. */
  readonly data: Uint8Array<ArrayBuffer>;
  readonly batchSize: number;
  readonly steps: number;
}

export interface JobResult {
  readonly loss: number;
  /** By parameter. */
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  /** Of each training step. */
  readonly losses: readonly number[];
  /** Parameters after training. */
  readonly trained: Readonly<Record<string, readonly number[]>>;
}

/** Loss and gradients of the first batch by the plain functions, then a few steps of a learner. */
export async function runJob(device: Device, job: Job): Promise<JobResult> {
  const model = prepareModel(readModel(job.model));
  const first = firstBatch(job);
  return { ...(await gradientsOf(device, model, first)), ...(await train(device, model, job)) };
}

function firstBatch({ data, batchSize }: Job): Readonly<Record<string, Tensor>> {
  const rows = ([name, { type, dims, data: values }]: readonly [string, Tensor]): [string, Tensor] => {
    const width = values.length / (dims[0] as number);
    return [name, { type, dims: [batchSize, ...dims.slice(1)], data: values.slice(0, batchSize * width) }];
  };
  return Object.fromEntries([...readSafetensors(data).tensors].map(rows));
}

async function gradientsOf(device: Device, model: Model, batch: Readonly<Record<string, Tensor>>): Promise<Pick<JobResult, 'loss' | 'gradients'>> {
  const { labels = int64([0], []), ...inputs } = batch;
  const opset = model.opsets.get('') as number;
  const names = findParameters(model.graph).map(({ name }) => name);
  const graph = specialise(model.graph, opset, Object.fromEntries(Object.entries(inputs).map(([name, { dims }]) => [name, dims])));
  const b = GraphBuilder.from(graph, inferTypes(graph, opset).types, opset);
  const output = b.value(graph.outputs[0]?.name ?? '');
  const task = taskOf(labels.type === 'int64' ? 'tensor-classification' : 'tensor-regression');
  const mask = b.full(output.type, [labels.dims[0] as number], 1);
  const loss = createLoss(task.defaultLoss).build(b, { output, target: b.constant(labels), mask });
  const gradients = [...differentiate(b, loss, names)].map(([name, value]) => [name, b.op('Identity', [value])] as const);
  const program = await device.compile(b.model([loss, ...gradients.map(([, value]) => value)]));
  const results = await program.run(inputs);
  await program.release();
  const numbers = (name: string): number[] => toNumbers(results[name] as Tensor);
  return { loss: numbers(loss.name)[0] as number, gradients: Object.fromEntries(gradients.map(([name, value]) => [name, numbers(value.name)])) };
}

async function train(device: Device, model: Model, job: Job): Promise<Pick<JobResult, 'losses' | 'trained'>> {
  const dataset = await openSource({ path: 'data.safetensors' }, blobFiles(new Map([['data.safetensors', new Blob([job.data])]])), browserDecoder());
  const { dims } = inputsOf(model, await dataset.load(0));
  const task = taskOf(dataset.target.kind === 'classes' ? 'tensor-classification' : 'tensor-regression');
  const settings = { batchSize: job.batchSize, accumulate: 1, shuffle: false, clip: {}, seed: 0, features: memoryFeatures(1e8), maxSkippedShare: 0 };
  const learner = new Learner({ device, model, head: [], inputs: rowInputs(dims), task, loss: task.defaultLoss, train: dataset, ...settings });
  const losses: number[] = [];
  learner.events.on('step', ({ loss }) => losses.push(loss));
  await learner.run(
    phasesOf(
      { name: 'full' },
      {
        head: [],
        freeze: { kind: 'none' },
        groups: [],
        length: { steps: job.steps },
        optimizer: { name: 'sgd', lr: 0.01, momentum: 0.9, weightDecay: 0, nesterov: false },
        schedule: { name: 'constant', warmup: 0 },
        batchNorm: 'eval',
      },
    ),
  );
  const { initializers } = learner.model.graph;
  return { losses, trained: Object.fromEntries(findParameters(model.graph).map(({ name }) => [name, toNumbers(initializers.get(name) as Tensor)])) };
}

/** Shape of one sample by input. */
function inputsOf({ graph }: Model, content: Awaited<ReturnType<Dataset['load']>>): { dims: Record<string, readonly number[]> } {
  const tensors = content.kind === 'tensors' ? content.tensors : {};
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  return { dims: Object.fromEntries(inputs.map(({ name }) => [name, tensors[name]?.dims ?? []])) };
}
