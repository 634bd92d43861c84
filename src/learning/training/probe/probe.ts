import type { Tensor } from '../../../core/index.js';
import type { Device } from '../../../engine/runtime/index.js';
import type { Loss } from '../../tasks/index.js';
import { minimise } from './lbfgs.js';
import { openProblem, type ProbeData, type ProbeProblem } from './objective.js';

export interface ProbeSpec {
  readonly loss: Loss;
  /** Held-out rows of each fold of the cross-validation that chooses the strength. */
  readonly folds: readonly (readonly number[])[];
  /** L2 strengths to choose from, from strong to weak (default: ten from 10 to 0.0001). */
  readonly strengths?: readonly number[];
}

/** A fitted linear layer for features as they come, standardisation folded in. */
export interface Probe {
  /** `[outputs, width]` */
  readonly weight: Tensor;
  /** `[outputs]` */
  readonly bias: Tensor;
  /** L2 strength that cross-validation chose. */
  readonly strength: number;
  /** Mean held-out loss of each strength tried. */
  readonly tried: readonly { readonly strength: number; readonly loss: number }[];
}

/** From strong to weak, so that each solution is a good start for the next. */
const STRENGTHS = [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0001];
/** While strengths are compared a rough solution ranks them just as well. */
const ROUGH = { iterations: 40, tolerance: 1e-3 };
const FINE = { iterations: 300, tolerance: 1e-5 };

/**
 * Regularised linear model on frozen features: logistic regression for classes, ridge regression for values. Features are
 * standardised; the L2 strength is the one with the least held-out loss.
 */
export async function fitProbe(device: Device, data: ProbeData, spec: ProbeSpec): Promise<Probe> {
  const rows = data.features.dims[0] as number;
  const { features, mean, deviation } = standardise(data.features);
  const problem = await openProblem(device, spec.loss, { ...data, features });
  try {
    const strengths = spec.strengths ?? STRENGTHS;
    const tried = await tryStrengths(problem, data, spec.folds, strengths);
    const { strength } = tried.reduce((best, one) => (one.loss < best.loss ? one : best));
    let point = start(data);
    for (const lambda of strengths.filter((value) => value >= strength)) {
      point = (
        await minimise(
          problem.objective(
            indicator(
              rows,
              Array.from({ length: rows }, (_, row) => row),
            ),
            lambda,
          ),
          point,
          lambda === strength ? FINE : ROUGH,
        )
      ).point;
    }
    return { ...unstandardise(point, data, mean, deviation), strength, tried };
  } finally {
    await problem.close();
  }
}

async function tryStrengths(
  problem: ProbeProblem,
  data: ProbeData,
  folds: ProbeSpec['folds'],
  strengths: readonly number[],
): Promise<Probe['tried']> {
  const rows = data.features.dims[0] as number;
  const sums = strengths.map(() => 0);
  for (const fold of folds) {
    const heldOut = indicator(rows, fold);
    const training = { ...heldOut, data: (heldOut.data as Float32Array).map((value) => 1 - value) };
    let point = start(data);
    for (const [i, strength] of strengths.entries()) {
      point = (await minimise(problem.objective(training, strength), point, ROUGH)).point;
      sums[i] = (sums[i] as number) + (await problem.loss(point, heldOut)) / folds.length;
    }
  }
  return strengths.map((strength, i) => ({ strength, loss: sums[i] as number }));
}

function start({ outputs, features }: ProbeData): Float64Array {
  return new Float64Array(outputs * (features.dims[1] as number) + outputs);
}

/** 1 at the chosen rows, 0 elsewhere. */
function indicator(rows: number, chosen: readonly number[]): Tensor {
  const data = new Float32Array(rows);
  for (const row of chosen) data[row] = 1;
  return { type: 'float32', dims: [rows], data };
}

/** A column that hardly varies holds rounding errors: it is scaled as if it deviated by this share of what columns typically do. */
const LEAST_DEVIATION = 0.01;

/** Columns with mean 0 and deviation 1; constant columns become about 0. */
function standardise(features: Tensor): { features: Tensor; mean: Float64Array; deviation: Float64Array } {
  const [rows = 0, width = 0] = features.dims;
  const source = features.data as Float32Array;
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (let i = 0; i < source.length; i++) mean[i % width] = (mean[i % width] as number) + (source[i] as number) / rows;
  for (let i = 0; i < source.length; i++)
    deviation[i % width] = (deviation[i % width] as number) + ((source[i] as number) - (mean[i % width] as number)) ** 2 / rows;
  const typical = Math.sqrt(deviation.reduce((sum, variance) => sum + variance, 0) / width);
  for (let column = 0; column < width; column++)
    deviation[column] = Math.max(Math.sqrt(deviation[column] as number), LEAST_DEVIATION * typical) || Number.POSITIVE_INFINITY;
  const data = source.map((value, i) => (value - (mean[i % width] as number)) / (deviation[i % width] as number));
  return { features: { ...features, data }, mean, deviation };
}

/** The same function of the raw features. */
function unstandardise(
  point: Float64Array,
  { outputs, features }: ProbeData,
  mean: Float64Array,
  deviation: Float64Array,
): Pick<Probe, 'weight' | 'bias'> {
  const width = features.dims[1] as number;
  const weight = new Float32Array(outputs * width);
  const bias = Float64Array.from(point.subarray(outputs * width));
  for (let i = 0; i < weight.length; i++) {
    const column = i % width;
    const scaled = (point[i] as number) / (deviation[column] as number);
    weight[i] = scaled;
    const row = Math.floor(i / width);
    bias[row] = (bias[row] as number) - scaled * (mean[column] as number);
  }
  return {
    weight: { type: 'float32', dims: [outputs, width], data: weight },
    bias: { type: 'float32', dims: [outputs], data: Float32Array.from(bias) },
  };
}
