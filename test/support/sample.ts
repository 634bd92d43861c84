import { type Tensor, toNumbers } from '../../src/core/index.js';

/** Some numbers of a tensor that an oracle computed, as `sample` of bench/oracles/torch_generated.py writes it. */
export interface Sample {
  readonly dims: readonly number[];
  /** Every `step`-th number. */
  readonly step: number;
  readonly values: readonly number[];
  /** Of the absolute values of all. */
  readonly mean: number;
  readonly max: number;
}

/** The largest difference from what the oracle computed, as a share of its largest value; NaN where shapes differ. */
export function differenceFrom(golden: Sample, found: Tensor | undefined): number {
  if (found?.dims.join() !== golden.dims.join()) return Number.NaN;
  const numbers = toNumbers(found);
  const mean = numbers.reduce((sum, value) => sum + Math.abs(value), 0) / numbers.length;
  const differences = golden.values.map((value, i) => Math.abs(value - (numbers[i * golden.step] ?? Number.NaN)));
  return Math.max(...differences, Math.abs(mean - golden.mean)) / golden.max;
}
