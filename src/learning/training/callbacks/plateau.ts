import type { ScheduleSpec } from '../schedules/index.js';
import type { Callback, Loop } from './callback.js';
import { gain, metricValue } from './metric-value.js';

const NAME = 'plateau';

/** A schedule that follows evaluations. */
type PlateauSpec = Extract<ScheduleSpec, { name: 'plateau' }>;

/** The best evaluation of the phase, how many have not improved it since, and the present factor on the rate. */
export interface Plateau {
  readonly best: number;
  readonly waited: number;
  readonly factor: number;
}

/** Lowers the learning rate where evaluations no longer improve. */
export function plateau(spec: PlateauSpec): Callback {
  return {
    name: NAME,
    about: `multiplies the rate by ${spec.factor} after more than ${spec.patience} evaluations without a better ${spec.metric}`,
    on: {
      evaluation: (metrics, loop) => loop.remember(NAME, nextPlateau(spec, loop.recall(NAME) as Plateau | undefined, metrics)),
    },
  };
}

/** The factor that evaluations so far have put on the rate. */
export function plateauFactor(loop: Pick<Loop, 'recall'>): number {
  return (loop.recall(NAME) as Plateau | undefined)?.factor ?? 1;
}

/**
 * What is known after one more evaluation. As PyTorch's `ReduceLROnPlateau` with a relative threshold,
 * which here counts the size of the best value: there, below 0, what is somewhat worse counts as better. Evaluations count from the first that is a number.
 * @throws METRIC_UNKNOWN
 */
export function nextPlateau(
  { metric, factor, patience, threshold, minFactor }: PlateauSpec,
  before: Plateau | undefined,
  metrics: Readonly<Record<string, number>>,
): Plateau | undefined {
  const value = metricValue(metrics, metric);
  if (before === undefined) return Number.isFinite(value) ? { best: value, waited: 0, factor: 1 } : undefined;
  if (gain(metric, value, before.best) > threshold * Math.abs(before.best)) return { ...before, best: value, waited: 0 };
  if (before.waited < patience) return { ...before, waited: before.waited + 1 };
  return { best: before.best, waited: 0, factor: Math.max(before.factor * factor, minFactor) };
}
