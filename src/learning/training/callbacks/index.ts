import type { Phase } from '../phase.js';
import type { Callback } from './callback.js';
import { earlyStopping } from './early-stopping.js';

/** What acts in a phase: the `own` callbacks of the user, then those that the phase asks for. */
export function callbacksOf(phase: Phase, own: readonly Callback[] = []): readonly Callback[] {
  return [...own, ...(phase.earlyStopping ? [earlyStopping(phase.earlyStopping)] : [])];
}

export type { Callback, Handlers, Loop, LoopEvent } from './callback.js';
