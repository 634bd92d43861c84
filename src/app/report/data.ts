/** Everything a report shows, as plain JSON: a run writes it once, and the report can be drawn again from it. */
export interface ReportData {
  readonly title: string;
  /** One sentence below the title. */
  readonly subtitle?: string;
  /** When the work was done, ISO 8601. */
  readonly date: string;
  readonly verdict: Verdict;
  /** The run in a few words each: task, base, data, recipe, seed, machine. */
  readonly facts: readonly Fact[];
  /** Tables of results in the order they are read; the first is the main one. */
  readonly results: readonly ResultTable[];
  readonly curves: readonly Curve[];
  readonly confusion?: Confusion;
  /** What may be wrong with the run; left out where nobody looked. */
  readonly findings?: readonly Finding[];
  readonly examples: readonly ExampleGroup[];
  /** What a reader has to know to trust or repeat the numbers. */
  readonly notes: readonly string[];
}

/** What the numbers mean, for people who do not read tables. */
export interface Verdict {
  /** `good`: transfer was worth it; `mixed`: it cannot be told; `bad`: it did not help. */
  readonly tone: 'good' | 'mixed' | 'bad';
  readonly headline: string;
  readonly points: readonly string[];
}

/** Something that may be wrong with a run. */
export interface Finding {
  readonly name: string;
  /** What was seen, with the numbers. */
  readonly evidence: string;
  /** What to change, the most promising first. */
  readonly advice: readonly string[];
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** One metric, compared between methods or splits. */
export interface ResultTable {
  readonly title: string;
  readonly description?: string;
  /** Name of the metric: `accuracy`. */
  readonly metric: string;
  /** `share` is shown as a percentage, `number` as it is. */
  readonly unit: 'share' | 'number';
  /** Whether a larger value is a better one. */
  readonly better: 'higher' | 'lower';
  readonly rows: readonly ResultRow[];
}

export interface ResultRow {
  readonly name: string;
  /** What the row is in the comparison; the verdict is about candidates against baselines. */
  readonly role: 'baseline' | 'candidate' | 'reference';
  /** Mean over the seeds. */
  readonly value: number;
  /** 95% interval of the value, `[low, high]`. */
  readonly interval: readonly [number, number];
  /** The value of each seed. */
  readonly seeds?: readonly number[];
  /** Wall time of one training, in seconds. */
  readonly seconds?: number;
  readonly note?: string;
}

/** A chart of values over steps or epochs. */
export interface Curve {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
}

export interface Series {
  readonly name: string;
  /** `[x, y]`, x ascending. */
  readonly points: readonly (readonly [number, number])[];
}

/** How often a sample of one class was taken for another. */
export interface Confusion {
  readonly labels: readonly string[];
  /** Square, one row a true class, one column a predicted one. */
  readonly counts: readonly (readonly number[])[];
}

export interface ExampleGroup {
  readonly title: string;
  readonly items: readonly Example[];
}

export interface Example {
  /** A thumbnail as a data URI. */
  readonly image: string;
  readonly prediction: string;
  /** Probability of the prediction, 0 to 1. */
  readonly confidence: number;
  /** The true class, where it is known. */
  readonly truth?: string;
}

/** A sweep of the learning rate. */
export interface RateChart {
  readonly rates: readonly number[];
  /** Smoothed, as many. */
  readonly losses: readonly number[];
  readonly suggestions: { readonly valley: number; readonly steep: number; readonly minimum: number };
}
