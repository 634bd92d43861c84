import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RegraftError } from '../../core/index.js';
import { loadSpec } from './load.node.js';
import type { RunSpec } from './schema.js';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regraft-extends-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const BASE = `task: image-classification
base: { uri: ./models/net.onnx, preprocessing: { size: [64, 64] } }
data: { train: ./photos, validation: 0.2 }
freeze: ^features
groups: [{ match: bias }, { match: norm }]
training:
  epochs: 3
  optimizer: { name: sgd, momentum: 0.9 }
  schedule: linear
`;

/** Loads the last of some files, which lie in the folder by name. */
async function load(files: Readonly<Record<string, string>>, ...overrides: string[]): Promise<RunSpec> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return loadSpec(join(folder, Object.keys(files).at(-1) as string), overrides);
}

async function errorOf(files: Readonly<Record<string, string>>, ...overrides: string[]): Promise<string> {
  const error: unknown = await load(files, ...overrides).catch((thrown: unknown) => thrown);
  if (!(error instanceof RegraftError)) throw new Error(`no error of ours: ${String(error)}`);
  return `${error.code} ${error.message}`.replaceAll(`${folder}/`, '');
}

describe('a spec that extends another', () => {
  it('is laid over it: mappings key by key, lists and values replaced', async () => {
    const spec = await load({
      'base.yaml': BASE,
      'runs/a.yaml': 'extends: ../base.yaml\ngroups: [{ match: fc }]\ntraining: { batchSize: 8, epochs: 4 }\n',
    });
    expect(spec).not.toHaveProperty('extends');
    expect(spec.groups).toEqual([{ match: 'fc', frozen: false }]);
    expect(spec.training).toMatchObject({ epochs: 4, batchSize: 8, optimizer: { name: 'sgd', momentum: 0.9 } });
  });

  it('has paths that start where each was written', async () => {
    const spec = await load({ 'base.yaml': BASE, 'runs/a.yaml': 'extends: ../base.yaml\ndata: { validation: held-out, test: ../test }\n' });
    expect(spec.base.uri).toBe(join(folder, 'models/net.onnx'));
    expect(spec.data).toMatchObject({
      train: join(folder, 'photos'),
      validation: join(folder, 'runs/held-out'),
      test: join(folder, 'test'),
    });
    const set = await load({ 'base.yaml': BASE, 'runs/a.yaml': 'extends: ../base.yaml\n' }, 'data.train=mine', 'base.signature=other');
    expect(set.data.train).toBe(join(folder, 'runs/mine'));
    expect(set.base).toMatchObject({ uri: join(folder, 'models/net.onnx'), signature: 'other' });
  });

  it('may write short what the other wrote long, and the other way round', async () => {
    const options = (text: string): Promise<RunSpec> => load({ 'base.yaml': BASE, 'a.yaml': `extends: base.yaml\n${text}` });
    expect((await options('training: { schedule: { endFactor: 0.5 } }')).training.schedule).toMatchObject({ name: 'linear', endFactor: 0.5 });
    expect((await options('training: { optimizer: { name: adamw } }')).training.optimizer).not.toHaveProperty('momentum');
    expect((await options('training: { optimizer: sgd }')).training.optimizer).toMatchObject({ momentum: 0 });
    expect((await options('base: ./other.onnx')).base).toEqual({ uri: join(folder, 'other.onnx') });
    const short = { 'short.yaml': BASE.replace(/base: .*/, 'base: ./net.onnx'), 'a.yaml': 'extends: short.yaml\nbase: { architecture: resnet18 }' };
    expect((await load(short)).base).toEqual({ uri: join(folder, 'net.onnx'), architecture: 'resnet18' });
  });

  it('replaces what says the same in another way', async () => {
    const spec = await load({ 'base.yaml': BASE, 'a.yaml': 'extends: base.yaml\nfreeze: { until: block1 }\ntraining: { steps: 9 }\n' });
    expect(spec.freeze).toEqual({ until: 'block1' });
    expect(spec.training).toMatchObject({ steps: 9 });
    expect(spec.training).not.toHaveProperty('epochs');
    expect((await load({ 'base.yaml': BASE }, 'training.steps=9')).training).not.toHaveProperty('epochs');
  });

  it('takes back with null, and says nothing with none', async () => {
    const spec = await load({
      'base.yaml': BASE,
      'a.yaml': 'extends: base.yaml\nfreeze: null\ndata: { validation: none }\ntraining: { epochs: null }',
    });
    expect(spec.freeze).toBe('none');
    expect(spec.data.validation).toBe(false);
    expect(spec.training.epochs).toBe(5);
    expect(await errorOf({ 'base.yaml': BASE, 'a.yaml': 'extends: base.yaml\nseed: null' })).toContain('a.yaml, line 2: seed is null');
  });

  it('may extend several: later over earlier, and theirs in turn', async () => {
    const spec = await load({
      'base.yaml': BASE,
      'fast.yaml': 'extends: base.yaml\ntraining: { epochs: 1, batchSize: 64 }\nseed: 1\n',
      'careful.json': '{ "training": { "epochs": 9 } }',
      'a.yaml': 'extends: [fast.yaml, ./careful.json]\nseed: 2\n',
    });
    expect(spec).toMatchObject({ seed: 2, training: { epochs: 9, batchSize: 64 } });
  });
});

describe('what is wrong is said with the file and the line it was written in', () => {
  it.each([
    [{ 'p.yaml': `${BASE}traning: {}\n`, 'a.yaml': 'extends: p.yaml\n' }, 'SPEC_UNKNOWN_KEY p.yaml, line 10: unknown key "traning" in the spec.'],
    [{ 'p.yaml': BASE.replace('linear', 'linar'), 'a.yaml': '\nextends: p.yaml\n' }, 'SPEC_INVALID p.yaml, line 9: training.schedule is "linar"'],
    [{ 'p.yaml': BASE, 'a.yaml': 'extends: p.yaml\ntraining:\n  epochs: 0\n' }, 'SPEC_INVALID a.yaml, line 3: training.epochs is 0'],
    [{ 'p.yaml': BASE, 'a.yaml': 'extends: p.yaml\ngroups:\n  - lr: 1\n' }, 'SPEC_INVALID a.yaml, line 3: groups[0].match is missing'],
    [{ 'p.yaml': 'task: [', 'a.yaml': 'extends: p.yaml\n' }, 'SPEC_SYNTAX p.yaml, line 1:'],
    [{ 'p.yaml': '- 1', 'a.yaml': 'extends: p.yaml\n' }, 'SPEC_INVALID p.yaml: the spec is [1]; expected a mapping.'],
    [{ 'a.yaml': 'seed: 1\nextends: nowhere.yaml\n' }, 'SPEC_EXTENDS_NOT_FOUND a.yaml, line 2: there is no spec "nowhere.yaml" to extend.'],
    [{ 'p.yaml': BASE, 'a.yaml': 'extends:\n  - p.yaml\n  - no.yaml\n' }, 'SPEC_EXTENDS_NOT_FOUND a.yaml, line 3: there is no spec "no.yaml"'],
    [{ 'a.yaml': 'extends: 3\n' }, 'SPEC_INVALID a.yaml, line 1: extends is 3; expected a text or a list.'],
    [{ 'a.yaml': 'extends: ./a.yaml\n' }, 'SPEC_EXTENDS_CYCLE a.yaml, line 1: the specs extend each other in a circle: a.yaml → a.yaml.'],
    [
      { 'b/c.yaml': 'extends: ../a.yaml\n', 'b.yaml': 'extends: b/c.yaml\n', 'a.yaml': 'extends: b.yaml\n' },
      'SPEC_EXTENDS_CYCLE b/c.yaml, line 1: the specs extend each other in a circle: a.yaml → b.yaml → b/c.yaml → a.yaml.',
    ],
    [{ 'a.yaml': `${BASE}extend: p.yaml\n` }, 'Did you mean "extends"?'],
  ])('%j', async (files, message) => {
    expect(await errorOf(files as Record<string, string>)).toContain(message);
  });

  it('--set cannot extend', async () => {
    expect(await errorOf({ 'a.yaml': BASE }, 'extends=p.yaml')).toBe('SPEC_OVERRIDE --set extends=p.yaml: only a file extends others.');
  });
});
