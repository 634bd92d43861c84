import type { TrainingBatch } from '../batch.js';
import { averageName } from '../step.js';
import type { Trainer } from '../trainer.js';
import { type AverageSpec, averageShare, scheduledStep } from './average-spec.js';
import { estimateStatistics } from './statistics.js';

interface AveragingSpec {
  readonly trainer: Trainer;
  readonly average: AverageSpec | undefined;
  /** Steps of the phase. */
  readonly steps: number;
  /** The training data once, for statistics. */
  readonly batches: () => AsyncIterable<TrainingBatch>;
}

/** The average of a phase's weights, which lies on the device beside them. */
export class Averaging {
  readonly #spec: AveragingSpec;

  constructor(spec: AveragingSpec) {
    this.#spec = spec;
  }

  /** Share of the weights after a step, counted from 1, in their average. */
  share(step: number): number {
    return averageShare(this.#spec.average, step, this.#spec.steps);
  }

  /** The step, counted from 0, whose place in the schedule the rate of a step has. */
  scheduled(step: number): number {
    return scheduledStep(this.#spec.average, step, this.#spec.steps);
  }

  /** Resident names of the average after so many steps. */
  async names(done: number): Promise<string[]> {
    return this.#hasBegun(done) ? (await this.#spec.trainer.weightNames()).map(averageName) : [];
  }

  /** Does work while the average takes the place of the weights; without one, or before it begins, on the weights. */
  async using<T>(done: number, work: () => Promise<T>): Promise<T> {
    if (!this.#hasBegun(done)) return work();
    const { trainer, average, batches } = this.#spec;
    const { device } = trainer.spec;
    const pairs = (await trainer.weightNames()).map((name) => [name, averageName(name)] as const);
    await device.exchange(pairs);
    try {
      // A mean of weights has statistics that no step has seen; the paper computes them anew. An exponential average keeps close to its weights.
      if (average?.name === 'swa') await estimateStatistics(trainer, batches());
      return await work();
    } finally {
      await device.exchange(pairs);
    }
  }

  #hasBegun(done: number): boolean {
    return done > 0 && this.share(done) > 0;
  }
}
