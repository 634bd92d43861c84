import { findParameters, prepareModel } from '../../src/bases/surgery/index.js';
import { RegraftError, type Tensor } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import { lossesOfThreeSteps } from '../support/learning.js';

/** What is known of one base: that its import computes what its own framework computes, and whether it trains. */
export interface BaseRow {
  readonly architecture: string;
  /** The format or hub it came in. */
  readonly source: string;
  /** What it was compared with. */
  readonly oracle: string;
  readonly parameters: number;
  /** The largest difference of an output, as a share of the output's largest value where that is above 1. */
  readonly error: number;
  /** Whether the loss of three steps on all its weights falls, or why they cannot be made. */
  readonly trains: string;
}

/** As docs/results/bases.json keeps them. */
export type RowsBySource = Readonly<Record<string, readonly BaseRow[]>>;

export function parameterCount(model: Model): number {
  return findParameters(prepareModel(model).graph).reduce((sum, { size }) => sum + size, 0);
}

/** `yes`, `no` where the loss does not fall, or the code of the error that says why there is none. */
export async function trains(model: Model, inputs: Readonly<Record<string, Tensor>>): Promise<string> {
  try {
    const [first = Number.NaN, , last = Number.NaN] = await lossesOfThreeSteps(model, inputs);
    return last < first ? 'yes' : 'no';
  } catch (error) {
    if (error instanceof RegraftError) return error.code;
    throw error;
  }
}
