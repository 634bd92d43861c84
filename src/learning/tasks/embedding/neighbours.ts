import type { Measure, Predictions } from '../task.js';
import { dot, meanOf } from './dot.js';

/** Neighbours that vote. */
const NEIGHBOURS = 5;

/**
 * Share of samples whose class is that of most of their five nearest others by cosine, where two classes have as many, the one of the nearer
 * (`knnAccuracy`). The neighbours are those among all samples, whichever are drawn.
 */
function measure({ outputs, width, targets }: Predictions): Measure {
  const right = targets.map((target, i) => (voteOf(nearest(outputs, width, targets.length, i), targets) === target ? 1 : 0));
  return (drawn) => ({ knnAccuracy: meanOf(right, drawn) });
}

/** The nearest first. */
function nearest(outputs: Float32Array, width: number, size: number, sample: number): readonly number[] {
  const found: { readonly index: number; readonly cosine: number }[] = [];
  for (let index = 0; index < size; index++) {
    if (index === sample) continue;
    const cosine = dot(outputs, sample * width, index * width, width);
    if (found.length === NEIGHBOURS && cosine <= (found.at(-1)?.cosine as number)) continue;
    found.splice(found.findLastIndex((other) => other.cosine >= cosine) + 1, 0, { index, cosine });
    if (found.length > NEIGHBOURS) found.pop();
  }
  return found.map(({ index }) => index);
}

function voteOf(nearestFirst: readonly number[], targets: Float64Array): number | undefined {
  const votes = new Map<number, number>();
  for (const index of nearestFirst) votes.set(targets[index] as number, (votes.get(targets[index] as number) ?? 0) + 1);
  const most = Math.max(...votes.values());
  // In the order of the votes: the first class with the most is that of the nearest.
  return [...votes].find(([, count]) => count === most)?.[0];
}

/** How texts with classes are measured. */
export const neighbours = { measure };
