import { argMax, type Predictions } from '../../../learning/tasks/index.js';
import { wilsonInterval } from '../../../trust/evaluation/index.js';
import type { Share } from './result.js';

/** Share of right predictions with its interval. */
export function shareOf(hits: readonly boolean[]): Share {
  const right = hits.filter(Boolean).length;
  return { accuracy: right / hits.length, interval: wilsonInterval(right, hits.length) };
}

/** Whether each prediction is right. */
export function hitsOf({ outputs, width, targets }: Predictions): boolean[] {
  return Array.from(targets, (target, row) => argMax(outputs.subarray(row * width, (row + 1) * width)) === target);
}
