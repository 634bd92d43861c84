import type { Phase } from '../phase.js';
import type { Callback } from './callback.js';
import { earlyStopping } from './early-stopping.js';
import { plateau } from './plateau.js';

/** What acts in a phase: the `own` callbacks of the user, then those that the phase asks for. */
export function callbacksOf({ schedule, earlyStopping: stopping }: Phase, own: readonly Callback[] = []): readonly Callback[] {
  return [...own, ...(schedule.name === 'plateau' ? [plateau(schedule)] : []), ...(stopping ? [earlyStopping(stopping)] : [])];
}

export type { Callback, Handlers, Loop, LoopEvent } from './callback.js';
export { plateauFactor } from './plateau.js';
