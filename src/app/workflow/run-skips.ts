import type { Events } from '../../core/index.js';
import type { Skip } from '../../learning/data/index.js';
import type { TrainingEvents } from '../../learning/training/index.js';
import type { WorkflowEvents } from './context.js';

/** The samples a run has left out because they cannot be read; each counts and is noted once, whatever meets it. */
export class RunSkips {
  readonly #byLocation: Map<string, Skip>;

  /** @param stored what {@link stored} gave when the run was checkpointed */
  constructor(stored = '[]') {
    this.#byLocation = new Map((JSON.parse(stored) as Skip[]).map((skip) => [skip.location, skip]));
  }

  /** Listens until the returned function is called. */
  listen(from: Events<TrainingEvents>, to: Events<WorkflowEvents> | undefined): () => void {
    return from.on('skipped', (skip) => {
      if (this.#byLocation.has(skip.location)) return;
      this.#byLocation.set(skip.location, skip);
      to?.emit('note', { text: `left out ${skip.location}: ${skip.reason}` });
    });
  }

  get all(): readonly Skip[] {
    return [...this.#byLocation.values()];
  }

  get stored(): string {
    return JSON.stringify(this.all);
  }
}
