import { gain, metricValue } from './metric-value.js';
import type { Progress } from './phase.js';
import type { ScheduleSpec } from './schedules/index.js';

type Plateau = NonNullable<Progress['plateau']>;

/**
 * What a plateau schedule knows after one more evaluation; `undefined` for any other schedule. As PyTorch's `ReduceLROnPlateau` with a relative threshold,
 * which here counts the size of the best value: there, below 0, what is somewhat worse counts as better. Evaluations count from the first that is a number.
 * @throws METRIC_UNKNOWN
 */
export function nextPlateau(schedule: ScheduleSpec, before: Plateau | undefined, metrics: Readonly<Record<string, number>>): Plateau | undefined {
  if (schedule.name !== 'plateau') return undefined;
  const { metric, factor, patience, threshold, minFactor } = schedule;
  const value = metricValue(metrics, metric);
  if (before === undefined) return Number.isFinite(value) ? { best: value, waited: 0, factor: 1 } : undefined;
  if (gain(metric, value, before.best) > threshold * Math.abs(before.best)) return { ...before, best: value, waited: 0 };
  if (before.waited < patience) return { ...before, waited: before.waited + 1 };
  return { best: before.best, waited: 0, factor: Math.max(before.factor * factor, minFactor) };
}
