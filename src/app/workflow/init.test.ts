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
