import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpecInput } from '../../../src/app/spec/index.js';
import { workflow } from '../../study/product.js';
import { inFolder, type Outcome, type Trial, timed } from '../../study/trial.js';
import { examplePairs, hypernymPairs, type TextPair } from '../pairs.js';
import { drawn, lineOf, TEXTS } from './few-labels.js';
import { BASE, THREADS } from './settings.js';
import { trainAndMeasure, trainedParameters, writeSides } from './trial.js';

const DATA = 'topics';
/** Labels of each class. */
const SIZES = [5, 20] as const;
const STEPS = 75;
const PAIRS = 32;
const { maxLength } = TEXTS[DATA] as (typeof TEXTS)[string];

interface Adaptation {
  readonly what: string;
  readonly pairs: () => TextPair[];
  readonly rates: readonly number[];
  readonly rate: number;
}

/** What the encoder is trained on before its probe, without any topic. */
export const ADAPTATIONS = {
  hypernyms: { what: 'a text and that of the next more general noun', pairs: hypernymPairs, rates: [3e-5, 1e-4, 3e-4], rate: 3e-4 },
  examples: { what: 'a definition and the example beside it', pairs: examplePairs, rates: [3e-5, 1e-4, 3e-4], rate: 3e-5 },
} as const satisfies Readonly<Record<string, Adaptation>>;

export const PLAIN = 'as it is';

function adaptationSpec(rate: number, seed: number): Omit<SpecInput, 'data'> {
  return {
    task: 'sentence-embedding',
    base: BASE,
    recipe: 'full',
    text: { maxLength },
    training: {
      steps: STEPS,
      batchSize: PAIRS,
      checkpoint: false,
      schedule: { name: 'cosine', warmup: 0.1 },
      optimizer: { name: 'adamw', lr: rate },
    },
    seed,
    threads: THREADS,
  };
}

function probeSpec(base: string, seed: number): Omit<SpecInput, 'data'> {
  return {
    task: 'text-classification',
    base,
    recipe: 'linear-probe',
    text: { maxLength },
    training: { batchSize: 16, checkpoint: false },
    seed,
    threads: THREADS,
  };
}

interface Adapted {
  readonly key: string;
  readonly folder: string;
  readonly bundle: string;
  readonly seconds: number;
  readonly parameters: number;
}

/** The last encoder that was adapted: trials that follow each other share it. */
let last: Adapted | undefined;

/** Trains the encoder on pairs of which neither text is tested. */
async function adapted(name: keyof typeof ADAPTATIONS, rate: number, seed: number): Promise<Adapted> {
  const key = `${name} ${rate} ${seed}`;
  if (last?.key === key) return last;
  forget();
  const folder = mkdtempSync(join(tmpdir(), 'regraft-adapted-'));
  const tested = drawn(DATA, 1, seed).test.map(({ text }) => text);
  const path = join(folder, 'pairs.jsonl');
  const unseen = ADAPTATIONS[name]
    .pairs()
    .filter(({ anchor, positive }) => !tested.some((text) => text.startsWith(anchor) || text.startsWith(positive)));
  writeFileSync(path, unseen.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
  const spec = { ...adaptationSpec(rate, seed), data: { train: path } } as SpecInput;
  const { seconds, result } = await timed(() => workflow.train({ spec, out: join(folder, 'run') }));
  last = { key, folder, bundle: result.bundle as string, seconds, parameters: await trainedParameters(spec, folder) };
  return last;
}

/** Removes the last encoder that was adapted. */
export function forget(): void {
  if (last) rmSync(last.folder, { recursive: true });
  last = undefined;
}

/** A probe on the encoder after it was trained on pairs. @param chosen in place of the rate that was chosen */
export function adaptedTrial(name: keyof typeof ADAPTATIONS, size: number, seed: number, chosen?: number): Trial {
  const rate = chosen ?? ADAPTATIONS[name].rate;
  const run = async (): Promise<Outcome> => {
    const { bundle, seconds, parameters } = await adapted(name, rate, seed);
    const outcome = await probed(bundle, size, seed);
    return { ...outcome, seconds: outcome.seconds + seconds, parameters: outcome.parameters + parameters };
  };
  const settings = { pairs: adaptationSpec(rate, seed), probe: probeSpec('', seed), test: TEXTS[DATA]?.test };
  return { study: 'adaptation', data: DATA, size, method: name, seed, settings, run };
}

function plainTrial(size: number, seed: number): Trial {
  const settings = { probe: probeSpec(BASE, seed), test: TEXTS[DATA]?.test };
  return { study: 'adaptation', data: DATA, size, method: PLAIN, seed, settings, run: () => probed(BASE, size, seed) };
}

function probed(base: string, size: number, seed: number): Promise<Outcome> {
  return inFolder((folder) => trainAndMeasure(probeSpec(base, seed), writeSides(folder, drawn(DATA, size, seed), 'jsonl', lineOf), folder));
}

export function adaptation(seeds: readonly number[]): Trial[] {
  const names = Object.keys(ADAPTATIONS) as (keyof typeof ADAPTATIONS)[];
  return seeds.flatMap((seed) => [
    ...SIZES.map((size) => plainTrial(size, seed)),
    ...names.flatMap((name) => SIZES.map((size) => adaptedTrial(name, size, seed))),
  ]);
}
