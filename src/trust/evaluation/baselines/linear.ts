import { type Tensor, toNumbers } from '../../../core/index.js';
import type { Device } from '../../../engine/runtime/index.js';
import { createLoss } from '../../../learning/tasks/index.js';
import { fitProbe } from '../../../learning/training/index.js';

/** Numbers of some samples and the class of each. */
export interface LabelledRows {
  /** `[N, width]`, float32. */
  readonly features: Tensor;
  /** `[N]`, int64, in [0, classes). */
  readonly target: Tensor;
}

/** Logits `[N, classes]`, row-major, of rows `[N, width]`. */
export type LinearBaseline = (features: Tensor) => Float32Array;

/** A factor of ten each: of a baseline, nobody asks more. */
const STRENGTHS = [10, 1, 0.1, 0.01];

/**
 * Logistic regression on numbers as they are, standardised. Cross-validation chooses how much weights are shrunk. The same rows in the same order give the
 * same classifier.
 *
 * @param folds held-out rows of each fold
 */
export async function fitLinearBaseline(
  device: Device,
  { features, target }: LabelledRows,
  classes: number,
  folds: readonly (readonly number[])[],
): Promise<LinearBaseline> {
  const loss = createLoss({ name: 'cross-entropy', labelSmoothing: 0 });
  const probe = await fitProbe(device, { features, target, targetType: 'int64', outputs: classes }, { loss, folds, strengths: STRENGTHS });
  const [weight, bias] = [probe.weight.data as Float32Array, toNumbers(probe.bias)];
  return (rows) => logits(rows, weight, bias);
}

function logits({ dims: [count = 0, width = 0], data }: Tensor, weight: Float32Array, bias: readonly number[]): Float32Array {
  const rows = data as Float32Array;
  const outputs = bias.length;
  const result = new Float32Array(count * outputs);
  for (let row = 0; row < count; row++) {
    for (let label = 0; label < outputs; label++) {
      let sum = bias[label] as number;
      for (let k = 0; k < width; k++) sum += (weight[label * width + k] as number) * (rows[row * width + k] as number);
      result[row * outputs + label] = sum;
    }
  }
  return result;
}
