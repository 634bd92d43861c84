import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/app/cli/program.js';
import { verbs } from '../../src/app/cli/verbs/index.js';
import { type RunSpec, resolveSpec, type SpecInput } from '../../src/app/spec/index.js';
import { evaluate, init, predict, resume, train } from '../../src/app/workflow/index.node.js';
import { Events } from '../../src/core/index.js';
import { readModel } from '../../src/engine/graph/index.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import type { Prediction } from '../../src/learning/tasks/index.js';
import { loadBundle } from '../../src/reuse/bundle/index.node.js';
import { type Drawing, drawPictures } from '../support/drawings.js';
import { codeOf } from '../support/questions.js';
import { drawShapes } from '../support/shapes.js';
import { tinyBase } from '../support/tiny-base.js';

const MINUTES = 120_000;
const root = mkdtempSync(join(tmpdir(), 'regraft-image-tasks-'));
const at = (name: string): string => join(root, name);
afterAll(() => rmSync(root, { recursive: true, force: true }));

let pictures: readonly Drawing[] = [];

/** Thousandths of one unit and thousands of another. */
const millis = ({ stripe }: Drawing): number => Number((stripe / 1000).toFixed(7));
const kilos = ({ ground }: Drawing): number => 50_000 + 1000 * ground;

function writeTable(name: string, header: string, row: (drawing: Drawing) => string): void {
  writeFileSync(at(name), `${[header, ...pictures.map(row)].join('\n')}\n`);
}

beforeAll(async () => {
  pictures = await drawPictures(root, 120);
  writeTable('tags.csv', 'image,labels', ({ file, tags }) => `${file},${tags.join('|')}`);
  writeTable('numbers.csv', 'image,stripe,brightness', (drawing) => `${drawing.file},${millis(drawing)},${kilos(drawing)}`);
  writeTable('brightness.csv', 'image,target', (drawing) => `${drawing.file},${drawing.ground / 256}`);
  await drawShapes(at('shapes'), 20);
  await drawShapes(at('others'), 6, 9);
  cpSync(at('others/cross'), at('unseen/plus'), { recursive: true });
  cpSync(at('others/square'), at('unseen/frame'), { recursive: true });
  await saveModelFile(at('base.onnx'), tinyBase());
});

type Task = Pick<SpecInput, 'task' | 'data'> & Partial<SpecInput>;

const tasks = {
  tags: { task: 'image-classification', data: { train: './tags.csv', validation: 0.25 } },
  numbers: {
    task: 'image-regression',
    data: { train: './numbers.csv', validation: 0.25, columns: { targets: ['stripe', 'brightness'] } },
    training: { optimizer: { name: 'adamw', lr: 0.003 } },
  },
  similar: { task: 'image-similarity', data: { train: './shapes', validation: 0.3 }, recipe: 'full', head: { name: 'linear', width: 16 } },
} as const satisfies Record<string, Task>;

function specOf({ training, ...task }: Task): RunSpec {
  const settings = { epochs: 15, batchSize: 16, optimizer: { name: 'adamw', lr: 0.01 } };
  const base = { uri: './base.onnx', preprocessing: { size: [32, 32] } };
  return resolveSpec({ base, threads: 1, seed: 3, ...task, training: { ...settings, ...training } } as SpecInput, { specDir: root });
}

function stepsOf(run: string): { readonly step: number; readonly loss: number }[] {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as { step: number; loss: number }).filter(({ loss }) => loss !== undefined);
}

const weightsOf = (run: string): Buffer => readFileSync(join(run, 'bundle', 'model.onnx'));

/** Trains until a step and goes on from there. */
async function trainBroken(spec: RunSpec, out: string, after: number): Promise<void> {
  const stop = new AbortController();
  const events = new Events<{ progress: { stage: string; done: number; total?: number }; note: { text: string } }>();
  events.on('progress', ({ stage, done }) => {
    if (stage.startsWith('training') && done >= after) stop.abort();
  });
  expect((await train({ spec, out }, { events, signal: stop.signal })).done).toBe(false);
  expect((await resume(out)).done).toBe(true);
}

/** What a prediction says in numbers, in the order of the outputs. */
function numbersOf(said: Prediction): readonly number[] {
  if (said.kind === 'embedding') return said.values;
  return Object.values(said.kind === 'values' ? said.values : said.kind === 'labels' ? said.probabilities : {});
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe.each([
  // By chance: half of the tags, nothing of a number, and a third of the pictures.
  ['tags', tasks.tags, 'meanAveragePrecision', 0.9],
  ['numbers', tasks.numbers, 'r2', 0.6],
  ['similar', tasks.similar, 'meanAveragePrecision', 0.6],
  ['similar, by triplets', { ...tasks.similar, training: { loss: 'triplet' } }, 'recallAt5', 0.6],
  ['similar, by angles', { ...tasks.similar, training: { loss: { name: 'arcface', scale: 16 } } }, 'meanAveragePrecision', 0.6],
  ['similar, features themselves', { ...tasks.similar, head: 'keep' }, 'meanAveragePrecision', 0.6],
] as const)('%s', (name, task, metric, least) => {
  it(
    'from files to a bundle that is worth on the same data what its training said',
    async () => {
      const { metrics, bundle = '' } = await train({ spec: specOf(task), out: at(name) });
      expect(metrics['validation']?.[metric]?.value).toBeGreaterThan(least);
      const again = await evaluate({ target: at(name), report: at(`${name}.html`) });
      // Single precision; the probe that numbers begin with weighs features that are nearly alike against each other, which cancel a thousandfold.
      for (const [one, { value }] of Object.entries(metrics['validation'] ?? {}))
        expect((again.metrics[one]?.value ?? Number.NaN) / value).toBeCloseTo(1, name === 'numbers' ? 3 : 4);
      expect(again.confusion).toBeUndefined();
      const { names, outputs } = plain(bundle);
      expect(names).toHaveLength(2);
      const loaded = await loadBundle(bundle);
      const said = await loaded.predict(asked());
      await loaded.close();
      for (const [i, output] of outputs.entries()) {
        const expected = name === 'tags' ? output.map(sigmoid) : output;
        // The same weights in one runtime, batched otherwise: single precision through three convolutions, of the unit of each output.
        for (const [k, value] of numbersOf(said[i] as Prediction).entries())
          expect(Math.abs(value - (expected[k] as number))).toBeLessThan(name === 'numbers' ? 1e-3 * Math.abs(outputs[0]?.[k] ?? 0) : 1e-5);
      }
    },
    MINUTES,
  );

  it(
    'in two parts as in one, bit for bit',
    async () => {
      const spec = specOf({ ...task, training: { ...('training' in task ? task.training : {}), epochs: 2, batchSize: 8, accumulate: 2 } } as Task);
      await train({ spec, out: at(`${name}-whole`) });
      await trainBroken(spec, at(`${name}-parts`), 4);
      expect(stepsOf(at(`${name}-parts`))).toEqual(stepsOf(at(`${name}-whole`)));
      expect(weightsOf(at(`${name}-parts`)).equals(weightsOf(at(`${name}-whole`)))).toBe(true);
    },
    MINUTES,
  );
});

/** Some of the pictures. */
const asked = (): string[] => pictures.slice(0, 4).map(({ file }) => at(file));

function plain(bundle: string): { readonly names: readonly string[]; readonly outputs: readonly (readonly number[])[] } {
  const script = fileURLToPath(new URL('plain.mjs', import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [script, bundle, ...asked()], { encoding: 'utf8' }));
}

describe('several labels', () => {
  it('have metrics of their own, and probabilities that need not add up', async () => {
    const { perOutput } = await evaluate({ target: at('tags') });
    expect(Object.keys(perOutput ?? {})).toEqual(['bar', 'box', 'disc']);
    expect(perOutput?.['bar']).toMatchObject({ samples: expect.any(Number), averagePrecision: expect.any(Number), f1: expect.any(Number) });
    const { predictions } = await predict({ bundle: at('tags'), inputs: asked() });
    const right = predictions.filter((said, i) => 'labels' in said && said.labels.join() === pictures[i]?.tags.join());
    expect(right.length).toBeGreaterThan(2);
  });
});

describe('numbers', () => {
  it('are told in their own units, however far apart these are', async () => {
    const { perOutput } = await evaluate({ target: at('numbers') });
    expect(perOutput?.['brightness']?.['r2']).toBeGreaterThan(0.5);
    expect(perOutput?.['stripe']?.['r2']).toBeGreaterThan(0.5);
    const { predictions } = await predict({ bundle: at('numbers'), inputs: asked() });
    const values = predictions.map((said) => ('values' in said ? (said.values as Record<string, number>) : {}));
    for (const { stripe = 0, brightness = 0 } of values) {
      expect(stripe).toBeLessThan(0.003);
      expect(brightness).toBeGreaterThan(50_000);
    }
  });

  it(
    'are learnt alike in any unit',
    async () => {
      const lossesIn = async (name: string, unit: number, offset: number): Promise<number[]> => {
        writeTable(`${name}.csv`, 'image,value', ({ file, ground }) => `${file},${(ground / 256) * unit + offset}`);
        const training = { epochs: 2, schedule: 'constant' } as const;
        await train({ spec: specOf({ task: 'image-regression', data: { train: `./${name}.csv` }, recipe: 'full', training }), out: at(name) });
        return stepsOf(at(name)).map(({ loss }) => loss);
      };
      const [small, large] = [await lossesIn('small', 0.001, 0), await lossesIn('large', 1000, 5000)];
      // Standardised numbers have a mean square of 1, which a head that says about 0 is wrong by.
      expect(small[0]).toBeGreaterThan(0.5);
      expect(small[0]).toBeLessThan(2);
      // An offset of six deviations costs three bits of single precision.
      for (const [i, loss] of small.entries()) expect(large[i]).toBeCloseTo(loss, 3);
    },
    MINUTES,
  );

  it(
    'a bundle of them is a base like any other',
    async () => {
      const spec = specOf({ task: 'image-regression', data: { train: './brightness.csv', validation: 0.25 }, recipe: 'linear-probe' });
      const { metrics } = await train({ spec: { ...spec, base: { ...spec.base, uri: at('numbers/bundle') } } as RunSpec, out: at('again') });
      expect(metrics['validation']?.['r2']?.value).toBeGreaterThan(0.5);
    },
    MINUTES,
  );
});

describe('similar images', () => {
  it('are found in an index, the nearest first and never the image itself', async () => {
    const bundle = at('similar, features themselves');
    const { predictions } = await predict({ bundle, inputs: [at('shapes')], index: at('shapes'), top: 5 });
    const shapeOf = (file: string): string => file.split('/').at(-2) as string;
    const found = predictions.flatMap(({ input, neighbours = [] }) => neighbours.map((one) => ({ ...one, query: input })));
    expect(found).toHaveLength(60 * 5);
    expect(found.filter(({ query, input }) => query === input)).toEqual([]);
    // A third by chance.
    expect(found.filter(({ query, input }) => shapeOf(query) === shapeOf(input)).length / found.length).toBeGreaterThan(0.6);
    for (const { neighbours = [] } of predictions) {
      const similarities = neighbours.map(({ similarity }) => similarity);
      expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
    }
    const relativeQuery = relative(process.cwd(), at('shapes/cross/00.png'));
    const [other] = (await predict({ bundle, inputs: [relativeQuery], index: at('shapes'), top: 60 })).predictions;
    expect(other?.neighbours?.map(({ input }) => input)).not.toContain(at('shapes/cross/00.png'));
    const lines = await said(['predict', bundle, at('shapes/cross/00.png'), '--index', at('shapes'), '--top', '2']);
    expect(lines.filter((line) => /^ {2}-?\d\.\d{4} {2}.*shapes.*png$/.test(line))).toHaveLength(2);
  });

  it('are measured on classes that training never saw', async () => {
    const { metrics, samples } = await evaluate({ target: at('similar'), data: at('unseen') });
    expect(samples).toBe(12);
    expect(Object.keys(metrics)).toEqual(['meanAveragePrecision', 'recallAt1', 'recallAt5', 'recallAt10']);
    const spec = specOf({ ...tasks.similar, data: { train: './shapes', validation: './unseen' }, training: { epochs: 1 } });
    const run = await train({ spec, out: at('held-out-classes') });
    expect(run.metrics['validation']?.['recallAt10']?.value).toBeGreaterThan(0);
  });

  it('the centres of ArcFace are trained and left behind', () => {
    const { graph } = readModel(new Uint8Array(weightsOf(at('similar, by angles'))));
    expect([...graph.initializers.keys()].filter((name) => name.includes('centres'))).toEqual([]);
    expect(graph.outputs).toHaveLength(1);
    expect(graph.outputs[0]?.type).toMatchObject({ dims: [expect.anything(), 16] });
  });
});

/** What the program prints, line by line. */
async function said(words: readonly string[]): Promise<string[]> {
  let text = '';
  const out = (part: string): void => {
    text += part;
  };
  const terminal = { out, err: () => {}, isInteractive: false, columns: 100, signal: new AbortController().signal };
  expect(await runProgram(words, { verbs, version: '', terminal })).toBe(0);
  return text.split('\n');
}

describe('init', () => {
  it.each([
    ['tags.csv', 'image-classification'],
    ['brightness.csv', 'image-regression'],
    ['shapes', 'image-classification'],
  ])('%s is data for %s', async (data, task) => {
    expect((await init({ data: at(data), out: at(`${data}.yaml`), force: true })).task).toBe(task);
    expect(readFileSync(at(`${data}.yaml`), 'utf8')).toContain(`task: ${task}`);
  });
});

describe('what cannot be', () => {
  it.each([
    ['a probe of vectors', { ...tasks.similar, recipe: 'linear-probe' }, 'PROBE_VECTORS'],
    ['contrast and a probe of vectors', { ...tasks.similar, recipe: 'setfit' }, 'PROBE_VECTORS'],
    ['a loss of classes for vectors', { ...tasks.similar, training: { loss: 'cross-entropy' } }, 'LOSS_TASK'],
    ['a loss of vectors for classes', { ...tasks.tags, training: { loss: 'arcface' } }, 'LOSS_TASK'],
    ['vectors from several labels', { ...tasks.similar, data: { train: './tags.csv', columns: { labels: 'labels' } } }, 'DATA_ROW_INVALID'],
    ['one class alone', { ...tasks.similar, data: { train: './one' } }, 'DATA_ONE_CLASS'],
  ] as const)('%s', async (_, task, code) => {
    cpSync(at('shapes/cross'), at('one/cross'), { recursive: true });
    expect(await codeOf(train({ spec: specOf(task as Task), out: at('refused') }))).toBe(code);
  });

  it('a width of anything but vectors', () => {
    expect(() => specOf({ ...tasks.tags, head: { name: 'linear', width: 8 } })).toThrow(/width/);
  });

  it('neighbours of a classification', async () => {
    expect(await codeOf(predict({ bundle: at('tags'), inputs: asked(), index: at('images') }))).toBe('PREDICT_INDEX');
  });
});
