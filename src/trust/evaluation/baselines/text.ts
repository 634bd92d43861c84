import { Condensed } from './condense.js';
import { fitLogistic, type Point, probabilities } from './logistic.js';
import { type SparseRow, Tfidf } from './tfidf.js';

/** Scikit-learn's C, from strong to weak shrinking, so that each solution is a good start for the next. */
const STRENGTHS = [1, 10, 100, 1000];
const FOLDS = 3;
/** As scikit-learn's by default. */
const TOLERANCE = 1e-4;

/** A classifier of texts by the words in them. */
export interface TextBaseline {
  /** Scikit-learn's C that cross-validation chose. */
  readonly c: number;
  /** Share of each class, `[classes]`. */
  classify(text: string): Float64Array;
}

interface Labelled {
  readonly text: string;
  readonly label: number;
}

/**
 * What can be had without a pretrained model: TF-IDF of words and pairs of words, and logistic regression on it. Cross-validation, each class spread over the
 * folds, chooses how much weights are shrunk: what has the least held-out cross-entropy. The same texts in the same order give the same classifier.
 *
 * @param labels class of each text, in [0, classes)
 */
export async function fitTextBaseline(texts: readonly string[], labels: readonly number[], classes: number): Promise<TextBaseline> {
  const all = texts.map((text, i) => ({ text, label: labels[i] as number }));
  const byLabel = all.toSorted((a, b) => a.label - b.label);
  const losses = STRENGTHS.map(() => 0);
  for (let fold = 0; fold < FOLDS; fold++) {
    const heldOut = byLabel.filter((_, i) => i % FOLDS === fold);
    const path = new Path(
      byLabel.filter((_, i) => i % FOLDS !== fold),
      classes,
    );
    for (const [s, c] of STRENGTHS.entries()) losses[s] = (losses[s] as number) + crossEntropy(await path.next(c), heldOut);
  }
  const best = STRENGTHS[losses.indexOf(Math.min(...losses))] as number;
  const path = new Path(all, classes);
  let chosen = await path.next(STRENGTHS[0] as number);
  for (const c of STRENGTHS.filter((strength) => strength > (STRENGTHS[0] as number) && strength <= best)) chosen = await path.next(c);
  return chosen;
}

function crossEntropy({ classify }: TextBaseline, heldOut: readonly Labelled[]): number {
  return heldOut.reduce((sum, { text, label }) => sum - Math.log(Math.max(classify(text)[label] as number, Number.MIN_VALUE)), 0);
}

/** Classifiers of the same texts, each begun where the one before ended. */
class Path {
  readonly #read: (text: string) => SparseRow;
  readonly #rows: readonly SparseRow[];
  readonly #labels: readonly number[];
  readonly #classes: number;
  #point: Point;

  constructor(texts: readonly Labelled[], classes: number) {
    const tfidf = new Tfidf(texts.map(({ text }) => text));
    const whole = texts.map(({ text }) => tfidf.transform(text));
    const condensed = new Condensed(whole, tfidf.width);
    this.#read = (text) => condensed.transform(tfidf.transform(text));
    this.#rows = whole.map((row) => condensed.transform(row));
    this.#labels = texts.map(({ label }) => label);
    this.#classes = classes;
    this.#point = new Float64Array(classes * (condensed.width + 1));
  }

  async next(c: number): Promise<TextBaseline> {
    const point = await fitLogistic({ rows: this.#rows, labels: this.#labels }, this.#classes, c, { start: this.#point, tolerance: TOLERANCE });
    this.#point = point;
    return { c, classify: (text) => probabilities(point, this.#read(text), this.#classes) };
  }
}
