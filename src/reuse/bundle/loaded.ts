import { fail, RegraftError, type Tensor, toFloat32 } from '../../core/index.js';
import type { Device, Program, Tensors } from '../../engine/runtime/index.js';
import { allIndices, batches, type Dataset, type Files, type ImageDecoder, SkipLog } from '../../learning/data/index.js';
import { classPrediction, type Prediction, softmax, tasks } from '../../learning/tasks/index.js';
import type { BundleInfo } from './info.js';
import { type BundleInput, inputDataset, modelInput } from './inputs.js';

/** Samples that go through the model at once. */
const BATCH = 32;

/** Where a bundle runs and how it reads images. */
export interface BundlePlatform {
  readonly device: Device;
  readonly decoder: ImageDecoder;
  readonly files: Files;
}

/** Outputs for some samples of a data set. */
export interface BundleBatch {
  /** Position in the data set of each row; samples that could not be read are missing. */
  readonly indices: readonly number[];
  /** First output of the model, `[N, width]` row-major. */
  readonly outputs: Float32Array;
  readonly width: number;
  /** int64 `[N]` classes, or float32 `[N, K]` values; K = 0 without labels. */
  readonly labels: Tensor;
}

export interface RunOptions {
  /** Counts what cannot be read; default: nothing may be unreadable. */
  readonly skips?: SkipLog;
}

/** A bundle ready to predict: the model as it is in the file, for any number of samples at once. */
export class LoadedBundle {
  readonly info: BundleInfo;
  readonly #program: Program;
  readonly #platform: BundlePlatform;

  constructor(info: BundleInfo, program: Program, platform: BundlePlatform) {
    this.info = info;
    this.#program = program;
    this.#platform = platform;
  }

  /**
   * What the model says of each input: an image file, by path or as bytes, or the tensors of one sample by input name.
   * @throws DATA_IMAGE_CORRUPT, DATA_NOT_FOUND, DATA_INPUT_MISSING, TASK_CONTENT
   */
  async predict(inputs: readonly BundleInput[]): Promise<Prediction[]> {
    if (inputs.length === 0) return [];
    const found: Prediction[] = [];
    try {
      for await (const batch of this.run(inputDataset(inputs, this.#platform))) found.push(...this.interpret(batch));
    } catch (error) {
      throw error instanceof RegraftError && error.code === 'DATA_TOO_MANY_SKIPPED' && error.cause instanceof Error ? error.cause : error;
    }
    return found;
  }

  /**
   * Runs the model over a data set, in order, with a few batches in memory at a time.
   * @throws TASK_CONTENT, DATA_INPUT_MISSING, DATA_TOO_MANY_SKIPPED
   */
  async *run(dataset: Dataset, { skips = new SkipLog(dataset.size, 0) }: RunOptions = {}): AsyncGenerator<BundleBatch, void, void> {
    const { task, preprocessing, inputs } = this.info;
    if (dataset.kind !== tasks[task].content) fail('TASK_CONTENT', { task, expected: tasks[task].content, data: dataset.name, actual: dataset.kind });
    const images = dataset.kind === 'image' && { transforms: preprocessing ?? [], input: inputs[0]?.name ?? '' };
    const fixed = this.#fixedBatch();
    const order = { indices: allIndices(dataset), shuffle: false, seed: 0, epoch: 0, batchSize: fixed ?? BATCH };
    for await (const batch of batches({ dataset, skips, ...order, ...images })) {
      const outputs = await this.#outputs(batch.inputs, batch.size, fixed);
      yield { indices: batch.indices, outputs, width: outputs.length / batch.size, labels: batch.labels };
    }
  }

  /** What the rows of a batch mean to people: probabilities of the classes, or values. */
  interpret({ outputs, width, indices }: BundleBatch): Prediction[] {
    const { activation, task, labels } = this.info;
    return indices.map((_, row) => {
      const values = outputs.subarray(row * width, (row + 1) * width);
      if (activation === 'values') return tasks[task].decode(values, labels);
      return classPrediction(activation === 'logits' ? softmax(values) : values, labels);
    });
  }

  /** Ends the worker that runs the model. */
  close(): Promise<void> {
    return this.#platform.device.close();
  }

  async #outputs(given: Tensors, size: number, fixed: number | undefined): Promise<Float32Array> {
    const feeds = Object.fromEntries(this.info.inputs.map((input) => [input.name, modelInput(input, given)]));
    const results = await this.#program.run(feeds);
    const { name } = this.info.outputs[0] ?? fail('GRAPH_NO_VALUE', { name: 'output' });
    const output = toFloat32(results[name] ?? fail('GRAPH_NO_VALUE', { name })).data as Float32Array;
    return fixed === undefined ? output : output.slice(0, (output.length / fixed) * size);
  }

  /** The batch size of a model that takes no other. */
  #fixedBatch(): number | undefined {
    const leading = this.info.inputs[0]?.dims[0];
    return typeof leading === 'number' ? leading : undefined;
  }
}
