import { didYouMean, fail } from '../../core/index.js';
import { metricKind } from '../tasks/index.js';
import type { EarlyStopping, Progress } from './phase.js';

type Best = NonNullable<Progress['best']>;

/**
 * The best evaluation after one more.
 * @throws METRIC_UNKNOWN
 */
export function nextBest(spec: EarlyStopping, best: Best | undefined, step: number, metrics: Readonly<Record<string, number>>): Best {
  const value = metrics[spec.metric] ?? unknown(spec.metric, Object.keys(metrics));
  const sign = metricKind(spec.metric).better === 'lower' ? -1 : 1;
  const improved = best === undefined || sign * (value - best.value) > spec.minDelta;
  return improved ? { value, step, waited: 0 } : { ...best, waited: best.waited + 1 };
}

function unknown(metric: string, known: readonly string[]): never {
  return fail('METRIC_UNKNOWN', { metric, hint: didYouMean(metric, known), known: known.join(', ') });
}
