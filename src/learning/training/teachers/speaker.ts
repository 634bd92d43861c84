import type { Tensor } from '../../../core/index.js';
import type { Device, Tensors } from '../../../engine/runtime/index.js';
import type { ItemBatch, SampleDims } from '../../data/index.js';
import { keyOf } from '../batch-source.js';
import { Predictor } from '../predictor.js';
import type { Teacher } from './teacher.js';
import { lessonName } from './terms.js';

/** A teacher's model on a device, compiled once for each shape of samples. */
export class Speaker {
  readonly #device: Device;
  readonly #teacher: Teacher;
  readonly #rows: number;
  readonly #predictors = new Map<string, Predictor>();

  /** @param rows samples of a batch at most */
  constructor(device: Device, teacher: Teacher, rows: number) {
    this.#device = device;
    this.#teacher = teacher;
    this.#rows = rows;
  }

  /** What the teacher says of a batch: `[N, …]` by the names that training feeds. */
  async say({ dims, inputs, size }: Pick<ItemBatch, 'dims' | 'inputs' | 'size'>): Promise<Tensors> {
    const said = await this.#predictorFor(dims).run({ dims, inputs, size });
    const { outputs } = this.#teacher.model.graph;
    return Object.fromEntries(outputs.map(({ name }, index) => [lessonName(this.#teacher, index), said[name] as Tensor]));
  }

  async release(): Promise<void> {
    await Promise.all([...this.#predictors.values()].map((predictor) => predictor.release()));
    this.#predictors.clear();
  }

  #predictorFor(dims: SampleDims): Predictor {
    const key = keyOf(dims);
    const predictor = this.#predictors.get(key) ?? new Predictor(this.#device, this.#teacher.model, this.#rows);
    this.#predictors.set(key, predictor);
    return predictor;
  }
}
