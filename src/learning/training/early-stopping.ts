import { gain, metricValue } from './metric-value.js';
import type { EarlyStopping, Phase, Progress } from './phase.js';

type Best = NonNullable<Progress['best']>;

/** What a phase looks at in evaluations; `undefined` where none of them matters. */
export function watched({ earlyStopping, keep }: Phase): Pick<EarlyStopping, 'metric' | 'minDelta'> | undefined {
  return earlyStopping ?? (typeof keep === 'object' ? { metric: keep.best, minDelta: 0 } : undefined);
}

/** Whether a phase ends with the weights of the best evaluation. */
export function keepsBest(phase: Phase): boolean {
  return phase.keep !== 'last' && watched(phase) !== undefined;
}

/**
 * The best evaluation after one more.
 * @throws METRIC_UNKNOWN
 */
export function nextBest(
  { metric, minDelta }: Pick<EarlyStopping, 'metric' | 'minDelta'>,
  best: Best | undefined,
  step: number,
  metrics: Readonly<Record<string, number>>,
): Best {
  const value = metricValue(metrics, metric);
  const improved = best === undefined || gain(metric, value, best.value) > minDelta;
  return improved ? { value, step, waited: 0 } : { ...best, waited: best.waited + 1 };
}
