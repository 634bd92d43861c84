import type { Answer } from './facts.js';

/** A mean, and how much it would vary between draws of as many samples. */
export interface Estimate {
  readonly mean: number;
  /** Standard error; infinite where one sample or none says nothing of it. */
  readonly error: number;
}

export function estimate(values: readonly number[]): Estimate {
  const count = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / count;
  if (count < 2) return { mean, error: Number.POSITIVE_INFINITY };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { mean, error: Math.sqrt(variance / count) };
}

/** By how many standard errors `a` is above `b`, of independent samples. */
export function errorsAbove(a: Estimate, b: Estimate): number {
  const error = Math.hypot(a.error, b.error);
  return error > 0 ? (a.mean - b.mean) / error : Math.sign(a.mean - b.mean) * Number.POSITIVE_INFINITY;
}

export function countRight(answers: readonly Answer[]): number {
  return answers.filter(({ isRight }) => isRight).length;
}

/** `37%` */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
