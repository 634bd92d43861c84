import type { Measure, Predictions } from '../task.js';
import { meanOf } from './dot.js';
import { type Neighbour, nearest } from './nearest.js';

/** Neighbours that vote. */
const NEIGHBOURS = 5;

/**
 * Share of samples whose class is that of most of their five nearest others by cosine, where two classes have as many, the one of the nearer
 * (`knnAccuracy`). The neighbours are those among all samples, whichever are drawn.
 */
function measure({ outputs, width, targets }: Predictions): Measure {
  const right = targets.map((target, i) => {
    const vector = outputs.subarray(i * width, (i + 1) * width);
    return voteOf(
      nearest(outputs, vector, NEIGHBOURS, (other) => other === i),
      targets,
    ) === target
      ? 1
      : 0;
  });
  return (drawn) => ({ knnAccuracy: meanOf(right, drawn) });
}

function voteOf(nearestFirst: readonly Neighbour[], targets: Float64Array): number | undefined {
  const votes = new Map<number, number>();
  for (const { index } of nearestFirst) votes.set(targets[index] as number, (votes.get(targets[index] as number) ?? 0) + 1);
  const most = Math.max(...votes.values());
  // In the order of the votes: the first class with the most is that of the nearest.
  return [...votes].find(([, count]) => count === most)?.[0];
}

/** How texts with classes are measured. */
export const neighbours = { measure };
