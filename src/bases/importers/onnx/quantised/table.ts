import type { Expansions } from '../fused/write.js';
import { blockQuantised } from './blocks.js';
import { dynamicallyQuantised, quantisedLayers } from './dynamic.js';
import { quantisedOperators } from './operators.js';
import { quantisedMoves, quantisingPairs } from './pairs.js';
import type { Realising } from './realise.js';

/** What a quantised model consists of, as operators on real numbers. */
export interface Dequantisation {
  /** Operators that only quantised models have, of the standard domain and of `com.microsoft`. */
  readonly quantised: Expansions;
  /** Operators of the standard domain that quantised values may pass through or end in. */
  readonly others: Expansions;
}

/** Converters that share what they know of one model's values. */
export function dequantisation(reals: Realising): Dequantisation {
  return {
    quantised: { ...blockQuantised(reals), ...quantisedLayers(reals), ...quantisedOperators(reals), ...quantisingPairs(reals) },
    others: { ...quantisedMoves(reals), ...dynamicallyQuantised(reals) },
  };
}
