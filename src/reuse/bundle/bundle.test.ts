import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { float32, type Tensor, toNumbers } from '../../core/index.js';
import { GraphBuilder, type Model } from '../../engine/graph/index.js';
import { type BundleInfo, copyBundle, isBundle, openBundleFiles, readBundle, writeBundle } from './index.node.js';

/** Renames that fail, by where they go; the rest is the system's. */
const failing = vi.hoisted(() => ({ rename: undefined as ((from: string, to: string) => boolean) | undefined }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const renameOrFail: typeof real.rename = async (from, to) => {
    if (failing.rename?.(String(from), String(to))) throw Object.assign(new Error('input/output error'), { code: 'EIO' });
    return real.rename(from, to);
  };
  return { ...real, rename: renameOrFail };
});

const root = await mkdtemp(join(tmpdir(), 'regraft-bundle-'));
let folder = '';
let count = 0;
beforeEach(async () => {
  failing.rename = undefined;
  folder = join(root, String(count++));
  await mkdir(folder);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** y = x · weight, weight `[1, size]`. */
function model(size = 3, value = 1): Model {
  const b = new GraphBuilder(21);
  const x = b.input('x', 'float32', [1, size]);
  return b.model([b.mul(x, b.initializer('weight', float32([1, size], new Float32Array(size).fill(value))))]);
}

const info: Omit<BundleInfo, 'files'> = {
  format: 1,
  task: 'tensor-regression',
  labels: ['a', 'b', 'c'],
  inputs: [{ name: 'x', type: 'float32', dims: [1, 3] }],
  outputs: [{ name: 'Mul_0', type: 'float32', dims: [1, 3] }],
  activation: 'values',
  base: { uri: './base.onnx', sha256: 'ab' },
  data: { sha256: 'cd', samples: 3 },
  recipe: 'full',
  metrics: {},
  versions: { regraft: '0.0.0' },
  created: '2026-01-01T00:00:00.000Z',
};

const weightOf = ({ graph }: Model): number[] => toNumbers(graph.initializers.get('weight') as Tensor);

describe('reading a bundle', () => {
  it('gives back what was written', async () => {
    const path = join(folder, 'bundle');
    const written = await writeBundle(path, model(), info);
    const read = await readBundle(path);
    expect(read.info).toEqual(written);
    expect(Object.keys(written.files)).toEqual(['model.onnx']);
    expect(weightOf(read.model)).toEqual([1, 1, 1]);
    expect(await readdir(folder)).toEqual(['bundle']);
  });

  const damages: readonly (readonly [string, (path: string) => Promise<void>, string, RegExp])[] = [
    ['a truncated model', (path) => truncate(join(path, 'model.onnx'), 40), 'BUNDLE_BROKEN', /model\.onnx is cut off: it has 40 of \d+ bytes/],
    ['another model', async (path) => flipByte(join(path, 'model.onnx')), 'BUNDLE_BROKEN', /SHA-256 differs/],
    ['no model', (path) => rm(join(path, 'model.onnx')), 'BUNDLE_BROKEN', /model\.onnx is missing/],
    ['a truncated description', (path) => truncate(join(path, 'bundle.json'), 100), 'BUNDLE_BROKEN', /not JSON; it is damaged or cut off/],
    ['a later format', (path) => edit(path, { format: 7 }), 'BUNDLE_FORMAT', /has format 7; this version of Regraft reads format 1/],
    ['an unknown task', (path) => edit(path, { task: 'poetry' }), 'BUNDLE_BROKEN', /bundle\.json: task:/],
    ['no hash of the model', (path) => edit(path, { files: {} }), 'BUNDLE_BROKEN', /does not list model\.onnx/],
    ['a file outside', (path) => editFiles(path, '../secret'), 'BUNDLE_BROKEN', /outside of the bundle/],
    ['a listed file that is not there', (path) => editFiles(path, 'tokenizer.json'), 'BUNDLE_BROKEN', /tokenizer\.json is missing/],
    ['no description', (path) => rm(join(path, 'bundle.json')), 'BUNDLE_NOT_FOUND', /it holds no bundle\.json/],
    ['nothing there', (path) => rm(path, { recursive: true }), 'BUNDLE_NOT_FOUND', /no such file or folder/],
  ];
  it.each(damages)('with %s says so', async (_, damage, code, message) => {
    const path = join(folder, 'bundle');
    await writeBundle(path, model(), info);
    await damage(path);
    await expect(readBundle(path)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  it('lets people edit the card', async () => {
    const path = join(folder, 'bundle');
    await writeBundle(path, model(), info);
    await writeFile(join(path, 'MODEL_CARD.md'), 'ours');
    expect((await readBundle(path)).info.task).toBe('tensor-regression');
  });
});

describe('a bundle in an archive', () => {
  it('is the same bundle, and the same bytes every time', async () => {
    const path = join(folder, 'bundle');
    await writeBundle(path, model(), info);
    const files = await openBundleFiles(path);
    await copyBundle(files, join(folder, 'a.zip'), 'zip');
    await copyBundle(files, join(folder, 'b.zip'), 'zip');
    expect(await readFile(join(folder, 'a.zip'))).toEqual(await readFile(join(folder, 'b.zip')));
    expect(await isBundle(join(folder, 'a.zip'))).toBe(true);
    expect((await readBundle(join(folder, 'a.zip'))).info).toEqual((await readBundle(path)).info);
    await copyBundle(await openBundleFiles(join(folder, 'a.zip')), join(folder, 'again'), 'bundle');
    for (const name of await readdir(path)) expect(await readFile(join(folder, 'again', name))).toEqual(await readFile(join(path, name)));
  });

  it('is found in the folder that somebody packed', async () => {
    const path = join(folder, 'bundle');
    await writeBundle(path, model(), info);
    const names = await readdir(path);
    const packed = Object.fromEntries(
      await Promise.all(names.map(async (name) => [`flowers/${name}`, new Uint8Array(await readFile(join(path, name)))])),
    );
    await writeFile(join(folder, 'flowers.zip'), zipSync(packed));
    expect((await readBundle(join(folder, 'flowers.zip'))).info.labels).toEqual(['a', 'b', 'c']);
  });

  it('that is cut off, or holds no bundle, is refused', async () => {
    const path = join(folder, 'bundle');
    await writeBundle(path, model(), info);
    await copyBundle(await openBundleFiles(path), join(folder, 'a.zip'), 'zip');
    await truncate(join(folder, 'a.zip'), 300);
    await expect(readBundle(join(folder, 'a.zip'))).rejects.toMatchObject({ code: 'BUNDLE_BROKEN' });
    await writeFile(join(folder, 'b.zip'), zipSync({ 'hello.txt': new Uint8Array([1]) }));
    await expect(readBundle(join(folder, 'b.zip'))).rejects.toMatchObject({ code: 'BUNDLE_NOT_FOUND' });
  });

  it('gives the bare model byte for byte', async () => {
    const path = join(folder, 'bundle');
    await writeBundle(path, model(), info);
    await copyBundle(await openBundleFiles(path), join(folder, 'deep/model.onnx'), 'onnx');
    expect(await readFile(join(folder, 'deep/model.onnx'))).toEqual(await readFile(join(path, 'model.onnx')));
  });
});

describe('writing a bundle', () => {
  it('replaces a bundle of the same name', async () => {
    const path = join(folder, 'bundle');
    await writeBundle(path, model(3, 1), info);
    await writeBundle(path, model(3, 2), info);
    expect(weightOf((await readBundle(path)).model)).toEqual([2, 2, 2]);
    expect(await readdir(folder)).toEqual(['bundle']);
  });

  it('never takes the place of anything else', async () => {
    const path = join(folder, 'photos');
    await mkdir(path);
    await writeBundle(path, model(), info);
    await rm(join(path, 'bundle.json'));
    await expect(writeBundle(path, model(), info)).rejects.toMatchObject({ code: 'BUNDLE_PATH_TAKEN' });
    await copyFile(join(path, 'model.onnx'), join(folder, 'file'));
    await expect(writeBundle(join(folder, 'file'), model(), info)).rejects.toMatchObject({ code: 'BUNDLE_PATH_TAKEN' });
    expect((await stat(join(path, 'model.onnx'))).isFile()).toBe(true);
  });

  it('leaves the old bundle where it was when the new one cannot be put in its place', async () => {
    const path = join(folder, 'bundle');
    await writeBundle(path, model(3, 1), info);
    failing.rename = (from, to) => to === path && from.endsWith('.tmp');
    await expect(writeBundle(path, model(3, 2), info)).rejects.toMatchObject({
      code: 'BUNDLE_WRITE_FAILED',
      message: expect.stringContaining('input/output error') as string,
    });
    expect(weightOf((await readBundle(path)).model)).toEqual([1, 1, 1]);
    expect(await readdir(folder)).toEqual(['bundle']);
  });

  it('leaves the old bundle where it was when it cannot be put aside', async () => {
    const path = join(folder, 'bundle');
    await writeBundle(path, model(3, 1), info);
    failing.rename = (from) => from === path;
    await expect(writeBundle(path, model(3, 2), info)).rejects.toMatchObject({ code: 'BUNDLE_WRITE_FAILED' });
    expect(weightOf((await readBundle(path)).model)).toEqual([1, 1, 1]);
    expect(await readdir(folder)).toEqual(['bundle']);
  });

  it.skipIf(process.platform === 'win32')('that finds no room leaves the old bundle and nothing else', async () => {
    const path = join(folder, 'bundle');
    await writeBundle(path, model(3, 1), info);
    await writeBundle(join(folder, 'large'), model(100_000), info);
    // A process that may write files of 64 KiB at most stands for a disk that is full.
    const door = new URL('../../../dist/reuse/bundle/index.node.js', import.meta.url).href;
    const code = `import { copyBundle, openBundleFiles } from '${door}';
      await copyBundle(await openBundleFiles('${join(folder, 'large')}'), '${path}', 'bundle').catch((error) => console.log(error.code, error.message));
      await copyBundle(await openBundleFiles('${join(folder, 'large')}'), '${path}.zip', 'zip').catch((error) => console.log(error.code));`;
    const said = execFileSync('bash', ['-c', `ulimit -f 64; exec "${process.execPath}" --input-type=module -e "$0"`, code], { encoding: 'utf8' });
    expect(said).toMatch(/^BUNDLE_WRITE_FAILED .* could not be written: EFBIG.*\nBUNDLE_WRITE_FAILED$/m);
    expect(weightOf((await readBundle(path)).model)).toEqual([1, 1, 1]);
    expect((await readdir(folder)).sort()).toEqual(['bundle', 'large']);
  });
});

async function flipByte(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
  await writeFile(file, bytes);
}

async function edit(path: string, changes: object): Promise<void> {
  const file = join(path, 'bundle.json');
  const value = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(`${file}.new`, JSON.stringify({ ...value, ...changes }));
  await rename(`${file}.new`, file);
}

async function editFiles(path: string, name: string): Promise<void> {
  const { files } = JSON.parse(await readFile(join(path, 'bundle.json'), 'utf8')) as BundleInfo;
  await edit(path, { files: { ...files, [name]: { sha256: 'ab', bytes: 1 } } });
}
