import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { watchedDevice } from '../../../../test/support/device.js';
import { float32, int64, type Tensor, toNumbers } from '../../../core/index.js';
import { createLoss } from '../../tasks/index.js';
import type { ProbeData } from './objective.js';
import { fitProbe, type Probe } from './probe.js';

interface Fit {
  readonly strength: number;
  /** Mean held-out loss. */
  readonly loss: number;
  readonly weight: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

/** What scikit-learn found (bench/oracles/probe.py). */
const golden = JSON.parse(readFileSync(new URL('../../../../test/golden/probe.json', import.meta.url), 'utf8')) as {
  readonly features: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly logistic: readonly Fit[];
  readonly ridge: readonly Fit[];
};

const FOLDS = 5;
const rows = golden.labels.map((_, row) => row);
/** Every fifth row is held out together. */
const folds = Array.from({ length: FOLDS }, (_, fold) => rows.filter((row) => row % FOLDS === fold));

function matrix(values: readonly (readonly number[])[]): Tensor {
  return float32([values.length, values[0]?.length ?? 0], values.flat());
}

/** Outputs `[N][K]` of a linear layer. */
function outputsOf({ weight, bias }: Pick<Fit, 'weight' | 'bias'>, features: readonly (readonly number[])[]): number[][] {
  return features.map((row) => weight.map((w, k) => w.reduce((sum, value, i) => sum + value * (row[i] as number), bias[k] as number)));
}

function layerOf({ weight, bias }: Probe): Pick<Fit, 'weight' | 'bias'> {
  const [outputs = 0, width = 0] = weight.dims;
  const values = toNumbers(weight);
  return { weight: Array.from({ length: outputs }, (_, k) => values.slice(k * width, (k + 1) * width)), bias: toNumbers(bias) };
}

/** Of the strengths that were compared roughly, the one chosen is as good as scikit-learn's best, and the fit is scikit-learn's. */
function expectFit(probe: Probe, fits: readonly Fit[], features: readonly (readonly number[])[], tolerance: number): void {
  for (const [i, { strength, loss }] of probe.tried.entries()) {
    expect(strength).toBe(fits[i]?.strength);
    expect(Math.abs(loss - (fits[i]?.loss as number)), `strength ${strength}`).toBeLessThan(5e-3);
  }
  const chosen = fits.find(({ strength }) => strength === probe.strength) as Fit;
  expect(chosen.loss).toBeLessThan(Math.min(...fits.map(({ loss }) => loss)) + 1e-3);
  const [found, expected] = [outputsOf(layerOf(probe), features).flat(), outputsOf(chosen, features).flat()];
  const scale = Math.max(...expected.map(Math.abs));
  for (const [i, value] of found.entries()) expect(Math.abs(value - (expected[i] as number)) / scale).toBeLessThan(tolerance);
}

describe('a linear probe of the iris data', () => {
  it("equals scikit-learn's logistic regression", async () => {
    const data: ProbeData = { features: matrix(golden.features), target: int64([rows.length], golden.labels), targetType: 'int64', outputs: 3 };
    const loss = createLoss({ name: 'cross-entropy', labelSmoothing: 0 });
    const probe = await fitProbe(watchedDevice().device, data, { loss, folds });
    // The optimum is flat: gradients below 1e-5 leave logits this uncertain.
    expectFit(probe, golden.logistic, golden.features, 1e-2);
  });

  it("equals scikit-learn's ridge regression", async () => {
    const features = golden.features.map((row) => row.slice(0, 2));
    const target = matrix(golden.features.map((row) => row.slice(2)));
    const data: ProbeData = { features: matrix(features), target, targetType: 'float32', outputs: 2 };
    const probe = await fitProbe(watchedDevice().device, data, { loss: createLoss({ name: 'mse' }), folds });
    expectFit(probe, golden.ridge, features, 1e-4);
  });

  it('takes features that are all alike, or far from zero', async () => {
    const features = golden.features.map(([a = 0, b = 0]) => [a, 1, b + 1e4]);
    const data: ProbeData = { features: matrix(features), target: int64([rows.length], golden.labels), targetType: 'int64', outputs: 3 };
    const probe = await fitProbe(watchedDevice().device, data, { loss: createLoss({ name: 'cross-entropy', labelSmoothing: 0 }), folds });
    expect(toNumbers(probe.weight).every(Number.isFinite)).toBe(true);
    for (const [i, value] of toNumbers(probe.weight).entries()) if (i % 3 === 1) expect(Math.abs(value)).toBeLessThan(1e-6);
  });
});
