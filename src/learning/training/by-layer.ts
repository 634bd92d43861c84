import type { Phase } from './phase.js';

/** How the layers of a base differ in fine-tuning. Source: Howard & Ruder, arXiv 1801.06146. */
export interface ByLayer {
  /** Factor on the rate from one block to the one below it, in (0, 1]; they use 1/2.6. Default: 1. */
  readonly layerDecay?: number;
  /** Whether all blocks of the base are trained at once, or one more from phase to phase, from the head down. Default: all. */
  readonly unfreeze?: 'all' | 'gradual';
}

/** The rate of the base as a multiple of that of its head where nobody says: a tenth, or the same where it falls from block to block anyway. */
export function defaultBaseRate({ layerDecay = 1 }: ByLayer): number {
  return layerDecay < 1 ? 1 : 0.1;
}

/** What of that a phase has to know. A head that was kept has the rate of the base. */
export function byLayer({ layerDecay = 1, unfreeze }: ByLayer, head: readonly string[], baseRate: number): Pick<Phase, 'slow' | 'gradual'> {
  const factor = head.length > 0 ? baseRate : 1;
  return { ...(factor * layerDecay !== 1 && { slow: { except: head, factor, layerDecay } }), ...(unfreeze === 'gradual' && { gradual: { head } }) };
}
