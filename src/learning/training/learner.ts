import { Events, fail, type Tensor } from '../../core/index.js';
import type { Model, StoredTensor } from '../../engine/graph/index.js';
import type { Device, Tensors } from '../../engine/runtime/index.js';
import { type Dataset, SkipLog, type TransformStep } from '../data/index.js';
import { type LossSpec, type TaskName, tasks } from '../tasks/index.js';
import { liveSource } from './batch-source.js';
import type { Clip } from './clip.js';
import { evaluateSource, type Scored } from './evaluate.js';
import type { TrainingEvents } from './events.js';
import type { OpenFeatureStore } from './feature-store.js';
import type { Phase, Progress } from './phase.js';
import { runPhase } from './phase-run.js';
import { Predictor } from './predictor.js';

export interface LearnerSpec {
  readonly device: Device;
  /** The model with its head, symbolic batch dimension first in every data input. */
  readonly model: Model;
  /** Shape of one sample by data input, without the batch axis. */
  readonly sampleDims: Readonly<Record<string, readonly number[]>>;
  readonly task: TaskName;
  readonly loss: LossSpec;
  readonly train: Dataset;
  readonly validation?: Dataset;
  /** For images: what a sample goes through while training, and while evaluating. */
  readonly transforms?: { readonly train: readonly TransformStep[]; readonly eval: readonly TransformStep[] };
  readonly batchSize: number;
  /** Micro-batches whose gradients make one step. */
  readonly accumulate: number;
  readonly shuffle: boolean;
  readonly clip: Clip;
  readonly seed: number;
  readonly features: OpenFeatureStore;
  /** Share of the samples that may be unreadable, 0 to 1. */
  readonly maxSkippedShare: number;
}

/** All that resuming needs. */
export interface Snapshot {
  readonly progress: Progress;
  /** Weights that differ from the base, optimiser state and best weights, by name. */
  readonly tensors: Tensors;
}

export interface RunControl {
  /** Where to go on from. */
  readonly from?: Snapshot;
  readonly checkpoint?: {
    isDue(progress: Progress, at: 'step' | 'epoch'): boolean;
    save(snapshot: Snapshot): Promise<void>;
  };
  /** Ends the run after the step in progress, leaving a checkpoint. */
  readonly signal?: AbortSignal;
}

/** Trains a model on a data set, phase by phase, and evaluates the result. */
export class Learner {
  readonly spec: LearnerSpec;
  readonly events = new Events<TrainingEvents>();
  readonly skips: SkipLog;
  #model: Model;
  #changed: Tensors = {};

  /** @throws TASK_CONTENT, TASK_TARGET when the data is not of the kind the task takes */
  constructor(spec: LearnerSpec) {
    const task = tasks[spec.task];
    if (spec.train.kind !== task.content) fail('TASK_CONTENT', { task: spec.task, expected: task.content, data: spec.train.name, actual: spec.train.kind });
    if (spec.train.target.kind !== task.target) fail('TASK_TARGET', { task: spec.task, expected: task.target, data: spec.train.name, actual: spec.train.target.kind });
    this.spec = spec;
    this.#model = spec.model;
    this.skips = new SkipLog(spec.train.size + (spec.validation?.size ?? 0), spec.maxSkippedShare);
    this.skips.events.on('skipped', (skip) => this.events.emit('skipped', skip));
  }

  /** The model with its present weights: the base's own graph, without anything of training. */
  get model(): Model {
    return this.#model;
  }

  /**
   * Runs phases one after the other.
   * @returns where the run stands; `done` is false when the signal ended it
   * @throws TRAIN_DIVERGED naming the step and the layer
   */
  async run(phases: readonly Phase[], control: RunControl = {}): Promise<{ readonly done: boolean; readonly progress: Progress }> {
    const { from } = control;
    if (from) this.setWeights(from.tensors);
    let progress: Progress = from?.progress ?? { phase: 0, step: 0, total: 0, epoch: 0, position: 0 };
    for (const [index, phase] of phases.entries()) {
      if (index < progress.phase) continue;
      const resumed = index === from?.progress.phase ? from : undefined;
      const before = resumed ? progress.total - progress.step : progress.total;
      const { spec, events, skips } = this;
      const result = await runPhase({ spec, model: this.#model, phase, index, before, carried: this.#changed, events, skips, control }, resumed);
      this.setWeights(result.weights);
      progress = result.progress;
      if (!result.done) return { done: false, progress };
    }
    return { done: true, progress };
  }

  /** Metrics of the model on labelled data, and its raw outputs. */
  async evaluate(dataset: Dataset): Promise<Scored> {
    const { device, sampleDims, transforms, task } = this.spec;
    const predictor = await Predictor.open(device, this.#model, sampleDims, Math.min(this.spec.batchSize, dataset.size));
    const input = transforms && Object.keys(sampleDims)[0];
    const source = liveSource({ dataset, transforms: transforms?.eval, input, skips: new SkipLog(dataset.size, this.spec.maxSkippedShare) }, undefined);
    const output = this.#model.graph.outputs[0]?.name ?? '';
    try {
      return await evaluateSource(source, predictor.batchSize, tasks[task], async (inputs, size) => (await predictor.run(inputs, size))[output] as Tensor);
    } finally {
      await predictor.release();
    }
  }

  /** Replaces weights by name; names that are no weights of the model are passed over. */
  setWeights(tensors: Tensors): void {
    const known = Object.entries(tensors).filter(([name]) => this.#model.graph.initializers.has(name));
    const initializers = new Map<string, StoredTensor>([...this.#model.graph.initializers, ...known]);
    this.#changed = { ...this.#changed, ...Object.fromEntries(known) };
    this.#model = { ...this.#model, graph: { ...this.#model.graph, initializers } };
  }
}
