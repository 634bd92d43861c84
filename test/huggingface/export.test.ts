import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpecInput } from '../../src/app/spec/index.js';
import { exportBundle, train } from '../../src/app/workflow/index.node.js';
import { importModel } from '../../src/bases/importers/index.node.js';
import { int64, type Tensor } from '../../src/core/index.js';
import { readSafetensorsFile, writeSafetensorsFile } from '../../src/learning/data/index.node.js';
import { readBundle } from '../../src/reuse/bundle/index.node.js';
import { runOnnx } from '../support/ort.js';

const saved = (name: string): string => fileURLToPath(new URL(`saved/${name}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regraft-transformers-'));
  await writeSafetensorsFile(join(folder, 'train.safetensors'), Object.entries(texts()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Twelve texts of four tokens: good films, bad films, and films. */
function texts(): Record<string, Tensor> {
  const rows = Array.from({ length: 12 }, (_, i) => [2, [5, 6, 8][i % 3] ?? 8, 7, 3]);
  const ones = new Array(48).fill(1);
  return {
    input_ids: int64([12, 4], rows.flat()),
    attention_mask: int64([12, 4], ones),
    token_type_ids: int64(
      [12, 4],
      ones.map(() => 0),
    ),
    labels: int64(
      [12],
      rows.map((_, i) => i % 3),
    ),
  };
}

async function trained(name: string, base: string, head: SpecInput['head'], taps?: SpecInput['taps']): Promise<string> {
  const spec: SpecInput = {
    task: 'tensor-classification',
    base: saved(base),
    head,
    ...(taps && { taps }),
    data: { train: join(folder, 'train.safetensors') },
    recipe: 'full',
    training: { steps: 3, batchSize: 6, optimizer: { name: 'sgd', lr: 0.1 } },
    seed: 1,
  };
  const out = join(folder, name);
  await train({ spec, out });
  return out;
}

describe('a fine-tuned model of transformers', () => {
  it.each([
    ['with the head it had', 'bert', 'keep'],
    ['with a new head', 'bert', 'linear'],
    ['with a head, where it had none', 'bert-base', 'linear'],
  ] as const)('is saved for transformers %s', async (name, base, head) => {
    const run = await trained(name.replaceAll(' ', '-'), base, head);
    const out = join(folder, `${base}-${head}`);
    await exportBundle({ target: run, out, form: 'transformers' });
    expect((await readdir(out)).sort()).toEqual(['README.md', 'config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']);
    expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'))).toMatchObject({ architectures: ['BertForSequenceClassification'] });
    const { model } = await readBundle(run);
    const again = await importModel(out);
    const { labels: _, ...inputs } = texts();
    const [expected, found] = [await runOnnx(model, inputs), await runOnnx(again.model, inputs)];
    expect(found['logits']).toEqual(expected[model.graph.outputs[0]?.name ?? '']);
    expect(again.notes).toEqual([]);
  });

  it('has every weight under its name and in its shape', async () => {
    const { tensors } = await readSafetensorsFile(join(folder, 'bert-keep', 'model.safetensors'));
    const before = await readSafetensorsFile(join(saved('bert'), 'model.safetensors'));
    expect([...tensors].map(([name, { dims }]) => [name, dims]).sort()).toEqual([...before.tensors].map(([name, { dims }]) => [name, dims]).sort());
  });

  it('is refused where its head reads other features', async () => {
    const run = await trained('tapped', 'bert', 'linear', ['bert.encoder.layer.0']);
    await expect(exportBundle({ target: run, out: join(folder, 'no'), form: 'transformers' })).rejects.toThrow(/cannot be saved for transformers/);
  });
});

it('a model from elsewhere is not saved for transformers', async () => {
  const run = join(folder, 'with-the-head-it-had');
  const { model } = await readBundle(run);
  const { toTransformers } = await import('../../src/bases/importers/index.node.js');
  await expect(toTransformers({ ...model, metadata: new Map() }, [])).rejects.toThrow(/not imported from a model of transformers/);
});
