import type { Check, Finding, FindingName, WatchFacts } from './facts.js';
import { labelNoise } from './label-noise.js';
import { leakage } from './leakage.js';
import { overfitting } from './overfitting.js';
import { underfitting } from './underfitting.js';

export type { Answer, Chance, Duplicates, Finding, Judged, Remedies, WatchFacts } from './facts.js';

/** One row a thing that can be wrong with a run. */
const checks: Readonly<Record<FindingName, Check>> = { overfitting, underfitting, leakage, 'label noise': labelNoise };

/** What is wrong with a run, as far as its numbers tell; differences that small data explain are passed over. */
export function watch(facts: WatchFacts): Finding[] {
  return Object.values(checks).flatMap((check) => check(facts) ?? []);
}
