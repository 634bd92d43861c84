/**
 * Writes the training step of an encoder into a file, or runs it and prints what that took, as JSON: `child.ts JOB`. The two are processes of
 * their own, so that the memory of building a graph does not count.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { findParameters, quantisedWeights, quantiseFrozen } from '../../src/bases/surgery/index.js';
import { sizeOf } from '../../src/core/index.js';
import { type ValueInfo, writeModel } from '../../src/engine/graph/index.js';
import { sessionOptions } from '../../src/engine/runtime/session-options.js';
import { createLoss } from '../../src/learning/tasks/index.js';
import { prepareForward } from '../../src/learning/training/forward.js';
import { buildTrainStep } from '../../src/learning/training/step.js';
import { CLASSES, type EncoderSize, encoderModel, VOCABULARY } from './encoder.js';

export interface MemoryJob {
  readonly file: string;
  readonly build: boolean;
  readonly size: EncoderSize;
  /** Which parameters are trained. */
  readonly trainable: string;
  readonly checkpointActivations: boolean;
  /** Whether frozen matrices have 8 bits. */
  readonly int8: boolean;
}

export interface MemoryCost {
  /** Bytes that the process held before the first step, inputs and weights included, and at most. */
  readonly before: number;
  readonly peak: number;
  /** Processor time of each step. */
  readonly seconds: readonly number[];
  readonly loss: number;
}

/** The first one also readies the session's memory. */
const STEPS = 2;

function build({ file, size, trainable, checkpointActivations, int8 }: MemoryJob): void {
  const whole = encoderModel(size);
  const pattern = new RegExp(trainable);
  const all = findParameters(whole.graph).map(({ name }) => name);
  const names = all.filter((name) => pattern.test(name));
  const model = int8
    ? quantiseFrozen(
        whole,
        all.filter((name) => !pattern.test(name)),
      )
    : whole;
  const sampleDims = { input_ids: [size.tokens] };
  const { suffix, opset } = prepareForward({ model, sampleDims, rows: size.rows, trainable: new Set(names), mode: 'train', batchNorm: 'eval' });
  const program = buildTrainStep({
    graph: suffix,
    opset,
    target: { type: 'int64', dims: [size.rows] },
    loss: createLoss({ name: 'cross-entropy', labelSmoothing: 0 }),
    trainable: names.map((name) => ({ name, group: 0, weightDecay: 0 })),
    frozen: [...all.filter((name) => !pattern.test(name)), ...quantisedWeights(suffix)].filter((name) => suffix.initializers.has(name)),
    statistics: [],
    optimizer: { name: 'sgd', lr: 1e-5, weightDecay: 0, momentum: 0, nesterov: false },
    clip: {},
    checkpointActivations,
  });
  writeFileSync(file, writeModel(program.model));
  writeFileSync(`${file}.json`, JSON.stringify(program.model.graph.inputs));
}

type Fed = ValueInfo['type'] & { readonly kind: 'tensor' };

/** Numbers of a size at which no activation dies out. */
function feed(name: string, { type, dims }: Fed): Tensor {
  const shape = dims as readonly number[];
  const count = sizeOf(shape);
  const most = name === 'input_ids' ? VOCABULARY : CLASSES;
  if (type === 'int64')
    return new Tensor(
      'int64',
      BigInt64Array.from({ length: count }, (_, i) => BigInt((i * 7919) % most)),
      shape,
    );
  if (type === 'int8') return new Tensor('int8', filled(new Int8Array(count), 127), shape);
  if (shape.length === 1) return new Tensor('float32', new Float32Array(count).fill(name.endsWith('.bias') ? 0 : 1), shape);
  const limit = shape.length === 2 ? Math.sqrt(3 / ((name === 'tokens.weight' ? shape[1] : shape[0]) as number)) : 1.7;
  return new Tensor('float32', filled(new Float32Array(count), limit), shape);
}

/** Numbers from -limit to limit, the same ones for each type: int8 weights are those of the full precision, rounded. */
function filled<T extends Int8Array | Float32Array>(data: T, limit: number): T {
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const value = (state / 2 ** 31 - 1) * limit;
    data[i] = data instanceof Int8Array ? Math.round(value) : value;
  }
  return data;
}

async function run({ file }: MemoryJob): Promise<MemoryCost> {
  const inputs = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as readonly { readonly name: string; readonly type: Fed }[];
  const session = await InferenceSession.create(file, sessionOptions(1));
  const feeds = Object.fromEntries(inputs.map(({ name, type }) => [name, feed(name, type)]));
  const before = process.memoryUsage.rss();
  const seconds: number[] = [];
  let loss = Number.NaN;
  for (let i = 0; i < STEPS; i++) {
    const begun = process.cpuUsage();
    const results = await session.run(feeds);
    const { user, system } = process.cpuUsage(begun);
    seconds.push((user + system) / 1e6);
    loss = Number(results['regraft.loss']?.data[0]);
    // As the engine does once a step is over.
    for (const { data } of Object.values(results)) structuredClone(data, { transfer: [(data as Float32Array).buffer as ArrayBuffer] });
  }
  return { before, peak: process.resourceUsage().maxRSS * 1024, seconds, loss };
}

const job = JSON.parse(process.argv[2] ?? '{}') as MemoryJob;
if (job.build) build(job);
else console.log(JSON.stringify(await run(job)));
