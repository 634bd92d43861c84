import type { Dataset } from '../../learning/data/index.js';
import { answersWithClasses, softmax, type Task } from '../../learning/tasks/index.js';
import type { Scored } from '../../learning/training/index.node.js';
import type { Answer, Chance, Judged } from '../../trust/watch/index.js';

/** An evaluation sample by sample. */
export function judgedOf(task: Task, dataset: Dataset, { predictions, indices }: Scored): Judged {
  const { outputs, width, targets } = predictions;
  const measure = task.measure(predictions);
  const answer = (row: number): Answer => {
    const shares = softmax(outputs.subarray(row * width, (row + 1) * width));
    const [first = 0, second = 0] = shares.toSorted((a, b) => b - a);
    // Where all outputs are alike, the first class is named.
    return { isRight: shares.indexOf(first) === targets[row], confidence: first, margin: first - second };
  };
  const rows = [...indices.keys()];
  return {
    locations: indices.map((index) => dataset.sample(index).location),
    losses: rows.map((row) => measure(Int32Array.of(row))['loss'] ?? Number.NaN).filter(Number.isFinite),
    ...(answersWithClasses(task) && { answers: rows.map(answer) }),
  };
}

/** What the labels alone give away of each other: how often each class occurs, or how far values are from their mean. */
export function chanceOf(task: Task, { predictions: { targets, width } }: Scored): Chance | undefined {
  if (answersWithClasses(task)) {
    const shares = Array.from({ length: width }, (_, label) => targets.filter((target) => target === label).length / targets.length);
    return { loss: shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0), accuracy: Math.max(...shares) };
  }
  if (task.target !== 'values' || task.text !== undefined || targets.length === 0) return undefined;
  const means = Array.from({ length: width }, (_, column) => mean(targets.filter((_, i) => i % width === column)));
  return { loss: mean(targets.map((target, i) => (target - (means[i % width] as number)) ** 2)) };
}

function mean(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
