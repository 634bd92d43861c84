import type { Phase } from '../phase.js';
import type { Callback } from './callback.js';
import { bestWeights, earlyStopping } from './early-stopping.js';
import { plateau } from './plateau.js';

/** What acts in a phase: the `own` callbacks of the user, then those that the phase asks for. */
export function callbacksOf({ schedule, earlyStopping: stopping, keep }: Phase, own: readonly Callback[] = []): readonly Callback[] {
  const watch = stopping ?? (typeof keep === 'object' ? { metric: keep.best, minDelta: 0 } : undefined);
  return [
    ...own,
    ...(schedule.name === 'plateau' ? [plateau(schedule)] : []),
    ...(watch && keep !== 'last' ? [bestWeights(watch)] : []),
    ...(stopping ? [earlyStopping(stopping)] : []),
  ];
}

export type { Callback, Handlers, Loop, LoopEvent } from './callback.js';
export { plateauFactor } from './plateau.js';
