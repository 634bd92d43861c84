import type { Graph, Model } from '../../engine/graph/index.js';
import type { Device, Program, Tensors } from '../../engine/runtime/index.js';
import type { SampleDims } from '../data/index.js';
import { firstRows, padRows, type TrainingBatch } from './batch.js';
import { keyOf } from './batch-source.js';
import { type Forward, prepareForward } from './forward.js';
import { inferenceModel } from './inference.js';

type Finish = (forward: Pick<Forward, 'suffix' | 'opset' | 'rows' | 'types'>, dims: SampleDims) => Graph;

/** A batch without what it shall be compared with. */
type PredictorBatch = Required<Pick<TrainingBatch, 'dims' | 'inputs' | 'size'>>;

interface Compiled {
  readonly shape: string;
  readonly program: Program;
  readonly inputs: readonly string[];
}

/** A forward pass with its weights inside, compiled for one batch size and one shape of samples at a time; smaller batches are padded. */
export class Predictor {
  readonly #device: Device;
  readonly #model: Model;
  readonly batchSize: number;
  readonly #finish: Finish;
  #compiled: Compiled | undefined;

  /** @param finish makes of the forward graph what is to be run */
  constructor(device: Device, model: Model, batchSize: number, finish: Finish = ({ suffix }) => suffix) {
    this.#device = device;
    this.#model = model;
    this.batchSize = batchSize;
    this.#finish = finish;
  }

  /** All outputs, `[N, …]` each. */
  async run({ dims, inputs, size }: PredictorBatch): Promise<Tensors> {
    const compiled = await this.#compiledFor(dims);
    return firstOf(await compiled.program.run(this.#feeds(compiled, inputs)), size);
  }

  /** As {@link run}, but the inputs' memory moves to the device instead of being copied: the caller must not use them again. */
  async consume({ dims, inputs, size }: PredictorBatch): Promise<Tensors> {
    const compiled = await this.#compiledFor(dims);
    return firstOf(await compiled.program.run({}, this.#feeds(compiled, inputs)), size);
  }

  async release(): Promise<void> {
    await this.#compiled?.program.release();
    this.#compiled = undefined;
  }

  async #compiledFor(dims: SampleDims): Promise<Compiled> {
    const shape = keyOf(dims);
    if (this.#compiled?.shape === shape) return this.#compiled;
    await this.release();
    const forward = prepareForward({
      model: this.#model,
      sampleDims: dims,
      rows: this.batchSize,
      trainable: new Set(),
      mode: 'predict',
      batchNorm: 'eval',
    });
    const graph = this.#finish({ ...forward, suffix: forward.prefix ?? forward.suffix }, dims);
    const program = await this.#device.compile(inferenceModel(graph, forward.opset));
    this.#compiled = { shape, program, inputs: graph.inputs.map(({ name }) => name) };
    return this.#compiled;
  }

  #feeds({ inputs: names }: Compiled, inputs: Tensors): Tensors {
    return Object.fromEntries(names.map((name) => [name, padRows(inputs[name] as Tensors[string], this.batchSize)]));
  }
}

function firstOf(outputs: Tensors, size: number): Tensors {
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, firstRows(tensor, size)]));
}
