import { fail, type Random } from '../../core/index.js';

export interface SamplingOptions {
  /** What scores are divided by, ≥ 0; 0 takes the likeliest token. Default: 0. */
  readonly temperature?: number;
  /** Only the so many likeliest tokens; equal ones all count. Default: all. */
  readonly topK?: number;
  /** Only the likeliest tokens that together have this probability, in (0, 1]. Default: 1, all. */
  readonly topP?: number;
  /** Divides positive scores of tokens that there were, and multiplies negative ones, > 0 (Keskar et al. 2019, arXiv:1909.05858). Default: 1. */
  readonly repetitionPenalty?: number;
}

/** Tokens that may follow and their probabilities, likeliest first. */
export interface Candidates {
  readonly ids: readonly number[];
  readonly probabilities: readonly number[];
}

const RANGES: Readonly<Record<keyof SamplingOptions, readonly [range: string, fits: (value: number) => boolean]>> = {
  temperature: ['a number from 0 on', (value) => value >= 0 && value < Number.POSITIVE_INFINITY],
  topK: ['a whole number from 1 on', (value) => Number.isInteger(value) && value >= 1],
  topP: ['a number above 0, at most 1', (value) => value > 0 && value <= 1],
  repetitionPenalty: ['a number above 0', (value) => value > 0 && value < Number.POSITIVE_INFINITY],
};

/** @throws GENERATION_OPTION for a value out of its range */
export function checkSampling(options: SamplingOptions): void {
  for (const [option, [range, fits]] of Object.entries(RANGES)) {
    const value = options[option as keyof SamplingOptions];
    if (value !== undefined && !fits(value)) fail('GENERATION_OPTION', { option, value, range });
  }
}

/** The next token of a text. */
export function chooseToken(scores: Float32Array, before: readonly number[], options: SamplingOptions, random: Random): number {
  if ((options.temperature ?? 0) === 0) return largest(penalised(scores, before, options.repetitionPenalty));
  const { ids, probabilities } = candidates(scores, before, options);
  let left = random.uniform();
  const at = probabilities.findIndex((probability) => {
    left -= probability;
    return left < 0;
  });
  // Rounding may leave a rest behind the last.
  return ids.at(at) as number;
}

/**
 * What may follow by the scores `[V]`: repetition is penalised, then scores are divided by the temperature, then cut to `topK`, then to `topP`, in the
 * order and with the treatment of ties of transformers' logits processors.
 * @param before the tokens of the text so far
 */
export function candidates(
  scores: Float32Array,
  before: readonly number[],
  { temperature = 1, topK, topP = 1, repetitionPenalty }: SamplingOptions,
): Candidates {
  const warm = penalised(scores, before, repetitionPenalty).map((score) => score / temperature);
  const least = topK === undefined || topK >= warm.length ? Number.NEGATIVE_INFINITY : (warm.toSorted().at(-topK) as number);
  const ids = [...warm.keys()].filter((id) => (warm[id] as number) >= least && warm[id] !== Number.NEGATIVE_INFINITY);
  ids.sort((a, b) => (warm[b] as number) - (warm[a] as number));
  const kept = ids.slice(0, likeliest(softmax(ids, warm), topP));
  return { ids: kept, probabilities: softmax(kept, warm) };
}

/** How many of the likeliest have the probability `share` together; at least one. */
function likeliest(probabilities: readonly number[], share: number): number {
  if (share === 1) return probabilities.length;
  let sum = 0;
  const end = probabilities.findIndex((probability) => {
    sum += probability;
    return sum >= share;
  });
  return end < 0 ? probabilities.length : end + 1;
}

/** Of those scores, whose first is the largest. */
function softmax(ids: readonly number[], scores: Float32Array): number[] {
  const most = scores[ids[0] as number] as number;
  const powers = ids.map((id) => Math.exp((scores[id] as number) - most));
  const sum = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => power / sum);
}

function penalised(scores: Float32Array, before: readonly number[], penalty = 1): Float32Array {
  if (penalty === 1) return scores;
  const result = scores.slice();
  for (const id of new Set(before)) {
    const score = scores[id] as number;
    result[id] = score > 0 ? score / penalty : score * penalty;
  }
  return result;
}

function largest(scores: Float32Array): number {
  let best = 0;
  for (let id = 1; id < scores.length; id++) if ((scores[id] as number) > (scores[best] as number)) best = id;
  return best;
}
