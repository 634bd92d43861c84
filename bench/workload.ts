import type { EngineName } from './engines/index.js';
import type { InputSpec, Work } from './job.js';

/** What a row must reach. */
export type Target =
  /** Regraft's processor time over that of another engine. */
  | { readonly kind: 'ratio'; readonly against: EngineName; readonly atMost: number }
  /** Seconds of Regraft itself. */
  | { readonly kind: 'cpu' | 'wall'; readonly atMost: number };

/** A row of the benchmark. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  /** What is done once in a measured unit. */
  readonly unit: 'step' | 'batch' | 'training' | 'compilation' | 'call';
  /** First the engine that the others are compared with. */
  readonly engines: readonly [EngineName, ...EngineName[]];
  readonly target?: Target;
  /** Rounds where the usual number is not enough. */
  readonly rounds?: number;
  /** `tiny` is for trying the benchmark itself. */
  work(tiny: boolean): Work;
}

export const TORCHES = ['torch-classic', 'torch-modern'] as const satisfies readonly EngineName[];

/** A target against PyTorch as Debian has it, or against the newer one. */
export function ratio(atMost: number, against: EngineName = 'torch-classic'): Target {
  return { kind: 'ratio', against, atMost };
}

/** A batch of images, normalised as usual. */
export function images(rows: number, size: number): Readonly<Record<string, InputSpec>> {
  return { image: { type: 'float32', dims: [rows, 3, size, size], low: -1.7, high: 1.7 } };
}

// Rates are so small that a hundred steps on one batch change neither the loss's size nor the kind of numbers involved.
export const SGD = { name: 'sgd', lr: 1e-5, weightDecay: 0, momentum: 0, nesterov: false } as const;
export const ADAMW = { name: 'adamw', lr: 1e-6, weightDecay: 0.01, betas: [0.9, 0.999], eps: 1e-8 } as const;
