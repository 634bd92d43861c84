import type { Tensor } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import type { Device, Program, Tensors } from '../../engine/runtime/index.js';
import { firstRows, padRows } from './batch.js';
import { prepareForward } from './forward.js';
import { inferenceModel } from './inference.js';

/** A compiled forward pass with its weights inside, for one batch size; smaller batches are padded. */
export class Predictor {
  readonly #program: Program;
  readonly #inputs: readonly string[];
  readonly batchSize: number;

  constructor(program: Program, inputs: readonly string[], batchSize: number) {
    this.#program = program;
    this.#inputs = inputs;
    this.batchSize = batchSize;
  }

  /** @param sampleDims shape of one sample by data input, without the batch axis */
  static async open(device: Device, model: Model, sampleDims: Readonly<Record<string, readonly number[]>>, batchSize: number): Promise<Predictor> {
    const { prefix, suffix, opset } = prepareForward({
      model,
      sampleDims,
      rows: batchSize,
      trainable: new Set(),
      mode: 'predict',
      batchNorm: 'eval',
    });
    const graph = prefix ?? suffix;
    const program = await device.compile(inferenceModel(graph, opset));
    return new Predictor(
      program,
      graph.inputs.map(({ name }) => name),
      batchSize,
    );
  }

  /** All outputs, `[N, …]` each, for `size` = N samples. */
  async run(inputs: Tensors, size: number): Promise<Tensors> {
    return firstOf(await this.#program.run(this.#feeds(inputs)), size);
  }

  /** As {@link run}, but the inputs' memory moves to the device instead of being copied: the caller must not use them again. */
  async consume(inputs: Tensors, size: number): Promise<Tensors> {
    return firstOf(await this.#program.run({}, this.#feeds(inputs)), size);
  }

  release(): Promise<void> {
    return this.#program.release();
  }

  #feeds(inputs: Tensors): Tensors {
    return Object.fromEntries(this.#inputs.map((name) => [name, padRows(inputs[name] as Tensor, this.batchSize)]));
  }
}

function firstOf(outputs: Tensors, size: number): Tensors {
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, firstRows(tensor, size)]));
}
