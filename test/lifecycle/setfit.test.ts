import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpecInput } from '../../src/app/spec/index.js';
import { train } from '../../src/app/workflow/index.node.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import { codeOf, questions, writeRows } from '../support/questions.js';
import { drawShapes } from '../support/shapes.js';
import { writeTextBase } from '../support/text-base.js';
import { tinyBase } from '../support/tiny-base.js';

const MINUTES = 120_000;
const root = mkdtempSync(join(tmpdir(), 'regraft-setfit-'));
const at = (name: string): string => join(root, name);
afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeAll(async () => {
  await Promise.all([
    writeTextBase(at('base')),
    saveModelFile(at('base.onnx'), tinyBase()),
    drawShapes(at('few'), 4, 1),
    drawShapes(at('many'), 30, 2),
  ]);
  const rows = questions().map(({ text, topic }) => ({ text, label: `topic ${topic}` }));
  writeRows(at('few.jsonl'), rows.slice(0, 12));
  writeRows(at('classes.jsonl'), rows);
  writeRows(at('unseen.jsonl'), rows.slice(12));
});

const texts = {
  task: 'text-classification',
  base: at('base'),
  data: { train: at('few.jsonl'), test: at('unseen.jsonl') },
  text: { maxLength: 16 },
  training: { epochs: 30, batchSize: 12, optimizer: { name: 'adamw', lr: 0.01 } },
  threads: 1,
} as const;

const images = {
  task: 'image-classification',
  base: { uri: at('base.onnx'), preprocessing: { size: [32, 32] } },
  data: { train: at('few'), test: at('many') },
  training: { epochs: 40, batchSize: 12, optimizer: { name: 'adamw', lr: 0.02 } },
  threads: 1,
} as const;

async function accuracyOf(spec: object, out: string): Promise<number> {
  const { metrics } = await train({ spec: spec as SpecInput, out: at(out) });
  return metrics['test']?.['accuracy']?.value as number;
}

/** Losses of the first and of the last step. */
function lossesOf(run: string): readonly [number, number] {
  const lines = readFileSync(join(at(run), 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const lossAt = (index: number): number => (JSON.parse(lines.at(index) as string) as { loss: number }).loss;
  return [lossAt(0), lossAt(-1)];
}

describe('setfit: contrast of a few samples a class, then a probe', () => {
  it.each([
    ['texts', texts],
    ['images', images],
  ] as const)(
    'of %s, is better than a probe of the base as it was',
    async (name, spec) => {
      const probe = await accuracyOf({ ...spec, recipe: 'linear-probe' }, `probe-${name}`);
      const setfit = await accuracyOf({ ...spec, recipe: 'setfit' }, `setfit-${name}`);
      expect(setfit).toBeGreaterThan(probe);
      const [first, last] = lossesOf(`setfit-${name}`);
      expect(last).toBeLessThan(first);
    },
    MINUTES,
  );

  it(
    'with a frozen beginning of the base',
    async () => {
      const spec = { ...texts, recipe: 'setfit', freeze: 'embeddings', training: { ...texts.training, epochs: 2 } };
      expect(await accuracyOf(spec, 'frozen')).toBeGreaterThan(0);
    },
    MINUTES,
  );

  it('needs classes and a linear head', async () => {
    writeRows(
      at('pairs.jsonl'),
      questions().map(({ text }) => ({ anchor: text, positive: 'the cat' })),
    );
    const pairs = { ...texts, task: 'sentence-embedding', data: { train: at('pairs.jsonl') }, recipe: 'setfit' };
    expect(await codeOf(accuracyOf(pairs, 'refused'))).toBe('RECIPE_CLASSES');
    expect(await codeOf(accuracyOf({ ...texts, recipe: 'setfit', head: 'mlp' }, 'refused'))).toBe('PROBE_HEAD');
  });
});
