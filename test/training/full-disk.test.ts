import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { float32 } from '../../src/core/index.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import { diskFeatures } from '../../src/learning/training/index.node.js';
import { readBundle } from '../../src/reuse/bundle/index.node.js';
import { program } from '../support/program.js';
import { drawShapes } from '../support/shapes.js';
import { tinyBase } from '../support/tiny-base.js';

/** Bytes of the disk, and what it gives out at a time. */
const DISK = 512 * 1024;
const PAGE = 4096;

let folder = '';
let disk: string | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regraft-disk-'));
  disk = mounted(join(folder, 'disk'));
  await drawShapes(join(folder, 'shapes'), 4);
  await saveModelFile(join(folder, 'base.onnx'), tinyBase());
  writeSpec('spec', 'epoch');
  writeSpec('without-checkpoints', false);
});

afterAll(() => {
  if (disk !== undefined) execFileSync('umount', [disk]);
  rmSync(folder, { recursive: true, force: true });
});

/** A small disk in memory; `undefined` where this process may not mount one. */
function mounted(path: string): string | undefined {
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    return undefined;
  }
}

function writeSpec(name: string, every: 'epoch' | false): void {
  const training = { epochs: 2, batchSize: 6, optimizer: { name: 'adamw', lr: 0.01 }, checkpoint: every && { every } };
  const base = { uri: './base.onnx', preprocessing: { size: [32, 32] } };
  const spec = { task: 'image-classification', base, data: { train: './shapes', test: './shapes' }, recipe: 'full', training, seed: 1, threads: 1 };
  writeFileSync(join(folder, `${name}.yaml`), stringify(spec));
}

interface Failure {
  readonly error: { readonly code: string; readonly message: string };
}

/** Trains on a disk with this many bytes left; the error, or `undefined` when they are enough. */
async function trainWith(spec: string, free: number, on: string): Promise<Failure['error'] | undefined> {
  for (const name of readdirSync(on)) rmSync(join(on, name), { recursive: true });
  writeFileSync(join(on, 'full'), new Uint8Array(DISK - free));
  const { code, document } = await program('train', join(folder, `${spec}.yaml`), '--out', join(on, 'run'));
  if (code === 0) return undefined;
  expect(code).toBe(1);
  return (document as Failure).error;
}

/** Nothing in the run's folder is cut short or looks finished. */
async function expectWhole(run: string): Promise<void> {
  const names = existsSync(run) ? readdirSync(run) : [];
  expect(names.filter((name) => /tmp|scratch|report/.test(name))).toEqual([]);
  if (names.includes('run.json')) expect(JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'))).toMatchObject({ format: 1 });
  if (names.includes('bundle')) await readBundle(join(run, 'bundle'));
  else if (names.includes('run.json')) expect(readFileSync(join(run, 'run.json'), 'utf8')).not.toContain('"finished"');
}

it.for([
  ['spec', ['DATA_WRITE_FAILED', 'RUN_WRITE_FAILED']],
  ['without-checkpoints', ['BUNDLE_WRITE_FAILED', 'DATA_WRITE_FAILED', 'RUN_WRITE_FAILED']],
] as const)(
  'a disk that fills up at any moment gives a clear error, and room lets the run go on: %s',
  { timeout: 300_000 },
  async ([spec, failures], { skip }) => {
    const on = disk ?? skip('only root can mount a small disk');
    const run = join(on, 'run');
    const codes = new Set<string>();
    let expected: Buffer | undefined;
    for (let free = DISK - PAGE; free >= 0; free -= PAGE) {
      const error = await trainWith(spec, free, on);
      if (error === undefined) {
        expected ??= readFileSync(join(run, 'bundle', 'model.onnx'));
        // From here on every page counts.
        if (free > 25 * PAGE) free = 25 * PAGE;
        continue;
      }
      expect(error.message, `${free} bytes`).toContain('the disk is full');
      await expectWhole(run);
      if (codes.has(error.code)) continue;
      codes.add(error.code);
      rmSync(join(on, 'full'));
      if (!existsSync(join(run, 'run.json'))) continue;
      expect(await program('train', '--resume', run)).toMatchObject({ code: 0 });
      expect(readFileSync(join(run, 'bundle', 'model.onnx')).equals(expected as Buffer)).toBe(true);
    }
    expect([...codes].sort()).toEqual(failures);
  },
);

it('features that do not fit on the disk are an error that names the file', async ({ skip }) => {
  const on = disk ?? skip('only root can mount a small disk');
  for (const name of readdirSync(on)) rmSync(join(on, name), { recursive: true });
  const path = join(on, 'scratch', 'features');
  const rows = (2 * DISK) / PAGE;
  const [store] = (await diskFeatures(path, { memory: 0, disk: 1e9 })([{ rows, layout: { x: { type: 'float32', dims: [PAGE / 4] } } }])) ?? [];
  const row = float32([1, PAGE / 4], new Float32Array(PAGE / 4));
  const written = (async () => {
    for (let i = 0; i < rows; i++) await store?.write([i], { x: row });
  })();
  await expect(written).rejects.toMatchObject({ code: 'DATA_WRITE_FAILED', values: { file: `${path}.0`, reason: 'the disk is full' } });
  await store?.close();
  expect(readdirSync(join(on, 'scratch'))).toEqual([]);
});
