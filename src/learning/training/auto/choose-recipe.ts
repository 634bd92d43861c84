/** Cross-validated share of right answers. */
export interface Measure {
  readonly value: number;
  /** 95% interval. */
  readonly interval: readonly [number, number];
}

/** What is known before a training. */
export interface AutoFacts {
  readonly samples: number;
  /** Number of classes, where each sample has one of several. */
  readonly classes?: number;
  readonly batchSize: number;
  /** A linear probe on the frozen features of the base; left out where none can be fitted. */
  readonly probe?: Measure;
  /** The same without the base: on pixels, words or numbers as they are. */
  readonly raw?: Measure;
  /** By how much the probe is better than the raw data, 95% interval. */
  readonly gain?: readonly [number, number];
  /** Share of the most frequent class. */
  readonly chance?: number;
}

export type AutoRecipe = 'linear-probe' | 'fine-tune' | 'full';

export interface Choice {
  readonly recipe: AutoRecipe;
  readonly epochs: number;
  /** Why, in sentences with the numbers. */
  readonly reasons: readonly string[];
}

/** A probe that is surely above this leaves too little to gain for the risk of moving the base. */
const CEILING = 0.97;
/** Samples a class below which moving the base learns the samples by heart. */
const FEW = 10;
/** Samples a class from which a network learns a kind of data that its base does not know. */
const PLENTY = 100;
/** Optimiser steps after which a small data set has been seen often enough, and a large one is known. */
const STEPS = 400;
const EPOCHS = [3, 30] as const;
/** A base that does not know the data has more to learn. */
const LONGER = 3;

type Rule = (facts: AutoFacts) => Omit<Choice, 'epochs'> | undefined;

/** The first that applies decides. */
const rules: readonly Rule[] = [
  ({ probe }) =>
    probe
      ? undefined
      : { recipe: 'fine-tune', reasons: ['How well the base knows such data was not measured: its features have no linear probe here.'] },
  (facts) => (hasMismatch(facts) ? mismatch(facts) : undefined),
  (facts) =>
    (facts.probe?.interval[0] ?? 0) >= CEILING
      ? { recipe: 'linear-probe', reasons: [`${probeSentence(facts)} Training the base could hardly improve on that.`] }
      : undefined,
  (facts) =>
    perClass(facts) < FEW
      ? {
          recipe: 'linear-probe',
          reasons: [
            probeSentence(facts),
            `${Math.round(perClass(facts))} samples a class are too few to move the base: below ${FEW} it learns them by heart.`,
          ],
        }
      : undefined,
  (facts) => ({
    recipe: 'fine-tune',
    reasons: [probeSentence(facts), `The base helps, and with ${Math.round(perClass(facts))} samples a class it can be moved towards this data.`],
  }),
];

/** Which recipe suits a base and data, for how long, and why. A function of the facts alone. */
export function chooseRecipe(facts: AutoFacts): Choice {
  for (const rule of rules) {
    const chosen = rule(facts);
    if (chosen !== undefined) return { ...chosen, epochs: epochsOf(facts) };
  }
  throw new Error('the last rule always applies');
}

/** Without the base one is no worse: what it learnt elsewhere does not show in this data. */
function hasMismatch({ probe, raw, gain, chance = 0 }: AutoFacts): boolean {
  if (probe === undefined) return false;
  return (raw !== undefined && gain !== undefined && gain[1] < 0) || probe.interval[1] <= chance || probe.value <= Math.min(chance, raw?.value ?? 1);
}

function mismatch(facts: AutoFacts): Omit<Choice, 'epochs'> {
  const seen = `${probeSentence(facts)} What the base learnt elsewhere does not help here.`;
  if (perClass(facts) >= PLENTY) {
    return { recipe: 'full', reasons: [seen, `${Math.round(perClass(facts))} samples a class are enough to train all of it.`] };
  }
  return {
    recipe: 'fine-tune',
    reasons: [
      seen,
      `Transfer does not pay, and ${Math.round(perClass(facts))} samples a class are few to train all of it: take another base, the simpler method, or label more.`,
    ],
  };
}

function epochsOf(facts: AutoFacts): number {
  const { samples, batchSize } = facts;
  const wanted = (STEPS / Math.ceil(samples / batchSize)) * (hasMismatch(facts) ? LONGER : 1);
  return Math.min(EPOCHS[1], Math.max(EPOCHS[0], Math.round(wanted)));
}

/** Values have no classes; then each sample counts as one of a class. */
function perClass({ samples, classes = 1 }: AutoFacts): number {
  return samples / classes;
}

function probeSentence({ probe, raw, chance = 0 }: AutoFacts): string {
  const without = raw ? `, without the base on ${percent(raw.value)}` : '';
  return `A linear probe on the base's features is right on ${percent(probe?.value ?? 0)} of the samples it was not fitted to${without}; the most frequent class makes ${percent(chance)}.`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
