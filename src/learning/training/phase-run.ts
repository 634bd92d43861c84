import { fail, type Tensor } from '../../core/index.js';
import type { Tensors } from '../../engine/runtime/index.js';
import { type Items, SkipLog } from '../data/index.js';
import { Averaging } from './averages/index.js';
import type { BatchSource, PlacedBatch, Prefixes } from './batch-source.js';
import { type Callback, callbacksOf, type Handlers, type Loop, plateauFactor } from './callbacks/index.js';
import { evaluateSource } from './evaluate.js';
import { firstNotFinite } from './finite.js';
import type { TrainingPlan } from './groups.js';
import type { Snapshot } from './learner-spec.js';
import type { Kept, Phase, Progress } from './phase.js';
import type { PhaseContext, PhaseResult, Release } from './phase-context.js';
import { groupedBatches, mapped, openPhaseSource, stepsOf, stepsPerEpoch } from './phase-sources.js';
import { openTrainer } from './phase-trainer.js';
import { PseudoLabels } from './pseudo-labels/pseudo-labels.js';
import { scheduleFactor } from './schedules/index.js';
import type { Trainer } from './trainer.js';

/** Resident names under which the weights that the phase shall end with are stored in a checkpoint. */
const KEPT = 'kept:';

/**
 * Trains one phase, from its beginning or from a snapshot taken in it.
 * @throws the signal's reason where the signal comes while frozen features are computed
 */
export async function runPhase(context: PhaseContext, from: Snapshot | undefined): Promise<PhaseResult> {
  const held: Release[] = [];
  try {
    const run = await PhaseRun.open(context, held);
    return await run.execute(from);
  } finally {
    await Promise.all(held.map((release) => release()));
  }
}

interface PhaseParts {
  readonly trainer: Trainer;
  readonly train: BatchSource;
  readonly validation: BatchSource | undefined;
  readonly pseudoLabels: PseudoLabels | undefined;
}

class PhaseRun implements Loop {
  readonly #context: PhaseContext;
  readonly #trainer: Trainer;
  readonly #train: BatchSource;
  readonly #validation: BatchSource | undefined;
  readonly #callbacks: readonly Callback[];
  readonly #averaging: Averaging;
  readonly #pseudoLabels: PseudoLabels | undefined;
  #progress: Progress;
  #kept: Tensors = {};

  private constructor(context: PhaseContext, { trainer, train, validation, pseudoLabels }: PhaseParts) {
    this.#context = context;
    this.#trainer = trainer;
    this.#train = train;
    this.#validation = validation;
    this.#callbacks = callbacksOf(context.phase, context.spec.callbacks);
    const { seed, batchSize } = context.spec;
    const batches = (): AsyncIterable<PlacedBatch> => train.epoch({ epoch: 0, shuffle: false, seed, batchSize, start: 0 });
    this.#averaging = new Averaging({ trainer, average: context.phase.average, steps: stepsOf(context, train), batches });
    this.#pseudoLabels = pseudoLabels;
    this.#progress = context.start;
  }

  /** @param held takes what is opened, to be released even where opening fails */
  static async open(context: PhaseContext, held: Release[]): Promise<PhaseRun> {
    const { spec, phase } = context;
    const { trainer, plan, items, prefixes, taught } = await openTrainer(context, held);
    const open = async (read: Items, batchSize: number): Promise<BatchSource> => {
      const source = await openPhaseSource(context, read, prefixes, batchSize);
      held.push(() => source.close());
      return source;
    };
    const train = await taught(await open(items, spec.batchSize));
    const isValidated = spec.validation !== undefined && phase.objective === undefined;
    const validation = isValidated ? await open(await spec.inputs.open(spec.validation, 'eval', context.skips), trainer.spec.batchSize) : undefined;
    announce(context, plan, stepsOf(context, train));
    return new PhaseRun(context, { trainer, train, validation, pseudoLabels: await pseudoLabelsOf(context, trainer, prefixes) });
  }

  async execute(from: Snapshot | undefined): Promise<PhaseResult> {
    if (from) await this.#restore(from.tensors);
    await this.#call('phaseBegin');
    while (!this.#isOver()) {
      const ended = await this.#epoch();
      if (!ended) return this.#finish(false);
    }
    await this.#call('phaseEnd');
    return this.#finish(true);
  }

  get phase(): Phase {
    return this.#context.phase;
  }

  get progress(): Progress {
    return this.#progress;
  }

  get steps(): number {
    return stepsOf(this.#context, this.#train);
  }

  stop(reason: string): void {
    this.#progress = { ...this.#progress, stopped: reason };
  }

  async keepWeights(evaluation: Omit<Kept, 'step'>): Promise<void> {
    this.#kept = await this.#weights();
    this.#progress = { ...this.#progress, kept: { step: this.#progress.total, ...evaluation } };
  }

  recall(name: string): unknown {
    return this.#progress.remembered?.[name];
  }

  remember(name: string, state: unknown): void {
    this.#progress = { ...this.#progress, remembered: { ...this.#progress.remembered, [name]: state } };
  }

  /** Tells every callback of a moment, in their order. */
  async #call<Event extends Exclude<keyof Handlers, 'batch'>>(
    event: Event,
    ...told: Parameters<NonNullable<Handlers[Event]>> extends [...infer Told, Loop] ? Told : never
  ): Promise<void> {
    for (const { on } of this.#callbacks) {
      const handle = on[event] as ((...values: unknown[]) => unknown) | undefined;
      await handle?.(...told, this);
    }
  }

  /** A batch as the callbacks leave it. */
  async #changed(batch: PlacedBatch): Promise<PlacedBatch> {
    let changed = batch;
    for (const { on } of this.#callbacks) if (on.batch) changed = await on.batch(changed, this);
    return changed;
  }

  /** A function of the progress alone: a run resumed from its last checkpoint ends at once. */
  #isOver(): boolean {
    const { length } = this.#context.phase;
    const { step, epoch, firstEpoch, stopped } = this.#progress;
    // An epoch has fewer steps than planned where all samples of a batch are unreadable.
    return step >= this.steps || ('epochs' in length && epoch - firstEpoch >= length.epochs) || stopped !== undefined;
  }

  /** The batches of each step, from where the run stands to the end of the epoch. */
  #groups(): AsyncIterable<PlacedBatch[]> {
    const { shuffle, seed, batchSize, accumulate } = this.#context.spec;
    const { epoch, position } = this.#progress;
    const batches = this.#train.epoch({ epoch, shuffle, seed, batchSize, start: position });
    return groupedBatches(
      mapped(batches, (batch) => this.#changed(batch)),
      accumulate,
    );
  }

  /** @returns false when the run was asked to stop */
  async #epoch(): Promise<boolean> {
    const { spec, phase } = this.#context;
    const { epoch, position } = this.#progress;
    if (position === 0) await this.#call('epochBegin');
    for await (const group of this.#groups()) {
      const { step, total } = this.#progress;
      const factor = this.#factor(step);
      const confident = (await this.#pseudoLabels?.batches(total)) ?? [];
      const loss = await this.#trainer.step([...group, ...confident], step + 1, factor, this.#averaging.share(step + 1));
      if (!Number.isFinite(loss)) await this.#diverged(loss, total + 1);
      const last = group.at(-1) as PlacedBatch;
      this.#progress = { ...this.#progress, step: step + 1, total: total + 1, position: last.position + 1 };
      const lr = phase.optimizer.lr * factor;
      this.#context.events.emit('step', { step: total + 1, epoch, loss, lr });
      await this.#call('step', { loss, lr });
      if (step + 1 >= this.steps || this.#progress.stopped !== undefined) break;
      if (this.#context.control.signal?.aborted) return this.#stopAsked();
      await this.#checkpointIfDue('step');
    }
    if (position === 0 && this.#progress.position === 0) fail('DATA_EMPTY', { path: spec.train.name });
    await this.#endEpoch();
    return true;
  }

  async #endEpoch(): Promise<void> {
    this.#progress = { ...this.#progress, epoch: this.#progress.epoch + 1, position: 0 };
    const validation = this.#validation;
    if (validation) await this.#averaged(() => this.#validate(validation));
    await this.#call('epochEnd');
    if (this.#context.control.signal?.aborted) return;
    await this.#checkpointIfDue('epoch');
  }

  async #validate(validation: BatchSource): Promise<void> {
    const { metrics } = await this.#evaluate(validation);
    this.#context.events.emit('evaluation', { step: this.#progress.total, split: 'validation', metrics });
    await this.#call('evaluation', metrics);
  }

  /** Does work on the average of the weights, where one is kept. */
  #averaged<T>(work: () => Promise<T>): Promise<T> {
    return this.#averaging.using(this.#progress.step, work);
  }

  /** Names of the resident tensors that a checkpoint must hold. */
  async #stateNames(): Promise<string[]> {
    return [...(await this.#trainer.stateNames()), ...(await this.#averaging.names(this.#progress.step))];
  }

  async #stopAsked(): Promise<false> {
    const { total } = this.#progress;
    await this.#save();
    this.#context.events.emit('stopped', { step: total, best: total, reason: 'asked' });
    return false;
  }

  #evaluate(source: BatchSource): ReturnType<typeof evaluateSource> {
    const { batchSize, task } = this.#trainer.spec;
    return evaluateSource(source, batchSize, task, (batch) => this.#trainer.predict(batch));
  }

  async #weights(): Promise<Tensors> {
    return this.#context.spec.device.get(await this.#trainer.weightNames());
  }

  async #checkpointIfDue(at: 'step' | 'epoch'): Promise<void> {
    if (this.#context.control.checkpoint?.isDue(this.#progress, at)) await this.#save();
  }

  async #save(): Promise<void> {
    const { control, carried, spec } = this.#context;
    const state = this.#finite(await spec.device.get(await this.#stateNames()));
    const kept = Object.fromEntries(Object.entries(this.#kept).map(([name, tensor]) => [`${KEPT}${name}`, tensor]));
    await control.checkpoint?.save({ progress: this.#progress, tensors: { ...carried, ...state, ...kept } });
  }

  async #restore(tensors: Tensors): Promise<void> {
    const names = await this.#stateNames();
    const state = names.map((name) => [name, tensors[name] ?? fail('CHECKPOINT_INCOMPLETE', { name })] as const);
    await this.#context.spec.device.put(Object.fromEntries(state));
    const kept = Object.entries(tensors).filter(([name]) => name.startsWith(KEPT));
    this.#kept = Object.fromEntries(kept.map(([name, tensor]) => [name.slice(KEPT.length), tensor]));
  }

  async #finish(done: boolean): Promise<PhaseResult> {
    const { total, kept, stopped } = this.#progress;
    if (done && stopped !== undefined) this.#context.events.emit('stopped', { step: total, best: kept?.step ?? total, reason: stopped });
    if (done && kept && kept.step < total) this.#context.events.emit('kept', kept);
    const weights = done && kept ? this.#kept : await this.#averaged(() => this.#weights());
    return { progress: this.#progress, weights: this.#finite(weights), done };
  }

  /** A gradient may overflow although the loss does not; what comes of it must not look like a trained model. */
  #finite(tensors: Tensors): Tensors {
    const name = firstNotFinite(tensors);
    if (name !== undefined) fail('TRAIN_WEIGHTS', { name, step: this.#progress.total, ...this.#rates(this.#progress.step - 1) });
    return tensors;
  }

  async #diverged(loss: number, step: number): Promise<never> {
    let layer: string | undefined;
    // The device has taken the batches of this step; they are made again.
    for await (const group of this.#groups()) {
      layer = await this.#trainer.firstNonFinite(group);
      break;
    }
    layer ??= 'the loss';
    return fail('TRAIN_DIVERGED', { step, loss: String(loss), layer, ...this.#rates(this.#progress.step) });
  }

  /** The learning rate of a step of the phase, counted from 0, and one to try instead. */
  #rates(step: number): { readonly lr: string; readonly suggested: string } {
    const lr = this.#context.phase.optimizer.lr * this.#factor(step);
    return { lr: lr.toPrecision(3), suggested: (lr / 10).toPrecision(1) };
  }

  #factor(step: number): number {
    const { spec, phase } = this.#context;
    const { from, to } = phase.within ?? { from: 0, to: 1 };
    const steps = Math.round(this.steps / (to - from));
    return scheduleFactor(phase.schedule, {
      step: this.#averaging.scheduled(step) + Math.round(steps * from),
      steps,
      stepsPerEpoch: stepsPerEpoch(spec, this.#train),
      plateau: plateauFactor(this),
    });
  }
}

async function pseudoLabelsOf(
  { spec, phase, events }: PhaseContext,
  trainer: Trainer,
  prefixes: Prefixes | undefined,
): Promise<PseudoLabels | undefined> {
  const { unlabelled, batchSize, accumulate, seed } = spec;
  if (unlabelled === undefined || phase.objective) return undefined;
  const skips = new SkipLog(unlabelled.data.size, spec.maxSkippedShare);
  skips.events.on('skipped', (skip) => events.emit('skipped', skip));
  return PseudoLabels.open({ unlabelled, trainer, prefixes, labelled: batchSize * accumulate, seed, skips });
}

function announce({ phase, model, events }: PhaseContext, { trainable }: TrainingPlan, steps: number): void {
  const sizeOfParameter = (name: string): number => (model.graph.initializers.get(name) as Tensor).data.length;
  const parameters = trainable.reduce((sum, { name }) => sum + sizeOfParameter(name), 0);
  events.emit('phase', { phase: phase.name, trainable: trainable.length, parameters, steps });
}
