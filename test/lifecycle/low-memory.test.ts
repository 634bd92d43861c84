import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { resolveSpec, type SpecInput } from '../../src/app/spec/index.js';
import { evaluate, predict, resume, train } from '../../src/app/workflow/index.node.js';
import { openSession } from '../../src/app/workflow/session.node.js';
import { bytesPerElement, Events, sizeOf } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import { Device } from '../../src/engine/runtime/device.js';
import { isProbe, planTraining } from '../../src/learning/training/index.js';
import { readBundle } from '../../src/reuse/bundle/index.node.js';
import { writeSentences } from '../support/sentences.js';
import { writeTextBase } from '../support/text-base.js';

const MINUTES = 60_000;
const root = mkdtempSync(join(tmpdir(), 'regraft-low-memory-'));
const at = (name: string): string => join(root, name);
beforeAll(async () => {
  await writeTextBase(at('bert'));
  writeSentences(at('train.csv'), 48, 1);
  writeSentences(at('test.csv'), 32, 2);
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(root, { recursive: true, force: true }));

const RECIPES = {
  lora: { name: 'lora', rank: 4, dropout: 0.1, targets: 'all-linear' },
  dora: { name: 'dora', rank: 4, targets: 'all-linear' },
  ia3: { name: 'ia3' },
  adapter: { name: 'adapter', width: 8 },
  'prompt-tuning': { name: 'prompt-tuning', tokens: 4 },
} as const;

function specOf(recipe: SpecInput['recipe'], training: object = {}): SpecInput {
  return {
    task: 'text-classification',
    base: at('bert'),
    data: { train: at('train.csv'), test: at('test.csv') },
    recipe,
    training: { epochs: 4, batchSize: 8, optimizer: { name: 'adamw', lr: 0.01 }, ...training },
    threads: 1,
    seed: 4,
  } as SpecInput;
}

function lossesOf(run: string): number[] {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { loss: number }).loss);
}

function largestDifference(found: readonly number[], expected: readonly number[]): number {
  expect(found).toHaveLength(expected.length);
  return Math.max(...found.map((loss, step) => Math.abs(loss - (expected[step] as number))));
}

describe.each(Object.entries(RECIPES))('%s on a base in 8 bits', (name, recipe) => {
  it(
    'learns as in full precision, and what is measured is what is exported',
    async () => {
      const [plain, quantised] = [at(`${name}-fp32`), at(`${name}-int8`)];
      await train({ spec: specOf(recipe), out: plain });
      const { metrics } = await train({ spec: specOf({ ...recipe, quantise: 'int8' }), out: quantised });
      const [expected, found] = [lossesOf(plain), lossesOf(quantised)];
      const difference = largestDifference(found, expected);
      expect(difference).toBeGreaterThan(0);
      // Rounding moves the first loss by 0.01; AdamW, whose first steps have the same size whatever the gradient's, makes that up to 0.04.
      expect(difference).toBeLessThan(0.1);
      expect(found.at(-1)).toBeLessThan(0.85 * (found[0] as number));
      const evaluated = await evaluate({ target: quantised });
      expect(evaluated.metrics['accuracy']).toEqual(metrics['test']?.['accuracy']);
      // An adapter that is merged rounds its weights once more.
      expect(evaluated.metrics['loss']?.value).toBeCloseTo(metrics['test']?.['loss']?.value as number, 4);
      const { model } = await readBundle(join(quantised, 'bundle'));
      expect([...model.graph.initializers.values()].filter(({ type }) => type === 'int8')).toEqual([]);
      const { predictions } = await predict({ bundle: join(quantised, 'bundle'), inputs: [at('test.csv')] });
      const right = predictions.filter((prediction, i) => 'label' in prediction && prediction.label === (i % 2 === 0 ? 'animal' : 'place'));
      expect(right.length / predictions.length).toBe(evaluated.metrics['accuracy']?.value);
    },
    2 * MINUTES,
  );

  it('trains the same parameters, in less memory', async () => {
    const [plain, quantised] = await Promise.all([prepared(recipe), prepared({ ...recipe, quantise: 'int8' })]);
    expect(quantised.trained).toEqual(plain.trained);
    expect(quantised.trained.some((parameter) => /\.(scale|int8)$/.test(parameter))).toBe(false);
    const matrices = [...quantised.model.graph.initializers].filter(([, { type }]) => type === 'int8');
    // Six linear layers in each of two blocks.
    expect(matrices).toHaveLength(12);
    const scales = [...quantised.model.graph.initializers].filter(([parameter]) => parameter.endsWith('.scale'));
    const saved = 3 * matrices.reduce((sum, [, { dims }]) => sum + sizeOf(dims), 0) - scales.reduce((sum, [, { dims }]) => sum + 4 * sizeOf(dims), 0);
    expect(bytesOf(plain.model) - bytesOf(quantised.model)).toBe(saved);
  });
});

/** The model of a run as it is trained, and what is trained of it. */
async function prepared(recipe: SpecInput['recipe']): Promise<{ readonly model: Model; readonly trained: readonly string[] }> {
  const session = await openSession(resolveSpec(specOf(recipe), { specDir: root }), at('scratch'));
  await session.close();
  const { model } = session.learner;
  const trained = session.phases.flatMap((phase) => (isProbe(phase) ? [] : planTraining(model, phase).trainable.map(({ name }) => name)));
  return { model, trained };
}

function bytesOf({ graph }: Model): number {
  return [...graph.initializers.values()].reduce((sum, { type, dims }) => sum + (type === 'opaque' ? 0 : bytesPerElement(type) * sizeOf(dims)), 0);
}

it('matrices in 8 bits are on the device once, for all programs that read them', async () => {
  const put = vi.spyOn(Device.prototype, 'put');
  const compile = vi.spyOn(Device.prototype, 'compile');
  const spec = { ...specOf({ ...RECIPES.lora, quantise: 'int8' }, { epochs: 1 }), data: { train: at('train.csv'), validation: at('test.csv') } };
  await train({ spec, out: at('shared') });
  const placed = put.mock.calls.flatMap(([tensors]) => Object.entries(tensors).flatMap(([name, { type }]) => (type === 'int8' ? [name] : [])));
  // Not the three that read the embeddings: these are in the frozen part, whose results are kept.
  expect(placed).toHaveLength(9);
  expect(new Set(placed).size).toBe(9);
  const programs = compile.mock.calls.filter(([, options]) => options?.resident?.some((parameter) => placed.includes(parameter)));
  // The step and the validation.
  expect(programs).toHaveLength(2);
  for (const [{ graph }] of programs) expect([...graph.initializers.values()].filter(({ type }) => type === 'int8')).toEqual([]);
});

describe('activations that are computed again', () => {
  /** Dropout in the base and in the adapter, steps of two batches. */
  const training = { epochs: 2, accumulate: 2, checkpoint: { every: 1 } };
  const ways = { full: 'full', lora: RECIPES.lora } as const;

  it.each(Object.keys(ways) as (keyof typeof ways)[])(
    'give the losses of those that are kept: %s',
    async (name) => {
      const compile = vi.spyOn(Device.prototype, 'compile');
      const nodes = (): number => Math.max(...compile.mock.calls.map(([{ graph }]) => graph.nodes.length));
      await train({ spec: specOf(ways[name], training), out: at(`${name}-kept`) });
      const kept = nodes();
      compile.mockClear();
      await train({ spec: specOf(ways[name], { ...training, checkpointActivations: true }), out: at(`${name}-again`) });
      expect(nodes()).toBeGreaterThan(1.1 * kept);
      const losses = lossesOf(at(`${name}-again`));
      expect(losses).toHaveLength(6);
      // The same numbers; ONNX Runtime may join other nodes of the two graphs, which rounds otherwise: 7e-7 was found, and AdamW can pass more of it on.
      expect(largestDifference(losses, lossesOf(at(`${name}-kept`)))).toBeLessThan(2e-5);
    },
    MINUTES,
  );

  it(
    'survive that the run is stopped and resumed, bit for bit',
    async () => {
      const spec = specOf('full', { ...training, checkpointActivations: true });
      await train({ spec, out: at('unbroken') });
      const stop = new AbortController();
      const events = new Events<{ progress: { stage: string; done: number }; note: { text: string } }>();
      events.on('progress', ({ stage, done }) => {
        if (stage === 'training full' && done === 3) stop.abort();
      });
      const { done } = await train({ spec, out: at('broken') }, { events, signal: stop.signal });
      expect(done).toBe(false);
      expect((await resume(at('broken'))).done).toBe(true);
      expect(lossesOf(at('broken'))).toEqual(lossesOf(at('unbroken')));
    },
    MINUTES,
  );
});
