import { gain, metricValue } from './metric-value.js';
import type { EarlyStopping, Progress } from './phase.js';

type Best = NonNullable<Progress['best']>;

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
