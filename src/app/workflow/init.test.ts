import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadSpec } from '../spec/index.node.js';
import { init } from './init.node.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regraft-init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes empty image files; `init` looks at names only. */
function photos(...files: readonly string[]): void {
  for (const file of files) {
    const path = join(folder, 'my photos', file);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, '');
  }
}

function run(out = 'run.yaml', data = 'my photos', force = false): ReturnType<typeof init> {
  return init({ data: join(folder, data), out: join(folder, out), force });
}

it('writes a spec that is valid and points at the data', async () => {
  photos('cat/1.jpg', 'cat/2.jpg', 'dog/1.png');
  expect(await run()).toMatchObject({ task: 'image-classification', samples: 3, classes: { cat: 2, dog: 1 } });
  const spec = await loadSpec(join(folder, 'run.yaml'));
  expect(spec).toMatchObject({ task: 'image-classification', recipe: { name: 'linear-probe' }, data: { validation: 0.2, test: false } });
  expect(spec.data.train).toBe(join(folder, 'my photos'));
});

it('finds the splits of a folder', async () => {
  photos('train/cat/1.jpg', 'val/cat/1.jpg', 'test/cat/1.jpg');
  await run('runs.yaml');
  expect((await loadSpec(join(folder, 'runs.yaml'))).data).toMatchObject({
    train: join(folder, 'my photos', 'train'),
    validation: join(folder, 'my photos', 'val'),
    test: join(folder, 'my photos', 'test'),
  });
});

it('does not replace a file unless asked to', async () => {
  photos('cat/1.jpg');
  writeFileSync(join(folder, 'run.yaml'), 'mine');
  await expect(run()).rejects.toMatchObject({ code: 'INIT_EXISTS' });
  expect(readFileSync(join(folder, 'run.yaml'), 'utf8')).toBe('mine');
  await run('run.yaml', 'my photos', true);
  expect(readFileSync(join(folder, 'run.yaml'), 'utf8')).toContain('task: image-classification');
});

it('says that the data is not there', async () => {
  await expect(run('run.yaml', 'nowhere')).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
});

const TEXTS = {
  'text-classification': ['csv', 'text,label\n', 'sun,x\n', 'ice,y\n'],
  'text-pair': ['csv', 'premise,hypothesis,label\n', 'a,b,x\n', 'a,c,y\n'],
  'token-classification': ['conll', '', 'a B-X\n\n', 'b O\n\n'],
  'question-answering': ['jsonl', '', '{"question":"q","context":"a b","answers":{"text":["a"],"answer_start":[0]}}\n'],
  'sentence-embedding': ['csv', 'anchor,positive,negative\n', 'a,b,c\n'],
  'masked-language-modelling': ['txt', '', 'a\n', 'b\n'],
  'causal-language-modelling': ['jsonl', '', '{"prompt":"a","completion":"b"}\n'],
} as const;

it.each(Object.entries(TEXTS))('writes a spec for %s that is valid and names a base of text', async (task, [extension, ...lines]) => {
  writeFileSync(join(folder, `texts.${extension}`), lines.join(''));
  expect(await run('text.yaml', `texts.${extension}`)).toMatchObject({ task });
  const spec = await loadSpec(join(folder, 'text.yaml'));
  expect(spec).toMatchObject({ task, text: { maxLength: 'auto' }, data: { validation: 0.2, columns: {} } });
  expect(spec.base.uri).toMatch(/^(npm:@energetic-ai|hf:distilbert)\//);
  // What is downloaded from elsewhere is said.
  expect(readFileSync(join(folder, 'text.yaml'), 'utf8').includes('are downloaded once')).toBe(spec.base.uri.startsWith('hf:'));
});

it('finds split files of text', async () => {
  mkdirSync(join(folder, 'split'));
  for (const part of ['train', 'dev', 'test']) writeFileSync(join(folder, 'split', `${part}.csv`), 'text,label\nsun,x\nice,y\n');
  expect(await run('split.yaml', 'split')).toMatchObject({ task: 'text-classification', samples: 2, classes: { x: 1, y: 1 } });
  expect((await loadSpec(join(folder, 'split.yaml'))).data).toMatchObject({
    train: join(folder, 'split', 'train.csv'),
    validation: join(folder, 'split', 'dev.csv'),
    test: join(folder, 'split', 'test.csv'),
  });
});

it('says nothing of the usual base where another is named', async () => {
  writeFileSync(join(folder, 'named.txt'), 'a\nb\n');
  await init({ data: join(folder, 'named.txt'), out: join(folder, 'named.yaml'), base: './mine', force: false });
  expect(readFileSync(join(folder, 'named.yaml'), 'utf8')).not.toContain('downloaded');
});
