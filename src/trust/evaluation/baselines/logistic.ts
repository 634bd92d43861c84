import { minimise } from '../../../learning/training/index.js';
import type { SparseRow } from './tfidf.js';

export interface Classified {
  readonly rows: readonly SparseRow[];
  /** The class of each row. */
  readonly labels: readonly number[];
}

/** Weights and biases: the weights of all classes for each column, and then a bias for each class. */
export type Point = Float64Array;

const ITERATIONS = 500;

/**
 * Multinomial logistic regression on sparse rows, with mean cross-entropy + |W|² / (2 · C · rows): what scikit-learn's `LogisticRegression(C)` minimises. Biases
 * are not shrunk.
 *
 * @param start where to begin: a solution for another C, or zeros
 * @param tolerance ends when the largest element of the gradient is below this
 */
export async function fitLogistic(
  { rows, labels }: Classified,
  classes: number,
  c: number,
  { start, tolerance }: { readonly start: Point; readonly tolerance: number },
): Promise<Point> {
  const shrink = 1 / (c * rows.length);
  const biases = start.length - classes;
  const objective = async (point: Point): Promise<{ value: number; gradient: Point }> => {
    const gradient = point.map((weight, i) => (i < biases ? shrink * weight : 0));
    let value = 0;
    for (let i = 0; i < biases; i++) value += (shrink / 2) * (point[i] as number) ** 2;
    rows.forEach((row, r) => {
      const shares = probabilities(point, row, classes);
      const label = labels[r] as number;
      value -= Math.log(Math.max(shares[label] as number, Number.MIN_VALUE)) / rows.length;
      shares[label] = (shares[label] as number) - 1;
      addOuter(gradient, row, shares, 1 / rows.length);
    });
    return { value, gradient };
  };
  return (await minimise(objective, start, { iterations: ITERATIONS, tolerance })).point;
}

/** Adds `factor` · row · errorsᵀ, and the errors themselves to the biases. */
function addOuter(gradient: Point, { columns, values }: SparseRow, errors: Float64Array, factor: number): void {
  const classes = errors.length;
  const add = (at: number, times: number): void => {
    for (let k = 0; k < classes; k++) gradient[at + k] = (gradient[at + k] as number) + times * (errors[k] as number);
  };
  columns.forEach((column, i) => {
    add(column * classes, factor * (values[i] as number));
  });
  add(gradient.length - classes, factor);
}

/** Share of each class: softmax of the scores. */
export function probabilities(point: Point, { columns, values }: SparseRow, classes: number): Float64Array {
  const scores = point.slice(point.length - classes);
  columns.forEach((column, i) => {
    for (let k = 0; k < classes; k++) scores[k] = (scores[k] as number) + (point[column * classes + k] as number) * (values[i] as number);
  });
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
