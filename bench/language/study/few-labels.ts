import type { SpecInput } from '../../../src/app/spec/index.js';
import { fitTextBaseline } from '../../../src/trust/evaluation/baselines/index.js';
import { Tfidf } from '../../../src/trust/evaluation/baselines/tfidf.js';
import { inFolder, type Outcome, type Trial, timed } from '../../study/trial.js';
import { dividePerClass, firstPerClass, type Sides, type TextRow } from '../rows.js';
import { textData } from '../text-data.js';
import { METHODS, type Method } from './methods.js';
import { BASE, BATCH, THREADS } from './settings.js';
import { trainAndMeasure, writeSides } from './trial.js';

/** Labels of each class. */
const SIZES = [5, 20, 100] as const;
const MOST = 100;

interface TextStudy {
  /** Texts of each class in the test set. */
  readonly test: number;
  readonly maxLength: number;
  /** Optimiser steps by labels of each class, for every method that takes steps. */
  readonly steps: Readonly<Record<number, number>>;
}

export const TEXTS: Readonly<Record<string, TextStudy>> = {
  topics: { test: 50, maxLength: 48, steps: { 5: 80, 20: 120, 100: 240 } },
  spam: { test: 500, maxLength: 48, steps: { 5: 30, 20: 45, 100: 75 } },
};

const read = new Map<string, readonly TextRow[]>();

/** Rows of a data set for one seed: `size` of each class to train on, nested over the sizes, and the test set. */
export function drawn(data: string, size: number, seed: number): Sides<TextRow> {
  const rows = read.get(data) ?? (textData[data]?.() as TextRow[]);
  read.set(data, rows);
  const sides = dividePerClass(rows, { train: MOST, test: (TEXTS[data] as TextStudy).test }, seed);
  return { train: firstPerClass(sides.train, size), test: sides.test };
}

export function lineOf({ text, label }: TextRow): string {
  return `${JSON.stringify({ text, label })}\n`;
}

/** One method on one draw. @param lr in place of the rate that was chosen */
export function textTrial(data: string, size: number, name: keyof typeof METHODS, seed: number, lr?: number): Trial {
  const { recipe, rate }: Method = METHODS[name];
  const { maxLength, steps } = TEXTS[data] as TextStudy;
  const spec = {
    task: 'text-classification',
    base: BASE,
    recipe,
    text: { maxLength },
    training: {
      steps: steps[size] as number,
      batchSize: BATCH,
      checkpoint: false,
      schedule: { name: 'cosine', warmup: 0.1 },
      optimizer: { name: 'adamw', lr: lr ?? rate?.[data] ?? 1e-3 },
    },
    seed,
    threads: THREADS,
  } as const satisfies Omit<SpecInput, 'data'>;
  const run = (): Promise<Outcome> =>
    inFolder((folder) => trainAndMeasure(spec, writeSides(folder, drawn(data, size, seed), 'jsonl', lineOf), folder));
  return { study: 'few labels', data, size, method: name, seed, settings: { spec, test: TEXTS[data]?.test }, run };
}

/** Words and pairs of words, weighted by TF-IDF, and logistic regression: no pretrained model. */
function wordsTrial(data: string, size: number, seed: number): Trial {
  const run = async (): Promise<Outcome> => {
    const { train, test } = drawn(data, size, seed);
    const classes = [...new Set(train.map(({ label }) => label))];
    const texts = train.map(({ text }) => text);
    const labels = train.map(({ label }) => classes.indexOf(label));
    const { seconds, result } = await timed(() => fitTextBaseline(texts, labels, classes.length));
    const right = test.filter(({ text, label }) => {
      const shares = result.classify(text);
      return classes[shares.indexOf(Math.max(...shares))] === label;
    });
    const parameters = (new Tfidf(texts).width + 1) * classes.length;
    return { score: right.length / test.length, tested: test.length, seconds, parameters };
  };
  return { study: 'few labels', data, size, method: WORDS, seed, settings: { test: TEXTS[data]?.test }, run };
}

const CLASSIFIERS = ['probe', 'setfit', 'lora', 'fine-tune', 'scratch'] as const satisfies readonly (keyof typeof METHODS)[];
const WORDS = 'TF-IDF';

export function fewLabels(seeds: readonly number[]): Trial[] {
  return seeds.flatMap((seed) =>
    Object.keys(TEXTS).flatMap((data) =>
      SIZES.flatMap((size) => [wordsTrial(data, size, seed), ...CLASSIFIERS.map((name) => textTrial(data, size, name, seed))]),
    ),
  );
}
