import { type Estimate, errorsAbove, estimate } from './estimate.js';
import type { WatchFacts } from './facts.js';

/** Batches that a stretch of a curve must have for its mean to say something. */
const LEAST_STEPS = 6;

/** The evaluation with the best value of a metric, and the last one, where there are two or more. */
export function bestAndLast({ evaluations }: WatchFacts, metric: string, better: 'higher' | 'lower'): readonly [Point, Point] | undefined {
  const points = evaluations.flatMap(({ step, metrics }) => {
    const value = metrics[metric];
    return value === undefined ? [] : [{ step, value }];
  });
  const last = points.at(-1);
  if (last === undefined || points.length < 2) return undefined;
  const sign = better === 'higher' ? 1 : -1;
  return [points.reduce((best, point) => (sign * (point.value - best.value) > 0 ? point : best)), last];
}

/** A value of a metric after a step. */
export interface Point {
  readonly step: number;
  readonly value: number;
}

/** Whether the training loss fell from the steps up to `step` to as many last ones, by more than batches differ. */
export function fellSince({ steps }: WatchFacts, step: number): boolean {
  const rest = steps.filter((one) => one.step > step);
  const before = steps.filter((one) => one.step <= step).slice(-Math.max(LEAST_STEPS, Math.ceil(rest.length / 4)));
  const after = rest.slice(-before.length);
  return after.length >= LEAST_STEPS && errorsAbove(meanLoss(before), meanLoss(after)) > 2;
}

/** Mean training loss of the last two thirds of the steps, a third each; nothing of a run of a few steps. */
export function lastThirds({ steps }: WatchFacts): readonly [Estimate, Estimate] | undefined {
  const third = Math.floor(steps.length / 3);
  if (third < LEAST_STEPS) return undefined;
  return [meanLoss(steps.slice(-2 * third, -third)), meanLoss(steps.slice(-third))];
}

/** Whether the training loss is higher in the last third of the steps than in the first, by more than batches differ. */
export function rose({ steps }: WatchFacts): boolean {
  const third = Math.floor(steps.length / 3);
  return third >= LEAST_STEPS && errorsAbove(meanLoss(steps.slice(-third)), meanLoss(steps.slice(0, third))) > 2;
}

/** The training loss at a step: the mean of the batches about it. */
export function lossAt({ steps }: WatchFacts, step: number): number {
  return meanLoss(steps.filter((one) => one.step <= step).slice(-LEAST_STEPS)).mean;
}

function meanLoss(steps: WatchFacts['steps']): Estimate {
  return estimate(steps.map(({ loss }) => loss));
}
