import { expect } from 'vitest';
import { float32, int64 } from '../../src/core/index.js';
import { writeSafetensors } from '../../src/learning/data/index.js';
import { goldenInputs, goldenLabels, goldenModelBytes, readGolden } from '../support/golden.js';
import type { Job, JobResult } from './job.js';

/**
 * Relative to the largest element of a tensor. Float rounding in sums taken in another order is some 1e-7 a layer; a kernel that computed
 * anything else would be off by far more.
 */
const TOLERANCE = 1e-5;
/** Gradients whose exact norm is below this share of the largest are zero but for rounding: the bias of attention's keys, or before a normalisation. */
const ZERO = 1e-6;

/** The job that a golden model's data makes. */
export function goldenJob(name: string, steps = 3): Job {
  const golden = readGolden(name);
  const labels = goldenLabels(golden);
  const rows = labels.flat() as number[];
  const target = typeof labels[0] === 'number' ? int64([labels.length], rows) : float32([labels.length, rows.length / labels.length], rows);
  const data = writeSafetensors([...Object.entries(goldenInputs(golden)), ['labels', target]]);
  return { model: new Uint8Array(goldenModelBytes(golden)), data, batchSize: golden.spec.training.batchSize, steps };
}

/** Checks that two devices computed the same for a golden model. */
export function expectSame(name: string, actual: JobResult, expected: JobResult): void {
  expectClose({ loss: [actual.loss], 'losses of training': actual.losses }, { loss: [expected.loss], 'losses of training': expected.losses });
  const exact = readGolden(name).gradients;
  const most = Math.max(...exact.map(({ norm }) => norm));
  const zero = new Set(exact.filter(({ norm }) => norm < ZERO * most).map((gradient) => gradient.name));
  expectClose(actual.gradients, expected.gradients, zero);
  expectClose(actual.trained, expected.trained, zero);
}

/** Tensors in `zero` are compared with the largest of all. */
function expectClose(actual: Tensors, expected: Tensors, zero: ReadonlySet<string> = new Set()): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  const most = Math.max(...Object.values(expected).map(largest));
  for (const [name, values] of Object.entries(expected)) {
    const difference = largest(values.map((value, i) => value - (actual[name]?.[i] ?? Number.NaN)));
    expect(difference / (zero.has(name) ? most : largest(values)), name).toBeLessThan(TOLERANCE);
  }
}

type Tensors = Readonly<Record<string, readonly number[]>>;

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => (Math.abs(value) > most || Number.isNaN(value) ? Math.abs(value) : most), 0);
}
