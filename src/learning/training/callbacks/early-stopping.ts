import type { EarlyStopping } from '../phase.js';
import type { Callback } from './callback.js';
import { gain, metricValue } from './metric-value.js';

/** The best evaluation so far. */
export interface Best {
  readonly value: number;
  readonly step: number;
  /** Evaluations since then. */
  readonly waited: number;
}

/** Ends the phase when there was no better evaluation for a while. */
export function earlyStopping(spec: EarlyStopping): Callback {
  const name = 'early-stopping';
  return {
    name,
    about: `ends the phase after ${spec.patience} evaluations without a better ${spec.metric}`,
    on: {
      evaluation: (metrics, loop) => {
        const best = nextBest(spec, loop.recall(name) as Best | undefined, loop.progress.total, metrics);
        loop.remember(name, best);
        if (best.waited >= spec.patience) loop.stop('no improvement');
      },
    },
  };
}

/** The phase ends with the weights of its best evaluation. */
export function bestWeights(watch: Pick<EarlyStopping, 'metric' | 'minDelta'>): Callback {
  const name = 'best-weights';
  return {
    name,
    about: `the phase ends with the weights of its best ${watch.metric}`,
    on: {
      evaluation: async (metrics, loop) => {
        const best = nextBest(watch, loop.recall(name) as Best | undefined, loop.progress.total, metrics);
        loop.remember(name, best);
        if (best.waited === 0) await loop.keepWeights({ metric: watch.metric, value: best.value });
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
