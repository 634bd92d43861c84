import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpecInput } from '../../src/app/spec/index.js';
import { loadModel, train } from '../../src/app/workflow/index.node.js';
import { int64, type Tensor, toNumbers } from '../../src/core/index.js';
import { writeSafetensorsFile } from '../../src/learning/data/index.node.js';
import { readBundle } from '../../src/reuse/bundle/index.node.js';
import { tensorsOf } from '../support/huggingface-families.js';
import { runOnnx } from '../support/ort.js';
import { caseOf, logitDifference } from '../support/peft.js';
import { writeSentences } from '../support/sentences.js';
import { VOCABULARY, writeTextBase } from '../support/text-base.js';

const MINUTES = 60_000;
const root = mkdtempSync(join(tmpdir(), 'regraft-adapters-'));
const at = (name: string): string => join(root, name);
const saved = (name: string): string => fileURLToPath(new URL(`../peft/saved/${name}`, import.meta.url));
beforeAll(async () => {
  await writeTextBase(at('classifier'), 'bert', 'BertForSequenceClassification');
  writeSentences(at('train.csv'), 24, 1);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const RECIPES = {
  lora: { name: 'lora', rank: 4, quantise: 'int8' },
  'lora in full precision': { name: 'lora', rank: 4 },
  dora: { name: 'dora', rank: 4 },
  ia3: { name: 'ia3' },
  adapter: { name: 'adapter', width: 8 },
  'prompt-tuning': { name: 'prompt-tuning', tokens: 4 },
} as const;

const ids = int64([2, 5], [2, 30, 31, 6, 3, 2, 50, VOCABULARY.indexOf('bank'), 3, 0]);
const texts = { input_ids: ids, attention_mask: int64([2, 5], [1, 1, 1, 1, 1, 1, 1, 1, 1, 0]), token_type_ids: int64([2, 5], new Array(10).fill(0)) };

async function logitsOf(model: Parameters<typeof runOnnx>[0]): Promise<number[]> {
  const [logits] = Object.values(await runOnnx(model, texts));
  return toNumbers(logits as Tensor);
}

describe.each(Object.entries(RECIPES))('the folder that a run of %s leaves', (name, recipe) => {
  it(
    'makes the base what the bundle is',
    async () => {
      const spec = {
        task: 'text-classification',
        base: at('classifier'),
        head: 'keep',
        data: { train: at('train.csv') },
        recipe,
        training: { epochs: 2, batchSize: 8, optimizer: { name: 'adamw', lr: 0.01 } },
        threads: 1,
      } as SpecInput;
      await train({ spec, out: at(name) });
      const base = await loadModel(at('classifier'));
      const adapted = await loadModel({ uri: at('classifier'), adapter: join(at(name), 'adapter') });
      const { model } = await readBundle(join(at(name), 'bundle'));
      const [before, expected, found] = [await logitsOf(base.model), await logitsOf(model), await logitsOf(adapted.model)];
      for (const [i, logit] of found.entries()) {
        expect(Math.abs(logit - (before[i] as number))).toBeGreaterThan(1e-3);
        // Both in float32.
        expect(logit).toBeCloseTo(expected[i] as number, 5);
      }
    },
    MINUTES,
  );
});

it(
  'an adapter whose head the base has not is loaded without it, for another head',
  async () => {
    const spec = (base: SpecInput['base'], epochs: number): SpecInput => ({
      task: 'text-classification',
      base,
      data: { train: at('train.csv') },
      recipe: RECIPES['lora in full precision'],
      training: { epochs, batchSize: 8, optimizer: { name: 'adamw', lr: 0.01 } },
      threads: 1,
    });
    await writeTextBase(at('language'));
    await train({ spec: spec(at('language'), 2), out: at('new-head') });
    const base = { uri: at('language'), adapter: join(at('new-head'), 'adapter') };
    const { notes } = await loadModel(base);
    expect(notes).toContainEqual(expect.stringContaining('classifier.weight'));
    const { bundle } = await train({ spec: spec(base, 1), out: at('again') });
    expect(bundle).toBeDefined();
  },
  MINUTES,
);

describe('an adapter that PEFT wrote', () => {
  const one = caseOf('bert', 'lora');
  beforeAll(async () => {
    mkdirSync(at('peft-base'));
    writeFileSync(join(at('peft-base'), 'config.json'), JSON.stringify(one.config));
    await writeSafetensorsFile(join(at('peft-base'), 'model.safetensors'), new Map(tensorsOf(one)));
  });

  it.each(['bert-lora', 'bert-prompt-tuning'])('gives its logits on its base: %s', async (name) => {
    const { model } = await loadModel({ uri: at('peft-base'), adapter: saved(name) });
    const logits = JSON.parse(readFileSync(join(saved(name), 'logits.json'), 'utf8')) as number[][];
    // Both computed in float32.
    expect(await logitDifference(model, caseOf('bert', name.slice('bert-'.length)), logits)).toBeLessThan(1e-5);
  });

  it('is refused by another base', async () => {
    const load = (adapter: string): Promise<unknown> => loadModel({ uri: at('classifier'), adapter });
    // Of the same kind, but narrower.
    await expect(load(saved('bert-lora'))).rejects.toMatchObject({
      code: 'ADAPTER_TENSOR',
      message: expect.stringMatching(/query.*32|32.*query/) as string,
    });
    // Of layers that BERT has not.
    await expect(load(saved('gpt2-dora'))).rejects.toMatchObject({ code: expect.stringMatching(/^ADAPTER_/) as string });
    await expect(load(saved('resnet-ia3'))).rejects.toMatchObject({ code: expect.stringMatching(/^ADAPTER_/) as string });
  });

  it('is refused where the folder is none of an adapter', async () => {
    const load = (adapter: string): Promise<unknown> => loadModel({ uri: at('peft-base'), adapter });
    await expect(load(at('nowhere'))).rejects.toMatchObject({
      code: 'ADAPTER_NOT_FOUND',
      message: expect.stringContaining('adapter_config.json') as string,
    });
    cpSync(saved('bert-lora'), at('half'), { recursive: true });
    rmSync(join(at('half'), 'adapter_model.safetensors'));
    await expect(load(at('half'))).rejects.toMatchObject({
      code: 'ADAPTER_NOT_FOUND',
      message: expect.stringContaining('adapter_model.safetensors') as string,
    });
    writeFileSync(join(at('half'), 'adapter_model.safetensors'), 'no tensors');
    await expect(load(at('half'))).rejects.toMatchObject({ code: 'DATA_FORMAT_BROKEN' });
  });
});
