import type { Items } from '../data/index.js';
import { type BatchSource, openSource, type PlacedBatch, type Prefixes } from './batch-source.js';
import type { LearnerSpec } from './learner-spec.js';
import type { PhaseContext } from './phase-context.js';

/** The batches of a phase, with what its frozen part makes of them kept where that fits. */
export async function openPhaseSource(context: PhaseContext, items: Items, prefixes: Prefixes | undefined, batchSize: number): Promise<BatchSource> {
  const { features, views = 1, seed } = context.spec;
  return openSource(items, prefixes, batchSize, features, computingFeatures(context), { count: views, seed });
}

/** Tells how far features have been computed. @throws the signal's reason where it comes meanwhile */
export function computingFeatures({ events, control }: PhaseContext): (done: number, total: number) => void {
  return (done, total) => {
    events.emit('features', { done, total });
    control.signal?.throwIfAborted();
  };
}

export function stepsPerEpoch({ batchSize, accumulate }: LearnerSpec, source: BatchSource): number {
  return Math.ceil(source.batchCount(batchSize) / accumulate);
}

export function stepsOf({ spec, phase }: PhaseContext, source: BatchSource): number {
  return 'steps' in phase.length ? phase.length.steps : phase.length.epochs * stepsPerEpoch(spec, source);
}

export async function* mapped<From, To>(values: AsyncIterable<From>, change: (value: From) => Promise<To>): AsyncGenerator<To> {
  for await (const value of values) yield await change(value);
}

/** Consecutive batches in groups of `count`; the last group of an epoch may be smaller. */
export async function* groupedBatches(batches: AsyncIterable<PlacedBatch>, count: number): AsyncGenerator<PlacedBatch[]> {
  let group: PlacedBatch[] = [];
  for await (const batch of batches) {
    group.push(batch);
    if (group.length < count) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
