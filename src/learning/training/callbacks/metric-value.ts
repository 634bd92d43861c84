import { didYouMean, fail } from '../../../core/index.js';
import { metricKind } from '../../tasks/index.js';

/** The value of a metric that a spec names. @throws METRIC_UNKNOWN */
export function metricValue(metrics: Readonly<Record<string, number>>, metric: string): number {
  const known = Object.keys(metrics);
  return metrics[metric] ?? fail('METRIC_UNKNOWN', { metric, hint: didYouMean(metric, known), known: known.join(', ') });
}

/** By how much a value of a metric is better than another; below 0 where it is worse. */
export function gain(metric: string, value: number, over: number): number {
  return metricKind(metric).better === 'lower' ? over - value : value - over;
}
