import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../core/index.js';
import { createOptimizer, type OptimizerSpec } from './index.js';

const STEPS = 5;
/** Enough that a sign of Lion hangs on each of its numbers. */
const SIZE = 40;
const random = new Random(1);
const draw = (): number[] => Array.from({ length: SIZE }, () => random.uniform(-1, 1));
const start = draw();
const gradients = Array.from({ length: STEPS }, draw);
/** A rate of its own for each step, as a schedule gives. */
const rates = gradients.map((_, step) => 0.1 / (step + 1));

interface Run {
  readonly start: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly rates: readonly number[];
}

/** Weights after each step, by the optimiser, in float64. */
function byOptimizer(spec: OptimizerSpec, run: Run = { start, gradients, rates }): number[][] {
  const optimizer = createOptimizer(spec);
  const [weight, state] = [Float64Array.from(run.start), optimizer.slots.map(() => new Float64Array(run.start.length))];
  return run.gradients.map((gradient, i) => {
    optimizer.update(
      { weight, gradient: Float64Array.from(gradient), state },
      { lr: run.rates[i] as number, weightDecay: spec.weightDecay, step: i + 1 },
    );
    return [...weight];
  });
}

/** Weights after each step, one element at a time, by the formulas of PyTorch's documentation. */
function byFormula(update: (weight: number, gradient: number, rate: number, step: number, state: { a: number; b: number }) => number): number[][] {
  const states = start.map(() => ({ a: 0, b: 0 }));
  let weights = start;
  return gradients.map((gradient, i) => {
    weights = weights.map((weight, j) => update(weight, gradient[j] as number, rates[i] as number, i + 1, states[j] as { a: number; b: number }));
    return weights;
  });
}

/** https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html */
function sgd({ momentum, nesterov, weightDecay }: { momentum: number; nesterov: boolean; weightDecay: number }): number[][] {
  return byFormula((weight, gradient, rate, step, state) => {
    const decayed = gradient + weightDecay * weight;
    state.a = step === 1 ? decayed : momentum * state.a + decayed;
    const direction = momentum === 0 ? decayed : nesterov ? decayed + momentum * state.a : state.a;
    return weight - rate * direction;
  });
}

/** https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html and AdamW.html */
function adam({
  decoupled,
  weightDecay,
  betas: [beta1, beta2],
  eps,
}: {
  decoupled: boolean;
  weightDecay: number;
  betas: [number, number];
  eps: number;
}): number[][] {
  return byFormula((weight, raw, rate, step, state) => {
    const gradient = decoupled ? raw : raw + weightDecay * weight;
    const shrunk = decoupled ? weight - rate * weightDecay * weight : weight;
    state.a = beta1 * state.a + (1 - beta1) * gradient;
    state.b = beta2 * state.b + (1 - beta2) * gradient ** 2;
    return shrunk - (rate * (state.a / (1 - beta1 ** step))) / (Math.sqrt(state.b / (1 - beta2 ** step)) + eps);
  });
}

/** Algorithm 2 of arXiv 2302.06675. */
function lion({ betas: [beta1, beta2], weightDecay }: { betas: [number, number]; weightDecay: number }): number[][] {
  return byFormula((weight, gradient, rate, _, state) => {
    const direction = Math.sign(beta1 * state.a + (1 - beta1) * gradient);
    state.a = beta2 * state.a + (1 - beta2) * gradient;
    return weight - rate * (direction + weightDecay * weight);
  });
}

const adamOptions = { betas: [0.8, 0.95] as [number, number], eps: 1e-3 };
const cases: readonly (readonly [OptimizerSpec, number[][]])[] = [
  ...[
    { momentum: 0, nesterov: false, weightDecay: 0 },
    { momentum: 0, nesterov: false, weightDecay: 0.1 },
    { momentum: 0.9, nesterov: false, weightDecay: 0 },
    { momentum: 0.9, nesterov: false, weightDecay: 0.1 },
    { momentum: 0.9, nesterov: true, weightDecay: 0.1 },
  ].map((options) => [{ name: 'sgd', lr: 1, ...options } as const, sgd(options)] as const),
  ...[0, 0.1].flatMap((weightDecay) => [
    [{ name: 'adam', lr: 1, weightDecay, ...adamOptions } as const, adam({ decoupled: false, weightDecay, ...adamOptions })] as const,
    [{ name: 'adamw', lr: 1, weightDecay, ...adamOptions } as const, adam({ decoupled: true, weightDecay, ...adamOptions })] as const,
    [{ name: 'lion', lr: 1, weightDecay, betas: [0.8, 0.95] } as const, lion({ betas: [0.8, 0.95], weightDecay })] as const,
  ]),
];

/** The terms are added in another order: some units in the last place of a double. */
const DIGITS = 13;

function expectWeights(found: readonly (readonly number[])[], expected: readonly (readonly number[])[], digits: number): void {
  expect(found.length).toBe(expected.length);
  for (const [i, weights] of found.entries())
    for (const [j, weight] of weights.entries()) expect(weight, `step ${i + 1}, element ${j}`).toBeCloseTo(expected[i]?.[j] as number, digits);
}

describe('the update of a weight is that of the formula', () => {
  it.each(cases)('%o', (spec, expected) => {
    expectWeights(byOptimizer(spec), expected, DIGITS);
  });
});

interface Golden {
  readonly cases: readonly (Omit<Run, 'rates'> & { readonly spec: OptimizerSpec; readonly weights: readonly (readonly number[])[] })[];
}

describe('the update of a weight is that of PyTorch', () => {
  const golden = JSON.parse(readFileSync(new URL('../../../test/golden/optimizers.json', import.meta.url), 'utf8')) as Golden;
  it.each(golden.cases.map((one) => [one.spec, one] as const))('%o', (spec, { weights, ...run }) => {
    // The centred variance of the first steps is a small difference: some units more.
    expectWeights(byOptimizer(spec, { ...run, rates: run.gradients.map(() => spec.lr) }), weights, DIGITS - 1);
  });
});

describe('numbers that are at an end', () => {
  const update = (spec: OptimizerSpec, gradient: readonly number[], steps: number): number[] => {
    const weights = byOptimizer(spec, {
      start: gradient.map(() => 1),
      gradients: new Array(steps).fill(gradient),
      rates: new Array(steps).fill(0.25),
    });
    return weights.at(-1) as number[];
  };

  it('Lion stands still without a gradient, and tells of one that is not finite', () => {
    const spec = { name: 'lion', lr: 1, weightDecay: 0, betas: [0.9, 0.99] } as const;
    expect(update(spec, [0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY], 1)).toEqual([1, 0.75, 1.25, Number.NaN, Number.NaN]);
  });

  it('centred RMSprop keeps to numbers where a gradient never changes', () => {
    const spec = { name: 'rmsprop', lr: 1, weightDecay: 0, alpha: 0.5, eps: 1e-3, momentum: 0, centered: true } as const;
    for (const weight of update(spec, [0.1, 0.3, 0.7, -1.1, 1 / 3], 200)) expect(weight).not.toBeNaN();
  });
});

describe('float32 weights are updated as float64 ones are', () => {
  // More than one chunk of the kernel, and no whole number of its vectors; and a single number.
  const sizes = [1, 3, 16384, 40001];
  const common = { lr: 1, weightDecay: 0.1 } as const;
  const optimizers: readonly OptimizerSpec[] = [
    { name: 'sgd', momentum: 0, nesterov: false, ...common },
    { name: 'sgd', momentum: 0.9, nesterov: true, ...common },
    { name: 'adam', ...common, ...adamOptions },
    { name: 'adamw', ...common, ...adamOptions },
    // A sum that rounding moves over 0 would take the other sign; of these none does.
    { name: 'lion', betas: [0.75, 0.5], ...common },
    { name: 'rmsprop', alpha: 0.9, eps: 1, momentum: 0.9, centered: true, ...common },
  ];
  const specs = optimizers.flatMap((spec) => sizes.map((size) => [spec.name, size, spec] as const));
  it.each(specs)('by %s: %i', (_, size, spec) => {
    const numbers = (stream: string): number[] => {
      const random = new Random(2, stream);
      return Array.from({ length: size }, () => random.uniform(-1, 1));
    };
    const optimizer = createOptimizer(spec);
    const run = (type: Float32ArrayConstructor | Float64ArrayConstructor): (Float32Array | Float64Array)[] => {
      const [weight, state] = [type.from(numbers('weight')), optimizer.slots.map(() => new type(size))];
      for (const step of [1, 2, 3])
        optimizer.update({ weight, gradient: type.from(numbers(`gradient ${step}`)), state }, { lr: 0.1, weightDecay: 0.1, step });
      return [weight, ...state];
    };
    const [found, expected] = [run(Float32Array), run(Float64Array)];
    for (const [i, array] of found.entries()) {
      const furthest = Array.from(array).reduce((most, value, j) => Math.max(most, Math.abs(value - (expected[i]?.[j] as number))), 0);
      // Some units in the last place of float32, of numbers around 1, in each of three steps.
      expect(furthest).toBeLessThan(1e-6);
    }
  });
});
