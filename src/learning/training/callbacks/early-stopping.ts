import type { EarlyStopping } from '../phase.js';
import type { Callback } from './callback.js';
import { gain, metricValue } from './metric-value.js';

const NAME = 'early-stopping';

/** The best evaluation so far. */
export interface Best {
  readonly value: number;
  readonly step: number;
  /** Evaluations since then. */
  readonly waited: number;
}

/** Keeps the weights of the best evaluation, and ends the phase when there was none better for a while. */
export function earlyStopping(spec: EarlyStopping): Callback {
  return {
    name: NAME,
    about: `ends the phase after ${spec.patience} evaluations without a better ${spec.metric}; the best weights stay`,
    on: {
      evaluation: async (metrics, loop) => {
        const best = nextBest(spec, loop.recall(NAME) as Best | undefined, loop.progress.total, metrics);
        loop.remember(NAME, best);
        if (best.waited === 0) await loop.keepWeights();
        if (best.waited >= spec.patience) loop.stop('no improvement');
      },
    },
  };
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
