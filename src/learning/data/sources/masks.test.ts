import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pngOf } from '../../../../test/support/png.js';
import { alignTarget } from '../classes.js';
import { allIndices, type Dataset, samplesOf } from '../dataset.js';
import { hashDataset } from '../hash.js';
import type { Mask } from '../image.js';
import { batches } from '../loader.js';
import type { MaskOptions } from '../masks/options.js';
import type { SourceSpec } from '../open.js';
import { openDataset } from '../open.node.js';
import { SkipLog } from '../skips.js';

let root: string;
/** 2 × 1 pixels. */
let photo: Uint8Array;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'regraft-'));
  photo = await sharp(new Uint8Array(6), { raw: { width: 2, height: 1, channels: 3 } })
    .png()
    .toBuffer();
});
afterAll(() => rm(root, { recursive: true }));

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

function open(path: string, options: Partial<SourceSpec> = {}): Promise<Dataset> {
  return openDataset({ path, content: 'image', target: 'masks', ...options }, { root });
}

/** A folder of photos with these masks, by name; 2 × 1 pixels each. */
async function folderOf(name: string, masks: Readonly<Record<string, Uint8Array>>, options: Partial<SourceSpec> = {}): Promise<Dataset> {
  for (const [file, bytes] of Object.entries(masks)) {
    await write({ [`${name}/images/${file.replace(/\..*/, '.png')}`]: photo, [`${name}/masks/${file}`]: bytes });
  }
  return open(name, options);
}

function grey(...values: number[]): Uint8Array {
  return pngOf({ width: values.length, height: 1, depth: 8, values });
}

function coloured(...colours: (readonly [number, number, number])[]): Promise<Buffer> {
  return sharp(Uint8Array.from(colours.flat()), { raw: { width: colours.length, height: 1, channels: 3 } })
    .png()
    .toBuffer();
}

async function masksOf(dataset: Dataset): Promise<number[][]> {
  const masks = await Promise.all(allIndices(dataset).map((index) => (dataset.mask as (index: number) => Promise<Mask>)(index)));
  return masks.map(({ data }) => [...data]);
}

describe('what pixels say', () => {
  const RED = [255, 0, 0] as const;
  const BLUE = [0, 0, 255] as const;

  test('values are classes, named by their numbers as far as these go', async () => {
    const data = await folderOf('values', { 'a.png': grey(0, 3), 'b.png': grey(255, 1) });
    expect(data.target).toEqual({ kind: 'masks', names: ['0', '1', '2', '3'] });
    expect(await masksOf(data)).toEqual([
      [0, 3],
      [255, 1],
    ]);
  });

  test('names come from the spec, or from a file of names', async () => {
    await write({ 'named/classes.txt': 'sky\r\nroad\ncar\n\n' });
    expect((await folderOf('named', { 'a.png': grey(0, 2) })).target).toEqual({ kind: 'masks', names: ['sky', 'road', 'car'] });
    expect((await open('named', { classes: ['x', 'y', 'z'] })).target).toEqual({ kind: 'masks', names: ['x', 'y', 'z'] });
  });

  test('black and white alone is an object on its background', async () => {
    const data = await folderOf('binary', { 'a.png': grey(0, 0), 'b.png': grey(0, 255) });
    expect(data.target).toEqual({ kind: 'masks', names: ['background', 'foreground'] });
    expect(await masksOf(data)).toEqual([
      [0, 0],
      [0, 1],
    ]);
    expect(await masksOf(await open('binary', { masks: { kind: 'index' } }))).toEqual([
      [0, 0],
      [0, 255],
    ]);
    // Indices of a palette are no shades.
    const palette = [RED, BLUE];
    const voc = await folderOf('voc', { 'a.png': pngOf({ width: 2, height: 1, depth: 8, values: [0, 255], palette }) });
    expect(await masksOf(voc)).toEqual([[0, 255]]);
  });

  test('dark and bright may be compressed with loss', async () => {
    const shades = await sharp(
      Uint8Array.from({ length: 32 * 16 }, (_, i) => (i % 32 < 16 ? 0 : 255)),
      { raw: { width: 32, height: 16, channels: 1 } },
    )
      .jpeg({ quality: 30 })
      .toBuffer();
    const large = await sharp(shades).png().toBuffer();
    await write({ 'jpeg/images/a.png': large, 'jpeg/masks/a.jpg': shades });
    await expect(open('jpeg')).rejects.toMatchObject({ code: 'DATA_MASK_LOSSY' });
    const [mask = []] = await masksOf(await open('jpeg', { masks: { kind: 'binary' } }));
    expect(mask).toEqual(Array.from({ length: 32 * 16 }, (_, i) => Number(i % 32 >= 16)));
    await expect(open('jpeg', { masks: { kind: 'binary' }, classes: ['a', 'b', 'c'] })).rejects.toMatchObject({ code: 'DATA_MASK_NAMES' });
  });

  test('colours are classes where it is said which; also those of a palette and of grey', async () => {
    const palette = [BLUE, RED];
    const files = {
      'a.png': await coloured(RED, BLUE),
      'b.png': pngOf({ width: 2, height: 1, depth: 8, values: [0, 1], palette }),
      'c.png': grey(7, 7),
      'd.png': await coloured([1, 2, 3], BLUE),
    };
    const masks: MaskOptions = { colours: { sky: BLUE, car: RED, grey: [7, 7, 7] }, ignore: [[1, 2, 3]] };
    const data = await folderOf('colours', files, { masks });
    expect(data.target).toEqual({ kind: 'masks', names: ['sky', 'car', 'grey'] });
    const expected = [
      [1, 0],
      [0, 1],
      [2, 2],
      [255, 0],
    ];
    expect(await masksOf(data)).toEqual(expected);
    const moved = await open('colours', { masks, classes: ['grey', 'sky', 'car', 'more'] });
    expect(moved.target).toEqual({ kind: 'masks', names: ['grey', 'sky', 'car', 'more'] });
    expect(await masksOf(moved)).toEqual(expected.map((mask) => mask.map((value) => ({ 0: 1, 1: 2, 2: 0 })[value] ?? 255)));
    expect(await moved.load(0)).toMatchObject({ mask: { data: Uint8Array.of(2, 1) } });
    await expect(open('colours')).rejects.toThrow(/"colours\/masks\/[ad]\.png" holds colours: \[/);
    await expect(open('colours', { masks: { kind: 'colours' } })).rejects.toMatchObject({ code: 'DATA_MASK_NAMES' });
    expect(() => alignTarget(data, { kind: 'masks', names: ['sky'] })).toThrow('the class "car"');
  });

  test('what cannot be seen through is the object', async () => {
    const rgba = Uint8Array.of(9, 9, 9, 0, 9, 9, 9, 127, 9, 9, 9, 128, 9, 9, 9, 255);
    const sticker = await sharp(rgba, { raw: { width: 4, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    await write({ 'alpha/x/a.png': sticker, 'alpha/b.png': photo });
    const data = await open('alpha', { masks: { kind: 'alpha' }, classes: ['nothing', 'sticker'] });
    expect([...samplesOf(data)].map(({ id }) => id)).toEqual(['b.png', 'x/a.png']);
    expect(data.target).toEqual({ kind: 'masks', names: ['nothing', 'sticker'] });
    expect(await data.load(1)).toMatchObject({ image: { channels: 3 }, mask: { width: 4, height: 1, data: Uint8Array.of(0, 0, 1, 1) } });
    const strict = await open('alpha', { masks: { kind: 'alpha', threshold: 1 } });
    expect(await strict.mask?.(1)).toMatchObject({ data: Uint8Array.of(0, 1, 1, 1) });
    await expect(data.load(0)).rejects.toThrow('"alpha/b.png" has no mask: nothing of it is transparent');
  });
});

test('tables name images and masks', async () => {
  await write({ 't/photos/a.png': photo, 't/drawn/1.png': grey(0, 1), 't/drawn/2.png': grey(1, 1) });
  await write({
    't/list.csv': 'image,mask,group\nphotos/a.png,drawn/1.png,x\nphotos/a.png,drawn/2.png,x\nphotos/a.png,,y\n',
    't/list.jsonl': '{"file":"photos/a.png","truth":"drawn/2.png"}\n',
  });
  const data = await open('t/list.csv', { classes: ['a', 'b'] });
  expect([...samplesOf(data)].map(({ id, group }) => [id, group])).toEqual([
    ['photos/a.png', 'x'],
    ['photos/a.png#2', 'x'],
    ['photos/a.png#3', 'y'],
  ]);
  expect(await data.load(1)).toMatchObject({ image: { width: 2 }, mask: { data: Uint8Array.of(1, 1) } });
  await expect(data.load(2)).rejects.toThrow('has no mask: the column "mask" is empty');
  const json = await open('t/list.jsonl', { columns: { mask: 'truth' } });
  expect(await masksOf(json)).toEqual([[1, 1]]);
  await expect(open('t/list.jsonl')).rejects.toMatchObject({ code: 'DATA_COLUMN_REQUIRED', values: { role: 'mask' } });
  expect(await open('t/list.csv', { unlabelled: true })).toMatchObject({ size: 3, target: { kind: 'none' } });
});

describe('COCO files', () => {
  const categories = [
    { id: 7, name: 'dog' },
    { id: 3, name: 'cat' },
  ];
  const annotation = (image_id: number, category_id: number, segmentation: unknown, iscrowd = 0) => ({
    image_id,
    category_id,
    segmentation,
    iscrowd,
  });
  const image = (id: number, file_name: string) => ({ id, file_name, width: 2, height: 1 });
  const left = [[0, 0, 1, 0, 1, 1, 0, 1]];
  const all = { size: [1, 2], counts: [0, 2] };
  const whole = {
    images: [image(1, 'a.png'), image(2, 'b.png'), image(3, 'c.png')],
    categories,
    annotations: [annotation(2, 3, left), annotation(1, 3, all), annotation(1, 7, left), annotation(2, 7, all, 1), annotation(3, 9, left)],
  };

  test('categories by id behind the background, later annotations over earlier ones, crowds below and no class', async () => {
    await write({ 'coco/train/_annotations.coco.json': JSON.stringify(whole), 'coco/train/a.png': photo, 'coco/train/b.png': photo });
    const data = await open('coco/train/_annotations.coco.json');
    expect(data.target).toEqual({ kind: 'masks', names: ['background', 'cat', 'dog'] });
    expect(await data.mask?.(0)).toEqual({ width: 2, height: 1, data: Uint8Array.of(2, 1) });
    expect(await data.mask?.(1)).toMatchObject({ data: Uint8Array.of(1, 255) });
    await expect(data.load(2)).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
    await expect(data.mask?.(2)).rejects.toThrow('cannot be drawn: there is no category 9');
    const before = await hashDataset(data);
    const other = { ...whole, annotations: whole.annotations.slice(1) };
    await write({ 'coco/train/other.json': JSON.stringify(other) });
    expect(await hashDataset(await open('coco/train/other.json'))).not.toBe(before);
    expect(await open('coco/train/other.json', { unlabelled: true })).toMatchObject({ size: 3, target: { kind: 'none' } });
  });

  test('a category called background is the background; names may be ordered', async () => {
    const named = { ...whole, categories: [{ id: 3, name: 'Background' }, categories[0]] };
    await write({ 'coco/named.json': JSON.stringify(named), 'coco/a.png': photo });
    const data = await open('coco/named.json', { classes: ['dog', 'background'] });
    expect(data.target).toMatchObject({ names: ['dog', 'background'] });
    expect(await data.mask?.(0)).toMatchObject({ data: Uint8Array.of(0, 1) });
  });

  test('images lie where releases of COCO have them, or in a folder that is named', async () => {
    await write({
      'release/annotations/instances_val2017.json': JSON.stringify(whole),
      'release/val2017/a.png': photo,
      'release/val2017/z.png': photo,
    });
    const data = await open('release/annotations/instances_val2017.json');
    expect(await data.load(0)).toMatchObject({ image: { width: 2 }, mask: { width: 2 } });
    const folder = await open('release/val2017', { masks: { path: 'release/annotations/instances_val2017.json' } });
    expect(folder).toMatchObject({ size: 1, ignored: ['z.png'], target: { names: ['background', 'cat', 'dog'] } });
    expect(await folder.load(0)).toMatchObject({ mask: { data: Uint8Array.of(2, 1) } });
    await write({ 'release/others/y.png': photo });
    const wrong = open('release/others', { masks: { path: 'release/annotations/instances_val2017.json' } });
    await expect(wrong).rejects.toMatchObject({ code: 'DATA_MASK_NONE' });
  });

  test.each([
    ['{', 'is not valid COCO JSON'],
    ['{"images":[{"id":1}]}', 'images.0.file_name'],
    ['{"images":[]}', 'holds no samples'],
    [JSON.stringify({ images: whole.images }), 'it has no categories'],
  ])('%s is refused', async (text, message) => {
    await write({ 'bad/a.json': text });
    await expect(open('bad/a.json')).rejects.toThrow(message);
  });
});

describe('bad input is an error of its sample', () => {
  const classes = ['a', 'b'];

  /** Reads all samples of a folder, of which one is good. */
  async function skipped(name: string, masks: Readonly<Record<string, Uint8Array>>, options: Partial<SourceSpec> = {}): Promise<string[]> {
    const dataset = await folderOf(name, { ...masks, 'good.png': grey(0, 1) }, { classes, ...options });
    const skips = new SkipLog(dataset.size, 1);
    const options_ = { dataset, indices: allIndices(dataset), batchSize: 1, shuffle: false, seed: 0, epoch: 0, skips };
    let read = 0;
    for await (const { size } of batches({ ...options_, transforms: [{ name: 'to-tensor' }] })) read += size;
    expect(read).toBe(dataset.size - skips.skips.length);
    expect(read).toBeGreaterThan(0);
    return skips.skips.map(({ reason }) => reason);
  }

  test('another size than the image', async () => {
    expect(await skipped('size', { 'a.png': grey(0, 1, 1) })).toEqual(['The mask of "size/images/a.png" has 3×1 pixels, the image 2×1.']);
  });

  test('values that are no class', async () => {
    expect(await skipped('value', { 'a.png': grey(1, 7), 'b.png': grey(254, 2) })).toEqual([
      'The mask "value/masks/a.png" holds 7, which is none of its 2 classes (a, b).',
      'The mask "value/masks/b.png" holds 2, 254, which is none of its 2 classes (a, b).',
    ]);
    const wide = pngOf({ width: 2, height: 1, depth: 16, values: [1, 300] });
    expect(await skipped('wide', { 'a.png': wide, 'b.png': pngOf({ width: 2, height: 1, depth: 16, values: [1, 0] }) })).toEqual([
      'The mask "wide/masks/a.png" holds 300, which is none of its 2 classes (a, b).',
    ]);
    const [reason] = await skipped(
      'unlisted',
      { 'a.png': await coloured([1, 2, 3], [0, 0, 0]) },
      { masks: { colours: { a: [0, 0, 0], b: [1, 1, 1] } } },
    );
    expect(reason).toContain('holds [1, 2, 3], which is none of its 2 classes');
  });

  test('no pixel of a class', async () => {
    expect(await skipped('empty', { 'a.png': grey(255, 255) }, { masks: { kind: 'index' } })).toEqual([
      'The mask of "empty/images/a.png" has no pixel of a class.',
    ]);
  });

  test('a file that is cut off, no image, or of a format with loss', async () => {
    const whole = pngOf({ width: 2, height: 1, depth: 8, values: [0, 1] });
    const lossy = await sharp(photo).jpeg().toBuffer();
    const reasons = await skipped('cut', { 'a.png': whole.subarray(0, whole.length - 25), 'b.png': new Uint8Array(0), 'c.jpg': lossy });
    expect(reasons.map((reason) => reason.split(':')[0])).toEqual([
      '"cut/masks/a.png" cannot be decoded as an image',
      '"cut/masks/b.png" cannot be decoded as an image',
      'The mask "cut/masks/c.jpg" is JPEG, which changes the numbers that say which class a pixel is.',
    ]);
  });

  test('more pixels than are allowed', async () => {
    const huge = { 'a.png': pngOf({ width: 20_000, height: 20_000, depth: 1, values: [] }) };
    await expect(folderOf('large', huge)).rejects.toMatchObject({ code: 'DATA_IMAGE_TOO_LARGE' });
    const data = await open('large', { classes, masks: { kind: 'index' } });
    await expect(data.mask?.(0)).rejects.toMatchObject({ code: 'DATA_IMAGE_TOO_LARGE', values: { file: 'large/masks/a.png' } });
    const image = { id: 1, file_name: 'a.png', width: 200_000, height: 200_000 };
    await write({ 'large/images/a.json': JSON.stringify({ images: [image], categories: [{ id: 1, name: 'x' }] }) });
    const coco = await open('large/images/a.json');
    await expect(coco.mask?.(0)).rejects.toMatchObject({ code: 'DATA_IMAGE_TOO_LARGE' });
    await expect(coco.load(0)).rejects.toMatchObject({ code: 'DATA_IMAGE_TOO_LARGE' });
  });

  test('one pixel, CMYK, 16 bits and animations are read', async () => {
    const pixels = sharp(new Uint8Array(3), { raw: { width: 1, height: 1, channels: 3 } });
    const frames = sharp(Buffer.alloc(2 * 3, 255).fill(0, 3), { raw: { width: 1, height: 2, channels: 3, pageHeight: 1 } });
    await write({
      'odd/images/cmyk.jpg': await pixels.clone().toColourspace('cmyk').jpeg().toBuffer(),
      'odd/images/wide.png': await pixels.clone().toColourspace('rgb16').png().toBuffer(),
      'odd/images/moving.gif': await frames
        .clone()
        .gif({ delay: [10, 10] })
        .toBuffer(),
      'odd/masks/cmyk.png': grey(1),
      'odd/masks/wide.png': pngOf({ width: 1, height: 1, depth: 16, values: [1] }),
      // Its first frame is white.
      'odd/masks/moving.gif': await frames
        .clone()
        .gif({ delay: [10, 10] })
        .toBuffer(),
    });
    const data = await open('odd', { classes: ['a', 'b'], masks: { ignore: [] } });
    for (const index of [0, 2]) expect(await data.load(index)).toMatchObject({ image: { width: 1, channels: 3 }, mask: { data: Uint8Array.of(1) } });
    await expect(data.load(1)).rejects.toThrow('"odd/masks/moving.gif" holds 255');
  });
});
