/** What a model said of one sample that has one of several classes. */
export interface Answer {
  readonly isRight: boolean;
  /** Probability of the class it named, 0 to 1. */
  readonly confidence: number;
  /** By how much that is above the probability of the second class, 0 to 1. */
  readonly margin: number;
}

/** The final model on some samples, read as for evaluation. */
export interface Judged {
  /** Where each sample comes from, for messages. */
  readonly locations: readonly string[];
  /** Loss of each sample, by the task's own measure and without a regulariser. */
  readonly losses: readonly number[];
  /** Where a sample has one of several classes. */
  readonly answers?: readonly Answer[];
}

/** What a model that has looked at the labels alone reaches. */
export interface Chance {
  /** Entropy of the classes in nats, or variance of the values. */
  readonly loss: number;
  /** Share of the most frequent class. */
  readonly accuracy?: number;
}

/** Samples whose stored content is the same, byte for byte. */
export interface Duplicates {
  /** Held-out samples that are among the training data, by location, and how many were held out. */
  readonly across: readonly string[];
  readonly heldOut: number;
  /** Samples that occur more than once with different labels, by location. */
  readonly contradicting: readonly string[];
}

/** What a run did against overfitting, and what it trained. */
export interface Remedies {
  readonly trains: 'head' | 'few' | 'most';
  readonly augments: boolean;
  /** Whether images are read, which can be augmented. */
  readonly readsImages: boolean;
  readonly stopsEarly: boolean;
}

/** All that the watch looks at; what a run does not have is left out or empty. */
export interface WatchFacts {
  /** Loss of each step's batch, as it was trained on; empty where something else than the task was learnt. */
  readonly steps: readonly { readonly step: number; readonly loss: number }[];
  /** Metrics of the validation data while training. */
  readonly evaluations: readonly { readonly step: number; readonly metrics: Readonly<Record<string, number>> }[];
  /** The final model on training samples. */
  readonly training: Judged;
  /** The final model on samples it never saw: the validation data, else the test data. */
  readonly heldOut?: Judged;
  readonly chance?: Chance;
  readonly duplicates: Duplicates;
  readonly remedies: Remedies;
}

export type FindingName = 'overfitting' | 'underfitting' | 'leakage' | 'label noise';

/** Something wrong with a run. */
export interface Finding {
  readonly name: FindingName;
  /** What was seen, with the numbers, in sentences. */
  readonly evidence: string;
  /** What to change, the most promising first. */
  readonly advice: readonly string[];
}

/** Looks for one thing that may be wrong. */
export type Check = (facts: WatchFacts) => Finding | undefined;
