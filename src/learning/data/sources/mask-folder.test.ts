import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pngOf } from '../../../../test/support/png.js';
import { toNumbers } from '../../../core/index.js';
import { allIndices, type Dataset, groupById, samplesOf, subset } from '../dataset.js';
import { hashDataset } from '../hash.js';
import type { Mask } from '../image.js';
import { batches } from '../loader.js';
import type { MaskOptions } from '../masks/options.js';
import { openDataset } from '../open.node.js';
import { rowInputs } from '../row-inputs.js';
import { SkipLog } from '../skips.js';
import { split } from '../splits/split.js';
import { parseTransforms } from '../transforms/pipeline.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'regraft-'));
});
afterAll(() => rm(root, { recursive: true }));

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

interface Opening {
  readonly classes?: readonly string[];
  readonly masks?: MaskOptions;
  readonly unlabelled?: boolean;
}

function open(path: string, options: Opening = {}): Promise<Dataset> {
  return openDataset({ path, content: 'image', target: 'masks', ...options }, { root });
}

/** An image whose red values are given, row by row. */
function photo(width: number, red: readonly number[]): Promise<Buffer> {
  const data = Uint8Array.from(red.flatMap((value) => [value, 0, 0]));
  return sharp(data, { raw: { width, height: red.length / width, channels: 3 } })
    .png()
    .toBuffer();
}

function mask(width: number, values: readonly number[]): Uint8Array {
  return pngOf({ width, height: values.length / width, depth: 8, values });
}

async function maskOf(dataset: Dataset, index: number): Promise<Mask | undefined> {
  const content = await dataset.load(index);
  return content.kind === 'image' ? content.mask : undefined;
}

describe('pairs of images and masks', () => {
  test('have equal names, whatever folder and extension, or a suffix', async () => {
    const image = await photo(2, [1, 2]);
    await write({
      'p/images/a.png': image,
      'p/images/b/a.jpg': image,
      'p/images/c.png': image,
      'p/images/alone.png': image,
      'p/masks/a.png': mask(2, [0, 1]),
      'p/masks/b/a.png': mask(2, [1, 0]),
      'p/masks/c_mask.png': mask(2, [2, 255]),
      'p/masks/d.png': mask(2, [9, 9]),
      'p/masks/notes.txt': 'x',
    });
    const data = await open('p');
    expect([...samplesOf(data)].map(({ id }) => id)).toEqual(['a.png', 'b/a.jpg', 'c.png']);
    expect(data.target).toEqual({ kind: 'masks', names: ['0', '1', '2'] });
    expect(data.ignored).toEqual(['alone.png', 'd.png']);
    expect(await maskOf(data, 0)).toEqual({ width: 2, height: 1, data: Uint8Array.of(0, 1) });
    expect(await maskOf(data, 1)).toMatchObject({ data: Uint8Array.of(1, 0) });
    expect(await maskOf(data, 2)).toMatchObject({ data: Uint8Array.of(2, 255) });
    expect(await data.mask?.(2)).toMatchObject({ data: Uint8Array.of(2, 255) });
  });

  test('lie in folders of either name, or side by side', async () => {
    const image = await photo(1, [1]);
    const files = { 'JPEGImages/a.jpg': image, 'Annotations/a.xml': '<box/>', 'SegmentationClass/a.png': mask(1, [1]) };
    await write(Object.fromEntries(Object.entries(files).map(([path, content]) => [`voc/${path}`, content])));
    expect((await open('voc')).size).toBe(1);
    await write({ 'ade/images/train/a.png': image, 'ade/images/val/b.png': image });
    await write({ 'ade/annotations/train/a.png': mask(1, [3]), 'ade/annotations/val/b.png': mask(1, [2]), 'elsewhere/b.png': mask(1, [7]) });
    expect(await maskOf(await open('ade/images/train'), 0)).toMatchObject({ data: Uint8Array.of(3) });
    expect(await maskOf(await open('ade/images/val'), 0)).toMatchObject({ data: Uint8Array.of(2) });
    const given = await open('ade/images/val', { masks: { path: 'elsewhere' } });
    expect(await maskOf(given, 0)).toMatchObject({ data: Uint8Array.of(7) });
  });

  test('that do not exist are an error', async () => {
    await write({ 'none/a.png': await photo(1, [1]), 'other/images/a.png': await photo(1, [1]), 'other/masks/b.png': mask(1, [1]) });
    await expect(open('none')).rejects.toMatchObject({ code: 'DATA_MASK_FOLDER', values: { path: 'none' } });
    await expect(open('other')).rejects.toMatchObject({ code: 'DATA_MASK_NONE', values: { image: 'a.png', mask: 'b.png' } });
    await write({ 'empty/images/notes.txt': 'x', 'empty/masks/b.png': mask(1, [1]) });
    await expect(open('empty')).rejects.toMatchObject({ code: 'DATA_EMPTY' });
  });

  test('are images alone where there is something to predict', async () => {
    await write({ 'predict/a.png': await photo(1, [1]) });
    expect(await open('predict', { unlabelled: true })).toMatchObject({ size: 1, target: { kind: 'none' } });
  });
});

describe('batches of images and masks', () => {
  /** Red is 40 times the class. */
  async function painted(folder: string, count: number, side: number): Promise<Dataset> {
    for (let i = 0; i < count; i++) {
      const classes = Array.from({ length: side * side }, (_, at) => (at * (i + 3) + Math.floor(at / side)) % 5);
      await write({
        [`${folder}/images/${i}.png`]: await photo(
          side,
          classes.map((one) => one * 40),
        ),
        [`${folder}/masks/${i}.png`]: mask(side, classes),
      });
    }
    return open(folder, { classes: ['a', 'b', 'c', 'd', 'e'] });
  }

  test('have a class for each pixel, moved as the image is', async () => {
    const dataset = await painted('batch', 5, 12);
    const transforms = [
      { name: 'random-crop', size: 8 },
      'horizontal-flip',
      'vertical-flip',
      { name: 'to-tensor', channels: 1, range: [0, 255] },
    ] as const;
    const options = { dataset, indices: allIndices(dataset), batchSize: 3, shuffle: true, seed: 4, epoch: 0 };
    const sizes: number[] = [];
    for await (const { inputs, labels, size } of batches({ ...options, transforms: parseTransforms(transforms) })) {
      sizes.push(size);
      expect(labels).toMatchObject({ type: 'int64', dims: [size, 8, 8] });
      // Grey is 0.299 of red, which is 40 times the class: 12 a class, rounded.
      const classes = toNumbers(inputs.image as typeof labels).map((grey) => Math.round(grey / 11.97));
      expect(toNumbers(labels)).toEqual(classes);
    }
    expect(sizes).toEqual([3, 2]);
  });

  test('targets are read again without the images', async () => {
    const dataset = await painted('again', 3, 6);
    const steps = parseTransforms([
      { name: 'resize', size: [4, 4], fit: 'contain' },
      { name: 'center-crop', size: [4, 6] },
      'grayscale',
      'to-tensor',
    ]);
    const withoutImages = { ...dataset, load: () => Promise.reject(new Error('an image was read')) };
    const dims = { image: [3, 4, 6] };
    const items = await rowInputs(dims, { train: steps, eval: steps }).open(dataset, 'eval', new SkipLog(3));
    const again = await rowInputs(dims, { train: steps, eval: steps }).open(withoutImages, 'eval', new SkipLog(3));
    const planned = items.plan({ epoch: 0, shuffle: false, seed: 0, batchSize: 3, start: 0 });
    for await (const batch of items.read(planned, { seed: 0, epoch: 0 })) {
      expect(batch.target).toMatchObject({ type: 'int64', dims: [3, 4, 6] });
      expect(toNumbers(batch.target).slice(0, 6)).toContain(255);
      expect(await again.targets(batch)).toEqual(batch.target);
    }
  });

  test('are parts of splits, groups and a fingerprint', async () => {
    const dataset = groupById(await painted('parts', 8, 4), /^[0-3]/);
    const { train, test: held } = split(dataset, { parts: { train: 'rest', test: { share: 0.25 } }, seed: 1 });
    expect([train.length, held.length]).toEqual([6, 2]);
    const part = subset(dataset, [7, 2]);
    expect(await part.mask?.(0)).toEqual(await maskOf(dataset, 7));
    expect(await maskOf(part, 1)).toEqual(await maskOf(dataset, 2));
    const before = await hashDataset(dataset);
    await write({ 'parts/masks/5.png': mask(4, new Array(16).fill(3)) });
    expect(await hashDataset(dataset)).not.toBe(before);
  });
});
