import { runningStatistics } from '../../bases/surgery/index.js';
import { Events, fail } from '../../core/index.js';
import { type Model, pruneUnused, type StoredTensor } from '../../engine/graph/index.js';
import type { Tensors } from '../../engine/runtime/index.js';
import { type Dataset, SkipLog } from '../data/index.js';
import { answersPerPosition } from '../tasks/index.js';
import { liveSource } from './batch-source.js';
import { type ByLayer, byLayer, defaultBaseRate } from './by-layer.js';
import { evaluateSource, type Scored } from './evaluate.js';
import { Evaluator } from './evaluator.js';
import type { TrainingEvents } from './events.js';
import { explainLoop } from './explain-loop.js';
import type { LearnerSpec, RunControl } from './learner-spec.js';
import { BEGINNING, beginningAfter, isProbe, nextPhase, type Phase, type ProbePhase, type Progress } from './phase.js';
import type { PhaseResult } from './phase-context.js';
import { runPhase } from './phase-run.js';
import { runProbe } from './probe-run.js';
import { type FoundRates, findRate } from './rate-finder/index.js';
import { canProbe, headOnly, type RecipeInputs, START_FOLDS, whole } from './recipes.js';
import { adaptStatistics } from './regularisers/adapt-statistics.js';
import { unfolded } from './unfreeze.js';

/** What a user of the library may choose for a training; the rest has the defaults of a spec file. */
export type FitOptions = { readonly epochs: number } & Partial<Omit<RecipeInputs, 'head' | 'length'>> &
  ByLayer & {
    /** Learning rate of the base, as a multiple of that of the head; default: 0.1, or 1 with a `layerDecay`. */
    readonly baseRate?: number;
  };

export type OneCycleOptions = Omit<FitOptions, 'schedule'>;

export type FineTuneOptions = OneCycleOptions & {
  /** Epochs in which the head alone is trained, where it is not linear (default 1). */
  readonly headEpochs?: number;
};

const DEFAULTS = {
  freeze: { kind: 'none' },
  groups: [],
  optimizer: { name: 'adamw', lr: 0.001, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.01 },
  schedule: { name: 'cosine', warmup: 0, endFactor: 0 },
  batchNorm: 'eval',
} as const satisfies Omit<RecipeInputs, 'head' | 'length'>;

/** As fastai has it; of the last step, a share that single precision still tells from nothing. */
const ONE_CYCLE = { name: 'one-cycle', warmup: 0.3, startFactor: 0.04, endFactor: 4e-6 } as const;

/** Trains a model on a data set, phase by phase, and evaluates the result. */
export class Learner {
  readonly spec: LearnerSpec;
  readonly events = new Events<TrainingEvents>();
  readonly skips: SkipLog;
  #model: Model;
  /** Where the last run ended: order, augmentation and dropout of the next go on from there. */
  #progress = BEGINNING;
  #trainsHeadOnly = false;
  #changed: Tensors = {};

  /** @throws TASK_CONTENT, TASK_TARGET when the data is not of the kind the task takes */
  constructor(spec: LearnerSpec) {
    const { task, train } = spec;
    if (train.kind !== task.content) fail('TASK_CONTENT', { task: task.name, expected: task.content, data: train.name, actual: train.kind });
    if (train.target.kind !== task.target)
      fail('TASK_TARGET', { task: task.name, expected: task.target, data: train.name, actual: train.target.kind });
    this.spec = spec;
    this.#model = spec.model;
    this.skips = this.#skipLog(spec.train.size + (spec.validation?.size ?? 0));
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
  async run(phases: readonly (Phase | ProbePhase)[], control: RunControl = {}): Promise<{ readonly done: boolean; readonly progress: Progress }> {
    if (control.from) this.setWeights(control.from.tensors);
    const plan = phases.flatMap<Phase | ProbePhase>((phase) => (isProbe(phase) ? phase : unfolded(phase, this.#model)));
    let progress = control.from?.progress ?? beginningAfter(this.#progress);
    try {
      if (this.spec.statistics === 'adapt') await this.#adaptStatistics(control);
      for (const [index, phase] of plan.entries()) {
        if (index < progress.phase) continue;
        if (index > progress.phase) progress = nextPhase(progress);
        const result = await this.#runPhase(phase, progress, control);
        this.setWeights(result.weights);
        progress = result.progress;
        this.#progress = progress;
        if (!result.done) return { done: false, progress };
      }
    } catch (error) {
      if (control.signal === undefined || error !== control.signal.reason) throw error;
      await this.#stopBefore(progress, control);
      return { done: false, progress };
    }
    return { done: true, progress };
  }

  /** Once: what a checkpoint holds is not estimated again. @throws the signal's reason where the signal comes meanwhile */
  async #adaptStatistics({ signal }: RunControl): Promise<void> {
    const { device, inputs, train, fixedBatch, batchSize, seed } = this.spec;
    if (runningStatistics(this.#model.graph).some((name) => this.#changed[name] !== undefined)) return;
    const items = await inputs.open(train, 'eval', this.skips);
    const onProgress = (done: number, total: number): void => {
      this.events.emit('features', { done, total });
      signal?.throwIfAborted();
    };
    this.setWeights(await adaptStatistics(this.#model, { device, items, rows: fixedBatch ?? Math.min(batchSize, items.size), seed, onProgress }));
  }

  /** @throws the signal's reason where the signal ended the phase before its first step */
  async #runPhase(phase: Phase | ProbePhase, start: Progress, control: RunControl): Promise<PhaseResult> {
    const { spec, events, skips } = this;
    const context = { spec, model: this.#model, events, skips, control };
    if (isProbe(phase)) return { progress: start, weights: await runProbe(context, phase.folds), done: true };
    return runPhase({ ...context, phase, start, carried: this.#changed }, start.step > 0 ? control.from : undefined);
  }

  /**
   * Looks for a learning rate by a sweep of at most 100 steps over the first phase of gradient steps, on a copy of the weights: model, random numbers and what
   * is trained afterwards are as if it had not been. A probe before that phase is fitted first.
   * @param phases default: one that trains everything
   * @throws LR_FINDER_SHORT where the loss diverges at once, LR_FINDER_PROBE where no phase makes steps; the signal's reason where the signal comes
   */
  async findLearningRate(phases: readonly (Phase | ProbePhase)[] = [this.#phase({ epochs: 1 })], control: RunControl = {}): Promise<FoundRates> {
    const { spec, events } = this;
    const plan = phases.flatMap<Phase | ProbePhase>((phase) => (isProbe(phase) ? phase : unfolded(phase, this.#model)));
    const phase = plan.find((one): one is Phase => !isProbe(one)) ?? fail('LR_FINDER_PROBE', {});
    const skips = new SkipLog(spec.train.size, spec.maxSkippedShare);
    const context = { spec, model: this.#model, events, skips, control: control.signal ? { signal: control.signal } : {} };
    const [first] = plan;
    const fitted = first && isProbe(first) ? await runProbe(context, first.folds) : {};
    const model = withTensors(this.#model, fitted);
    return findRate({ ...context, model, phase, start: BEGINNING, carried: {} });
  }

  /** Leaves a checkpoint of a phase that has not begun; of one that is being resumed there is one already. */
  async #stopBefore(progress: Progress, { checkpoint }: RunControl): Promise<void> {
    if (progress.step === 0) await checkpoint?.save({ progress, tensors: this.#changed });
    this.events.emit('stopped', { step: progress.total, best: progress.total, reason: 'asked' });
  }

  /** From here on the head alone is trained. */
  freeze(): void {
    this.#trainsHeadOnly = true;
  }

  /** From here on everything is trained. */
  unfreeze(): void {
    this.#trainsHeadOnly = false;
  }

  /** Trains what is not frozen. */
  async fit(options: FitOptions): Promise<void> {
    await this.run([this.#phase(options)]);
  }

  /** The same with a rate that rises to its height and falls to nothing. Source: Smith & Topin, arXiv 1708.07120. */
  async fitOneCycle(options: OneCycleOptions): Promise<void> {
    await this.fit({ ...options, schedule: ONE_CYCLE });
  }

  /** Fits a linear head to the frozen features, its regularisation chosen by cross-validation. @throws PROBE_HEAD */
  async probe(): Promise<void> {
    await this.run([{ name: 'probe', folds: START_FOLDS }]);
  }

  /** Trains the new head first and then, at a lower rate, the base with it. */
  async fineTune({ headEpochs = 1, ...options }: FineTuneOptions): Promise<void> {
    this.freeze();
    if (canProbe(this.#parts)) await this.probe();
    else if (this.spec.head.length > 0) await this.fitOneCycle({ ...options, epochs: headEpochs });
    this.unfreeze();
    await this.fitOneCycle(options);
  }

  /** Which part of the training loop and which callback acts when, as lines of text. */
  explainLoop(options: FitOptions): string {
    return explainLoop([this.#phase(options)], this.spec);
  }

  /** The trained model as a file would hold it: the base's graph with new weights and head, nothing of training. */
  export(): Model {
    const { graph } = this.#model;
    return {
      ...this.#model,
      producer: { name: 'regraft', version: '' },
      graph: pruneUnused({ ...graph, outputs: this.spec.outputs ?? graph.outputs }),
    };
  }

  /** Ends the device; the learner cannot be used any more. */
  close(): Promise<void> {
    return this.spec.device.close();
  }

  /** What a phase is planned for. */
  get #parts(): Pick<RecipeInputs, 'head' | 'noProbe'> {
    return { head: this.spec.head, noProbe: answersPerPosition(this.spec.task) || this.spec.task.embeds === true };
  }

  #phase({ epochs, baseRate, layerDecay = 1, unfreeze, ...options }: FitOptions): Phase {
    const inputs = { ...DEFAULTS, ...this.#parts, length: { epochs }, ...options };
    if (this.#trainsHeadOnly) return { ...headOnly(inputs, inputs.length), augment: true };
    const layers = byLayer({ layerDecay, ...(unfreeze && { unfreeze }) }, this.spec.head, baseRate ?? defaultBaseRate({ layerDecay }));
    return { ...whole('fit', inputs, inputs.length), ...layers };
  }

  /** Metrics of the model on labelled data, and its raw outputs. */
  async evaluate(dataset: Dataset): Promise<Scored> {
    const { device, inputs, task, fixedBatch, batchSize } = this.spec;
    const rows = fixedBatch ?? Math.min(batchSize, dataset.size);
    const evaluator = new Evaluator(device, this.#model, task, rows);
    try {
      const source = liveSource(await inputs.open(dataset, 'eval', this.#skipLog(dataset.size)));
      return await evaluateSource(source, rows, task, (batch) => evaluator.run(batch));
    } finally {
      await evaluator.release();
    }
  }

  /** Replaces weights by name; names that are no weights of the model are passed over. */
  setWeights(tensors: Tensors): void {
    const known = Object.entries(tensors).filter(([name]) => this.#model.graph.initializers.has(name));
    this.#changed = { ...this.#changed, ...Object.fromEntries(known) };
    this.#model = withTensors(this.#model, Object.fromEntries(known));
  }

  /** Takes another model that has the trained weights by the same names, such as the base in full precision; what was trained goes into it. */
  replaceModel(model: Model): void {
    this.#model = model;
    this.setWeights(this.#changed);
  }

  #skipLog(samples: number): SkipLog {
    const skips = new SkipLog(samples, this.spec.maxSkippedShare);
    skips.events.on('skipped', (skip) => this.events.emit('skipped', skip));
    return skips;
  }
}

function withTensors(model: Model, tensors: Tensors): Model {
  const initializers = new Map<string, StoredTensor>([...model.graph.initializers, ...Object.entries(tensors)]);
  return { ...model, graph: { ...model.graph, initializers } };
}
