import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { runProgram } from '../../src/app/cli/program.js';
import { verbs } from '../../src/app/cli/verbs/index.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import { writeSafetensorsFile } from '../../src/learning/data/index.node.js';
import { cli } from '../support/cli.js';
import { goldenInputs, goldenLabels, goldenModel, readGolden } from '../support/golden.js';
import { drawShapes } from '../support/shapes.js';
import { writeTextBase } from '../support/text-base.js';
import { tinyBase } from '../support/tiny-base.js';

const MINUTES = 60_000;
let folder = '';

const images = {
  task: 'image-classification',
  base: { uri: './base.onnx', preprocessing: { size: [32, 32] } },
  data: { train: './shapes', validation: 0.2 },
  recipe: { name: 'fine-tune', headShare: 0.4 },
  head: { name: 'mlp', hidden: [8], dropout: 0.3 },
  threads: 1,
  seed: 3,
};

/** Three steps an epoch, two epochs of the head and three of everything. */
const training = {
  epochs: 5,
  batchSize: 4,
  accumulate: 2,
  batchNorm: 'train',
  optimizer: { name: 'adamw', lr: 0.01 },
  earlyStopping: { patience: 2 },
};

const specs = {
  'checkpoints within epochs': { ...images, training: { ...training, checkpoint: { every: 2, keep: 2 } } },
  'checkpoints after epochs': { ...images, training: { ...training, checkpoint: { every: 'epoch' } } },
  'beginning with a probe': { ...images, head: 'linear', training: { ...training, epochs: 2, checkpoint: { every: 2 } } },
  // The first evaluation stays the best, so that each phase stops after its third.
  'stopped early': { ...images, training: { ...training, epochs: 10, earlyStopping: { patience: 2, minDelta: 10 } } },
  'contrast, then a probe': { ...images, recipe: 'setfit', head: 'linear', training: { ...training, epochs: 3, checkpoint: { every: 2 } } },
  'mixtures, drawn by class': {
    ...images,
    recipe: 'full',
    transforms: { augment: 'strong' },
    training: { ...training, epochs: 3, mix: 'both', sampler: 'balanced', checkpoint: { every: 2 } },
  },
  'views mixed at the cut': {
    ...images,
    recipe: 'feature-extraction',
    training: { ...training, mix: 'mixup', prefixCache: { views: 2 }, checkpoint: { every: 2 } },
  },
  'pairs of texts': {
    task: 'sentence-embedding',
    base: './text-base',
    data: { train: './pairs.jsonl', validation: './pairs.jsonl' },
    text: { maxLength: 16 },
    recipe: 'full',
    training: { ...training, batchNorm: 'eval', epochs: 3, batchSize: 3, earlyStopping: { metric: 'mrr', patience: 2 }, checkpoint: { every: 2 } },
    threads: 1,
    seed: 3,
  },
  tensors: {
    task: 'tensor-classification',
    base: './resnet.onnx',
    head: 'keep',
    data: { train: './resnet.safetensors' },
    recipe: 'full',
    training: { steps: 9, batchSize: 4, batchNorm: 'train', optimizer: { name: 'adamw', lr: 1e-3 }, checkpoint: { every: 3 } },
    threads: 2,
    seed: 1,
  },
} as const;
type SpecName = keyof typeof specs;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regraft-resume-'));
  await drawShapes(join(folder, 'shapes'), 10);
  await saveModelFile(join(folder, 'base.onnx'), tinyBase());
  await writeTextBase(join(folder, 'text-base'));
  const pairs = Array.from({ length: 20 }, (_, i) => ({ anchor: `the cat ${'a '.repeat(1 + (i % 7))}`, positive: `dog ${i}` }));
  writeFileSync(join(folder, 'pairs.jsonl'), pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
  const golden = readGolden('resnet-tiny-dynamic');
  await saveModelFile(join(folder, 'resnet.onnx'), goldenModel(golden));
  const labels = { type: 'int64' as const, dims: [goldenLabels(golden).length], data: BigInt64Array.from(goldenLabels(golden) as number[], BigInt) };
  await writeSafetensorsFile(join(folder, 'resnet.safetensors'), Object.entries({ ...goldenInputs(golden), labels }));
  for (const [name, spec] of Object.entries(specs)) writeFileSync(join(folder, `${name}.yaml`), stringify(spec));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a finished run made. */
interface Made {
  readonly model: Buffer;
  readonly metrics: string;
}

function madeIn(run: string): Made {
  expect(readdirSync(run).sort()).toEqual(['bundle', 'checkpoints', 'metrics.jsonl', 'report.html', 'run.json']);
  expect(readdirSync(join(run, 'checkpoints')).filter((name) => !name.endsWith('.safetensors'))).toEqual([]);
  expect(JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'))).toHaveProperty('finished');
  return { model: readFileSync(join(run, 'bundle', 'model.onnx')), metrics: readFileSync(join(run, 'metrics.jsonl'), 'utf8') };
}

const unbroken = new Map<SpecName, Promise<Made>>();

async function trainedUnbroken(name: SpecName): Promise<Made> {
  if (!unbroken.has(name)) unbroken.set(name, train(name, join(folder, `${name} unbroken`)));
  return unbroken.get(name) as Promise<Made>;
}

async function train(name: SpecName, out: string): Promise<Made> {
  const { code, err } = await cli(['train', join(folder, `${name}.yaml`), '--out', out]);
  expect(code, err).toBe(0);
  return madeIn(out);
}

/** A moment of a run, by what its folder holds. */
type Moment = (run: string) => boolean;

/** The metrics have `count` lines. */
function lines(count: number): Moment {
  return (run) => {
    const file = join(run, 'metrics.jsonl');
    return existsSync(file) && readFileSync(file, 'utf8').split('\n').length > count;
  };
}

/** The run has begun. */
const begun: Moment = (run) => existsSync(join(run, 'run.json'));
/** A checkpoint is being written. */
const writing: Moment = (run) => existsSync(join(run, 'checkpoints')) && readdirSync(join(run, 'checkpoints')).some((name) => name.endsWith('.tmp'));
/** The bundle is being written. */
const exporting: Moment = (run) => readdirSync(run).some((name) => name.startsWith('bundle.'));
/** There is a bundle. */
const exported: Moment = (run) => existsSync(join(run, 'bundle'));

/** Ends a run at each of the moments in turn by `signal` and lets it go on each time. */
async function trainBroken(name: SpecName, signal: NodeJS.Signals, moments: readonly Moment[]): Promise<Made> {
  const run = mkdtempSync(join(folder, 'broken-'));
  for (const [i, when] of moments.entries()) {
    const words = i === 0 ? ['train', join(folder, `${name}.yaml`), '--out', run] : ['train', '--resume', run];
    const { code, err } = await cli(words, { signal: { name: signal, when: () => when(run) } });
    expect(code, `interrupted ${i}: ${err}`).toBe(signal === 'SIGKILL' ? undefined : 1);
  }
  const { code, err } = await cli(['train', '--resume', run]);
  expect(code, err).toBe(0);
  return madeIn(run);
}

function expectEqual(made: Made, expected: Made): void {
  expect(made.metrics).toBe(expected.metrics);
  expect(made.model.equals(expected.model)).toBe(true);
}

describe('the same spec twice gives the same bytes', () => {
  it.each(['checkpoints within epochs', 'tensors'] as const)('%s', { timeout: 3 * MINUTES }, async (name) => {
    expectEqual(await train(name, join(folder, `${name} again`)), await trainedUnbroken(name));
  });
});

describe('a run killed by SIGKILL and resumed equals an unbroken one, byte for byte', () => {
  const moments: readonly (readonly [string, SpecName, readonly Moment[]])[] = [
    ['before the first checkpoint, between steps, while a checkpoint is written', 'checkpoints within epochs', [lines(1), lines(6), writing]],
    ['at the end of a phase, at the beginning of the next', 'checkpoints within epochs', [lines(8), lines(9)]],
    ['at the end of an epoch and of a phase, while results are written', 'checkpoints after epochs', [lines(8), exporting, exported]],
    ['after early stopping', 'stopped early', [lines(24)]],
    ['before and after a probe', 'beginning with a probe', [begun, lines(4)]],
    ['in batches by class, and before the probe behind them', 'contrast, then a probe', [lines(3), lines(9)]],
    ['in batches that are mixed', 'mixtures, drawn by class', [lines(2), lines(6)]],
    ['with views of frozen features', 'views mixed at the cut', [lines(2), lines(10)]],
    ['in batches of pairs', 'pairs of texts', [lines(2), lines(8)]],
    ['with tensors and a kept head', 'tensors', [lines(2), writing]],
  ];
  it.each(moments)('%s', { timeout: 3 * MINUTES }, async (_, name, at) => {
    expectEqual(await trainBroken(name, 'SIGKILL', at), await trainedUnbroken(name));
  });
});

it('Ctrl-C leaves a run that can be resumed, with exit code 1, and that equals an unbroken one', { timeout: 3 * MINUTES }, async () => {
  const name = 'checkpoints after epochs';
  expectEqual(await trainBroken(name, 'SIGINT', [lines(1), lines(13)]), await trainedUnbroken(name));
});

/** Runs a command line in this process; Ctrl-C comes when the terminal shows some text for the first time. */
async function stoppedAt(shown: string, words: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const stop = new AbortController();
  let out = '';
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      if (text.includes(shown)) stop.abort();
    },
    isInteractive: true,
    columns: 80,
    signal: stop.signal,
  };
  return { code: await runProgram(words, { verbs, version: '0.0.0', terminal }), out };
}

describe('Ctrl-C while the frozen part runs over the data takes effect at once, and the resumed run equals an unbroken one', () => {
  it.each(['beginning with a probe', 'checkpoints within epochs'] as const)('%s', { timeout: 3 * MINUTES }, async (name) => {
    const run = mkdtempSync(join(folder, 'stopped-'));
    for (const words of [
      ['train', join(folder, `${name}.yaml`), '--out', run],
      ['train', '--resume', run],
    ]) {
      const said = `Stopped ${run} after 0 steps`;
      expect(await stoppedAt('frozen features', words)).toEqual({ code: 1, out: expect.stringContaining(said) as string });
    }
    expect((await cli(['train', '--resume', run])).code).toBe(0);
    expectEqual(madeIn(run), await trainedUnbroken(name));
  });
});

it('stops early and keeps the best weights', { timeout: MINUTES }, async () => {
  const { metrics } = await trainedUnbroken('stopped early');
  const evaluated = metrics.split('\n').filter((line) => line.includes('validation'));
  expect(evaluated).toHaveLength(6);
  const record = JSON.parse(readFileSync(join(folder, 'stopped early unbroken', 'run.json'), 'utf8')) as {
    metrics: { validation: { loss: { value: number } } };
  };
  const best = JSON.parse(evaluated[3] as string) as { metrics: { loss: number } };
  expect(record.metrics.validation.loss.value).toBeCloseTo(best.metrics.loss, 5);
});

it('refuses to resume on other data', { timeout: MINUTES }, async () => {
  const run = mkdtempSync(join(folder, 'changed-'));
  const data = join(folder, 'resnet.safetensors');
  const bytes = readFileSync(data);
  await cli(['train', join(folder, 'tensors.yaml'), '--out', run], { signal: { name: 'SIGKILL', when: () => lines(4)(run) } });
  try {
    writeFileSync(data, Buffer.from(bytes).fill(0, bytes.length - 4));
    const { code, out } = await cli(['train', '--resume', run, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'RUN_CHANGED', message: expect.stringContaining('data') } });
  } finally {
    writeFileSync(data, bytes);
  }
});
