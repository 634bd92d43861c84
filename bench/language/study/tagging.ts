import type { SpecInput } from '../../../src/app/spec/index.js';
import { inFolder, type Outcome, type Trial } from '../../study/trial.js';
import { brownSides, type TaggedWord } from '../brown.js';
import type { Sides } from '../rows.js';
import { METHODS, type Method } from './methods.js';
import { BASE, BATCH, THREADS, TOKENS } from './settings.js';
import { trainAndMeasure, writeSides } from './trial.js';

/** Sentences to train on, and the optimiser steps for them. */
const STEPS: Readonly<Record<number, number>> = { 50: 60, 200: 100, 1000: 200 };
const MOST = 1000;
const TEST = 1000;
const MAX_LENGTH = 64;
const TAGS = ['.', 'ADJ', 'ADP', 'ADV', 'CONJ', 'DET', 'NOUN', 'NUM', 'PRON', 'PRT', 'VERB', 'X'];

export const TAGGERS = ['head', 'full', 'scratch'] as const satisfies readonly (keyof typeof METHODS)[];

/** Sentences for one seed, nested over the sizes. */
function drawn(size: number, seed: number): Sides<TaggedWord[]> {
  const { train, test } = brownSides({ train: MOST, test: TEST }, seed);
  return { train: train.slice(0, size), test };
}

function linesOf(sentence: readonly TaggedWord[]): string {
  return `${sentence.map(({ word, tag }) => `${word}\t${tag}\n`).join('')}\n`;
}

/** Parts of speech of the Brown corpus from the states of the tokens. @param lr in place of the rate that was chosen */
export function tagTrial(size: number, name: (typeof TAGGERS)[number], seed: number, lr?: number): Trial {
  const { recipe, rate }: Method = METHODS[name];
  const spec = {
    task: 'token-classification',
    base: BASE,
    recipe,
    taps: [TOKENS],
    text: { maxLength: MAX_LENGTH },
    training: {
      steps: STEPS[size] as number,
      batchSize: BATCH,
      checkpoint: false,
      schedule: { name: 'cosine', warmup: 0.1 },
      optimizer: { name: 'adamw', lr: lr ?? rate?.['brown'] ?? 1e-3 },
    },
    seed,
    threads: THREADS,
  } as const satisfies Omit<SpecInput, 'data'>;
  const run = (): Promise<Outcome> =>
    inFolder((folder) =>
      trainAndMeasure(spec, writeSides(folder, drawn(size, seed), 'conll', linesOf), folder, { labels: TAGS, metric: 'tagAccuracy' }),
    );
  return { study: 'tagging', data: 'brown', size, method: name, seed, settings: { spec, test: TEST }, run };
}

export function tagging(seeds: readonly number[]): Trial[] {
  return seeds.flatMap((seed) => Object.keys(STEPS).flatMap((size) => TAGGERS.map((name) => tagTrial(Number(size), name, seed))));
}
