import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyBase } from '../../../test/support/tiny-base.js';
import { type BundleInfo, writeBundle } from '../../reuse/bundle/index.node.js';
import { diff as verb } from '../cli/verbs/diff.js';
import { resolveSpec, type SpecInput } from '../spec/index.js';
import { diff } from './diff.node.js';
import { RunFolder, type RunRecord } from './run-folder.node.js';

const root = mkdtempSync(join(tmpdir(), 'regraft-diff-'));
const at = (name: string): string => join(root, name);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const A64 = 'a'.repeat(64);
const B64 = 'b'.repeat(64);
const spec: SpecInput = { task: 'image-classification', base: './base.onnx', data: { train: './photos' } };
const metrics = { validation: { accuracy: { value: 0.8, interval: [0.7, 0.9] }, loss: { value: 0.5, interval: [0.4, 0.6] } } } as const;

function recordOf(changes: Partial<SpecInput> = {}, more: Partial<RunRecord> = {}): RunRecord {
  return {
    format: 1,
    spec: resolveSpec({ ...spec, ...changes }, { specDir: root }),
    versions: { regraft: '0.1.0', node: '20.19.0' },
    machine: { cpu: 'one', cores: 2 },
    base: { uri: at('base.onnx'), sha256: A64, licence: undefined },
    data: { sha256: A64, samples: 10, names: ['cat', 'dog'] },
    started: '2026-01-01T00:00:00.000Z',
    finished: '2026-01-01T00:01:00.000Z',
    metrics,
    ...more,
  };
}

async function run(name: string, record: RunRecord): Promise<string> {
  mkdirSync(at(name));
  await new RunFolder(at(name)).writeRecord(record);
  return at(name);
}

const info: Omit<BundleInfo, 'files'> = {
  format: 1,
  task: 'image-classification',
  labels: ['cat', 'dog'],
  inputs: [{ name: 'image', type: 'float32', dims: [null, 3, 32, 32] }],
  outputs: [{ name: 'y', type: 'float32', dims: [null, 5] }],
  activation: 'logits',
  base: { uri: at('base.onnx'), sha256: A64 },
  data: { sha256: A64, samples: 10 },
  recipe: 'full',
  metrics: { validation: { accuracy: { value: 0.95, interval: [0.92, 0.98] } } },
  versions: { regraft: '0.1.0', node: '20.19.0' },
  created: '2026-01-01T00:00:00.000Z',
};

let runs: readonly string[] = [];
beforeAll(async () => {
  runs = [
    await run('first', recordOf()),
    await run(
      'second',
      recordOf(
        { seed: 1, groups: [{ match: 'norm', lr: 0.1 }], training: { optimizer: { name: 'sgd', momentum: 0.9 } } },
        {
          versions: { regraft: '0.2.0', node: '20.19.0' },
          data: { sha256: B64, samples: 12, names: ['cat', 'dog'] },
          finished: '2026-01-01T00:02:00.000Z',
          metrics: { validation: { accuracy: { value: 0.85, interval: [0.8, 0.9] }, loss: { value: 0.2, interval: [0.1, 0.3] } } },
        },
      ),
    ),
  ];
  await writeBundle(at('bundle'), tinyBase(), info);
  writeFileSync(at('spec.yaml'), 'task: image-classification\nbase: ./base.onnx\ndata: { train: ./photos }\n');
  writeFileSync(at('child.yaml'), 'extends: spec.yaml\ntraining: { batchSize: 8 }\n');
});

describe('two runs', () => {
  it('differ in settings, hashes, versions and metrics; equal things are not listed', async () => {
    const found = await diff(runs[0] as string, runs[1] as string);
    expect(found).toMatchObject({ a: { kind: 'run' }, b: { kind: 'run' }, same: false, machine: [], seconds: { a: 60, b: 120 } });
    expect(found.spec.toSorted((x, y) => (x.key < y.key ? -1 : 1))).toEqual([
      { key: 'groups', a: [] },
      { key: 'groups[0].frozen', b: false },
      { key: 'groups[0].lr', b: 0.1 },
      { key: 'groups[0].match', b: 'norm' },
      { key: 'seed', a: 42, b: 1 },
      { key: 'training.optimizer.betas', a: [0.9, 0.999] },
      { key: 'training.optimizer.eps', a: 1e-8 },
      { key: 'training.optimizer.lr', a: 0.001, b: 0.01 },
      { key: 'training.optimizer.momentum', b: 0.9 },
      { key: 'training.optimizer.name', a: 'adamw', b: 'sgd' },
      { key: 'training.optimizer.nesterov', b: false },
      { key: 'training.optimizer.weightDecay', a: 0.01, b: 0 },
    ]);
    expect(found.sources).toEqual([
      { key: 'data.sha256', a: A64, b: B64 },
      { key: 'data.samples', a: 10, b: 12 },
    ]);
    expect(found.versions).toEqual([{ key: 'regraft', a: '0.1.0', b: '0.2.0' }]);
    expect(found.metrics).toMatchObject([
      { split: 'validation', metric: 'accuracy', overlap: true },
      { split: 'validation', metric: 'loss', overlap: false },
    ]);
    expect(found.metrics[0]?.difference).toBeCloseTo(0.05, 12);
    expect(found.notes.join(' ')).toMatch(/not a paired test.*measured on different samples/);
  });

  it('that are the same differ in nothing', async () => {
    const found = await diff(runs[0] as string, join(runs[0] as string, 'run.json'));
    expect(found).toMatchObject({ same: true, spec: [], sources: [], versions: [], metrics: [], notes: [] });
  });

  it('as people read it', async () => {
    const text = verb.format(await diff(runs[0] as string, runs[1] as string), 100);
    expect(text).toContain('training.optimizer.lr           0.001        0.01');
    expect(text).toContain('data.sha256   aaaaaaaaaaaa…  bbbbbbbbbbbb…');
    expect(text).toMatch(/validation accuracy {2}0\.8000 \(0\.7000 – 0\.9000\) .*\+0\.0500 {2}overlap/);
    expect(text).toMatch(/validation loss .*-0\.3000 {2}apart/);
    expect(text).toContain('From start to end: A 60.0 s, B 120.0 s.');
  });
});

it('two specs are compared as they resolve', async () => {
  const found = await diff(at('spec.yaml'), at('child.yaml'));
  expect(found.spec).toEqual([{ key: 'training.batchSize', a: 32, b: 8 }]);
  expect(found.notes).toEqual([]);
});

it('a spec and a run are compared by what a spec says', async () => {
  const found = await diff(at('spec.yaml'), runs[0] as string);
  expect(found).toMatchObject({ same: true, sources: [], metrics: [] });
  expect(found.notes).toEqual(['A spec has no hashes, versions and metrics: these were not compared.']);
});

it('a run and a bundle are compared by what a bundle records', async () => {
  const found = await diff(runs[0] as string, at('bundle'));
  expect(found.spec).toEqual([{ key: 'recipe.name', a: 'fine-tune', b: 'full' }]);
  expect(found.sources).toEqual([]);
  expect(found.metrics).toMatchObject([
    { metric: 'accuracy', overlap: false },
    { metric: 'loss', a: { value: 0.5 } },
  ]);
  expect(found.metrics[1]).not.toHaveProperty('difference');
  expect(found.notes[0]).toContain('a bundle records task and recipe alone');
});

it('a run that has not ended has no metrics', async () => {
  const { metrics: _, finished: __, ...begun } = recordOf();
  const found = await diff(await run('begun', begun), runs[0] as string);
  expect(found).toMatchObject({ same: true, metrics: [], notes: [`${at('begun')} has not reached its end: it has no metrics yet.`] });
  expect(found).not.toHaveProperty('seconds');
});

it.each([
  ['nothing', 'there is no such file or folder'],
  ['.', 'the folder holds neither run.json nor bundle.json'],
  ['first/run.txt', 'a spec ends in .yaml'],
])('%s is refused', async (name, reason) => {
  writeFileSync(at('first/run.txt'), '');
  await expect(diff(at(name), at('spec.yaml'))).rejects.toMatchObject({ code: 'DIFF_TARGET', message: expect.stringContaining(reason) as string });
});
