import type { Tensor } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import type { Device } from '../../engine/runtime/index.js';
import type { SampleDims } from '../data/index.js';
import type { Task } from '../tasks/index.js';
import type { TrainingBatch } from './batch.js';
import { Predictor } from './predictor.js';
import { TARGET, withSummary } from './step.js';

/** Gives what a task is measured by: the model's first output, or the task's summary of it. */
export class Evaluator {
  readonly #predictor: Predictor;

  constructor(device: Device, model: Model, task: Task, batchSize: number) {
    this.#predictor = new Predictor(device, model, batchSize, (forward) => withSummary(forward, task));
  }

  /** `[N, …]` for a batch whose memory moves to the device: the caller must not use it again. */
  async run({ target, ...batch }: TrainingBatch & { readonly dims: SampleDims }): Promise<Tensor> {
    const [output] = Object.values(await this.#predictor.consume({ ...batch, inputs: { ...batch.inputs, [TARGET]: target } }));
    return output as Tensor;
  }

  release(): Promise<void> {
    return this.#predictor.release();
  }
}
