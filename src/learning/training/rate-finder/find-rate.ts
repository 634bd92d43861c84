import { fail } from '../../../core/index.js';
import { liveSource, type PlacedBatch } from '../batch-source.js';
import type { PhaseContext, Release } from '../phase-context.js';
import { groupedBatches } from '../phase-sources.js';
import { openTrainer } from '../phase-trainer.js';
import { type RateSuggestions, type Sweep, suggestRates } from './suggestions.js';
import { RateSweep } from './sweep.js';

/** A sweep and what it suggests. */
export interface FoundRates extends Sweep {
  readonly suggestions: RateSuggestions;
}

/**
 * Sweeps the learning rate of a phase on a copy of the weights, which lies on the device until the next phase begins. Rates of the base and of groups keep
 * their ratio to it. Order and augmentation of the data are those of the phase's first epochs.
 * @throws LR_FINDER_SHORT, DATA_EMPTY; the signal's reason where the signal comes
 */
export async function findRate(context: PhaseContext): Promise<FoundRates> {
  const held: Release[] = [];
  const sweep = new RateSweep((step) => context.events.emit('rate', step));
  try {
    const { trainer, items, prefixes, taught } = await openTrainer(context, held);
    const source = await taught(liveSource(items, prefixes));
    for await (const group of endless(context, source)) {
      context.control.signal?.throwIfAborted();
      const goesOn = sweep.add(await trainer.step(group, sweep.step, sweep.rate / context.phase.optimizer.lr));
      if (!goesOn) break;
    }
  } finally {
    await Promise.all(held.map((release) => release()));
  }
  const { rates, losses } = sweep;
  return { rates, losses, suggestions: suggestRates(sweep) };
}

/** The batches of each step, epoch after epoch. @throws DATA_EMPTY where none of the samples of an epoch can be read */
async function* endless({ spec, start }: PhaseContext, source: ReturnType<typeof liveSource>): AsyncGenerator<PlacedBatch[]> {
  const { shuffle, seed, batchSize, accumulate, train } = spec;
  for (let epoch = start.epoch; ; epoch++) {
    let steps = 0;
    for await (const group of groupedBatches(source.epoch({ epoch, shuffle, seed, batchSize, start: 0 }), accumulate)) {
      steps++;
      yield group;
    }
    if (steps === 0) fail('DATA_EMPTY', { path: train.name });
  }
}
