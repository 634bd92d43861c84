import { fail } from '../../core/index.js';
import { checkSampling, type SamplingOptions } from './sampling.js';

export interface GenerateOptions extends SamplingOptions {
  /** New tokens at most, ≥ 1. Default: 128. */
  readonly maxNewTokens?: number;
  /** Texts at which to stop; they are not part of what is returned. */
  readonly stop?: readonly string[];
  /** Of the random numbers; the same gives the same text. Default: 0. */
  readonly seed?: number;
}

const MAX_NEW_TOKENS = 128;

/** All options, with their defaults. */
export interface Generating extends SamplingOptions {
  readonly maxNewTokens: number;
  readonly stop: readonly string[];
  readonly seed: number;
}

/** @throws GENERATION_OPTION for a value out of its range */
export function resolveOptions(options: GenerateOptions): Generating {
  checkSampling(options);
  const { maxNewTokens = MAX_NEW_TOKENS, stop = [], seed = 0 } = options;
  if (!Number.isInteger(maxNewTokens) || maxNewTokens < 1) {
    fail('GENERATION_OPTION', { option: 'maxNewTokens', value: maxNewTokens, range: 'a whole number from 1 on' });
  }
  if (stop.includes('')) fail('GENERATION_OPTION', { option: 'stop', value: '""', range: 'texts that are not empty' });
  return { ...options, maxNewTokens, stop, seed };
}
