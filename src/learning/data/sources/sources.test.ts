import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { float32, int64, writeSafetensors } from '../../../core/index.js';
import { type Content, type Dataset, groupById, samplesOf, subset } from '../dataset.js';
import { blobFiles } from '../files.js';
import { hashDataset } from '../hash.js';
import type { Image } from '../image.js';
import { openSource, type SourceSpec } from '../open.js';
import { openDataset } from '../open.node.js';

let root: string;
let png: Buffer;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'regraft-'));
  png = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#102030' } })
    .png()
    .toBuffer();
});
afterAll(() => rm(root, { recursive: true }));

/** Writes files under the test's folder, making folders where needed. */
async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

function open(spec: string | SourceSpec): Promise<Dataset> {
  return openDataset(spec, { root });
}

function facts(dataset: Dataset): unknown[] {
  return [...samplesOf(dataset)].map(({ id, label, group }) => (group === undefined ? [id, label] : [id, label, group]));
}

function pixels(content: Content): number[] {
  return content.kind === 'image' ? [...content.image.data.subarray(0, 3)] : [];
}

describe('image folder', () => {
  test('classes are folder names by code point; deeper images count, hidden and other files do not', async () => {
    await write({
      'a/ä/1.png': png,
      'a/z/deep/er/2.PNG': png,
      'a/Z/3.png': png,
      'a/😀/4.png': png,
      'a/ﬀ/5.png': png,
      'a/z/.hidden.png': png,
      'a/.git/6.png': png,
      'a/z/notes.txt': 'x',
      'a/README.md': 'x',
    });
    const data = await open('a');
    expect(data.target).toEqual({ kind: 'classes', names: ['Z', 'z', 'ä', 'ﬀ', '😀'] });
    expect(facts(data)).toEqual([
      ['Z/3.png', 0],
      ['z/deep/er/2.PNG', 1],
      ['ä/1.png', 2],
      ['ﬀ/5.png', 3],
      ['😀/4.png', 4],
    ]);
    expect(data.ignored).toEqual(['z/notes.txt']);
    expect(pixels(await data.load(1))).toEqual([16, 32, 48]);
  });

  test('follows links, but not in circles', async () => {
    await write({ 'links/real/1.png': png });
    await symlink(join(root, 'links', 'real', '1.png'), join(root, 'links', 'real', 'again.png'));
    await symlink(join(root, 'links'), join(root, 'links', 'real', 'loop'));
    expect((await open('links')).size).toBe(2);
    await symlink(join(root, 'links', 'real'), join(root, 'links', 'other'));
    expect((await open('links')).target).toMatchObject({ names: ['other', 'real'] });
  });

  test('a link to nothing is an image that cannot be read', async () => {
    await write({ 'broken-links/a/1.png': png });
    await symlink('nowhere.png', join(root, 'broken-links', 'a', '2.png'));
    const data = await open('broken-links');
    expect(data.size).toBe(2);
    await expect(data.load(1)).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
  });

  test('given classes decide the order, and must include all there are', async () => {
    await write({ 'given/a/1.png': png, 'given/b/2.png': png });
    const data = await open({ path: 'given', classes: ['b', 'c', 'a'] });
    expect(facts(data)).toEqual([
      ['a/1.png', 2],
      ['b/2.png', 0],
    ]);
    await expect(open({ path: 'given', classes: ['a'] })).rejects.toMatchObject({ code: 'DATA_LABEL_UNKNOWN', values: { label: 'b' } });
  });

  test('without labels, all images count', async () => {
    await write({ 'bare/1.png': png, 'bare/x/2.png': png });
    expect(facts(await open({ path: 'bare', unlabelled: true }))).toEqual([
      ['1.png', undefined],
      ['x/2.png', undefined],
    ]);
  });

  test('says what is wrong with a folder', async () => {
    await write({ 'flat/1.png': png, 'splits/train/a/1.png': png, 'splits/val/a/1.png': png, 'hollow/a/1.png': png, 'hollow/b/1.heic': 'x' });
    await expect(open('nowhere')).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
    await expect(open('flat')).rejects.toMatchObject({ code: 'DATA_NO_CLASSES' });
    await expect(open('splits')).rejects.toMatchObject({ code: 'DATA_SPLIT_FOLDERS', values: { folders: 'train, val' } });
    await expect(open('hollow')).rejects.toThrow('The class folder "b" of "hollow" holds no image. Its files are of the kinds .heic.');
    await mkdir(join(root, 'vacant', 'a', 'b'), { recursive: true });
    await expect(open('vacant')).rejects.toThrow('The class folder "a" of "vacant" holds no image. It is empty.');
  });
});

describe('CSV and JSONL', () => {
  test('paths resolve against the table; usual column names need no mapping', async () => {
    await write({
      't/list.csv': '\ufefffile_name,Label,group\r\n"../img/1,a.png", dog ,g1\r\n../img/2.png,cat,\r\n\r\n../img/2.png,dog,g1\r\n',
      'img/1,a.png': png,
      'img/2.png': png,
    });
    const data = await open('t/list.csv');
    expect(data.target).toEqual({ kind: 'classes', names: ['cat', 'dog'] });
    expect(facts(data)).toEqual([
      ['../img/1,a.png', 1, 'g1'],
      ['../img/2.png', 0],
      ['../img/2.png#2', 1, 'g1'],
    ]);
    expect(pixels(await data.load(0))).toEqual([16, 32, 48]);
  });

  test('samples are named by their id, or by a column that is said to hold it', async () => {
    await write({ 'i.csv': 'image,label,id\na.png,x,first\na.png,x,\n', 'n.csv': 'image,label,name\na.png,x,first\n', 'a.png': png });
    expect(facts(await open('i.csv'))).toEqual([
      ['first', 0],
      ['a.png', 0],
    ]);
    expect(facts(await open({ path: 'n.csv', columns: { id: 'name' } }))).toEqual([['first', 0]]);
  });

  test('columns are mapped; semicolons and tabs are recognised', async () => {
    await write({ 'm.csv': 'bild;sorte\na.png;x\n', 'm.tsv': 'bild\tsorte\na.png\tx\n', 'a.png': png });
    for (const path of ['m.csv', 'm.tsv']) {
      const data = await open({ path, columns: { file: 'bild', label: 'sorte' } });
      expect(facts(data)).toEqual([['a.png', 0]]);
      expect(pixels(await data.load(0))).toEqual([16, 32, 48]);
    }
  });

  test('JSONL labels may be numbers, regression targets several or an array', async () => {
    await write({
      'l.jsonl': '{"image":"a.png","label":10}\n\n{"image":"b.png","label":9}\n',
      'r.jsonl': '{"image":"a.png","x":1,"y":"2.5","v":[1,2,3]}\n{"image":"b.png","x":-1,"y":0,"v":[4,5,6]}',
    });
    expect((await open('l.jsonl')).target).toEqual({ kind: 'classes', names: ['10', '9'] });
    const values = await open({ path: 'r.jsonl', columns: { targets: ['x', 'y'] } });
    expect(values.target).toEqual({ kind: 'values', names: ['x', 'y'] });
    expect(values.sample(0).label).toEqual([1, 2.5]);
    const vector = await open({ path: 'r.jsonl', columns: { targets: 'v' } });
    expect(vector.target).toEqual({ kind: 'values', names: ['v 0', 'v 1', 'v 2'] });
    expect(vector.sample(1).label).toEqual([4, 5, 6]);
  });

  test('numeric columns become input tensors', async () => {
    await write({ 'n.csv': 'w,h,c,class\n1,2,3,a\n4,5,6,b\n' });
    const data = await open({ path: 'n.csv', columns: { inputs: { size: ['w', 'h'], colour: ['c'] } } });
    expect(await data.load(1)).toEqual({ kind: 'tensors', tensors: { size: float32([2], [4, 5]), colour: float32([1], [6]) } });
    expect(facts(data)).toEqual([
      ['0', 0],
      ['1', 1],
    ]);
  });

  test.each([
    ['e1.csv', 'image,label\n', {}, 'DATA_EMPTY', {}],
    ['e2.csv', 'image,label\na.png,x\n', { label: 'lable' }, 'DATA_COLUMN_MISSING', { column: 'lable', available: 'image, label' }],
    ['twice.csv', 'image,label,label\na.png,x,y\n', {}, 'DATA_COLUMN_TWICE', { column: 'label' }],
    ['e3.csv', 'image,kind\na.png,x\n', {}, 'DATA_COLUMN_REQUIRED', { role: 'label', available: 'image, kind' }],
    ['e4.csv', 'image,label\na.png,x\nb.png,\n', {}, 'DATA_ROW_INVALID', { line: 3 }],
    ['e5.csv', 'image,label\na.png,x\nb.png,y,z\n', {}, 'DATA_ROW_INVALID', { line: 3 }],
    ['e6.csv', 'image,label\na.png,"x\n', {}, 'DATA_ROW_INVALID', { file: 'e6.csv' }],
    [
      'e7.csv',
      'image,x\na.png,1\nb.png,much\n',
      { targets: 'x' },
      'DATA_ROW_INVALID',
      { line: 3, reason: 'the column "x" holds "much", which is not a number' },
    ],
    ['e8.jsonl', '{"image":"a","label":"x"}\n{"image":\n', {}, 'DATA_ROW_INVALID', { line: 2 }],
    ['e9.jsonl', '[1]\n', {}, 'DATA_ROW_INVALID', { line: 1, reason: 'it is not a JSON object' }],
    ['e10.jsonl', '{"image":"a","v":[1,2]}\n{"image":"b","v":[1]}\n', { targets: 'v' }, 'DATA_ROW_INVALID', { line: 2 }],
    ['e11.csv', Uint8Array.of(0xff, 0xfe, 0x61, 0), {}, 'DATA_UNREADABLE', { file: 'e11.csv' }],
  ])('%s is refused', async (path, content, columns, code, values) => {
    await write({ [path]: content });
    await expect(open({ path, columns })).rejects.toMatchObject({ code, values });
  });
});

/** An IDX file of bytes. */
function idx(dims: readonly number[], data: readonly number[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + dims.length * 4));
  header.setUint32(0, 0x0800 + dims.length);
  for (const [axis, dim] of dims.entries()) header.setUint32(4 + axis * 4, dim);
  return Buffer.concat([new Uint8Array(header.buffer), Uint8Array.from(data)]);
}

describe('IDX', () => {
  const images = idx([2, 1, 2], [1, 2, 3, 4]);
  const labels = idx([2], [3, 0]);

  test('reads images and the labels beside them, gzipped or not', async () => {
    await write({ 'x-images-idx3-ubyte': images, 'x-labels-idx1-ubyte': labels });
    await write({
      'y-images-idx3-ubyte.gz': gzipSync(images),
      'y-labels-idx1-ubyte.gz': gzipSync(labels),
      'z-images.idx3-ubyte': images,
      'z-labels.idx1-ubyte': labels,
    });
    for (const path of ['x-images-idx3-ubyte', 'y-images-idx3-ubyte.gz', 'z-images.idx3-ubyte']) {
      const data = await open(path);
      expect(data.target).toEqual({ kind: 'classes', names: ['0', '1', '2', '3'] });
      expect(facts(data)).toEqual([
        ['0', 3],
        ['1', 0],
      ]);
      expect(await data.load(1)).toEqual({ kind: 'image', image: { width: 2, height: 1, channels: 1, data: Uint8Array.of(3, 4) } });
      await data.close();
    }
  });

  test('takes class names and a label file by name', async () => {
    await write({ 'pictures.idx': images, 'answers.idx': labels });
    const data = await open({ path: 'pictures.idx', format: 'idx', labelFile: 'answers.idx', classes: ['shirt', 'shoe', 'bag', 'hat'] });
    expect(data.target).toEqual({ kind: 'classes', names: ['shirt', 'shoe', 'bag', 'hat'] });
  });

  test.each([
    ['is cut off', images.subarray(0, 18), labels, 'DATA_FORMAT_BROKEN'],
    ['is something else', Buffer.from('hello'), labels, 'DATA_FORMAT_BROKEN'],
    ['is cut-off gzip', gzipSync(images).subarray(0, 25), labels, 'DATA_FORMAT_BROKEN'],
    ['has other labels', images, idx([3], [0, 1, 2]), 'DATA_ROWS_MISMATCH'],
    ['holds no images', labels, labels, 'DATA_FORMAT_BROKEN'],
  ])('a file that %s is refused', async (name, imageBytes, labelBytes, code) => {
    const prefix = name.replaceAll(' ', '_');
    await write({ [`${prefix}-images-idx3-ubyte`]: imageBytes, [`${prefix}-labels-idx1-ubyte`]: labelBytes });
    await expect(open(`${prefix}-images-idx3-ubyte`)).rejects.toMatchObject({ code });
  });
});

describe('safetensors', () => {
  test('class names may lie in the metadata; groups in a tensor of that name', async () => {
    const tensors = [
      ['x', float32([3, 1], [1, 2, 3])],
      ['labels', int64([3], [0, 1, 0])],
      ['groups', int64([3], [7, 7, 8])],
    ] as const;
    await write({ 'g.safetensors': writeSafetensors(tensors, [['classes', '["no","yes"]']]) });
    const data = await open('g.safetensors');
    expect(data.target).toEqual({ kind: 'classes', names: ['no', 'yes'] });
    expect(facts(data)).toEqual([
      ['0', 0, '7'],
      ['1', 1, '7'],
      ['2', 0, '8'],
    ]);
    await data.close();
  });

  test('a cut-off file is refused', async () => {
    await write({ 'cut.safetensors': writeSafetensors([['x', float32([3, 1], [1, 2, 3])]]).subarray(0, -1) });
    await expect(open('cut.safetensors')).rejects.toThrow('"cut.safetensors" is not valid safetensors: it is truncated');
  });
});

describe('opening', () => {
  test('an unknown kind lists what is read', async () => {
    await write({ 'data.xlsx': 'x' });
    await expect(open('data.xlsx')).rejects.toThrow(/"data\.xlsx" is not a kind of data Regraft reads\. It reads .*\.csv or \.tsv.*\.safetensors/);
  });

  test('works on files chosen in a browser', async () => {
    const blobs = new Map([
      ['pick/list.csv', new Blob(['image,label\nimg/../img/1.bin,a\n'])],
      ['pick/img/1.bin', new Blob([Uint8Array.of(9)])],
    ]);
    const pixels = async (bytes: Uint8Array): Promise<Image> => ({ width: 1, height: 1, channels: 1, data: bytes });
    const decoder = { pixels, decode: pixels, compose: (image: Image) => image, maxPixels: 1 };
    const data = await openSource({ path: 'pick/list.csv' }, blobFiles(blobs), decoder);
    expect(await data.load(0)).toEqual({ kind: 'image', image: { width: 1, height: 1, channels: 1, data: Uint8Array.of(9) } });
    await expect(openSource({ path: 'pick/other.csv' }, blobFiles(blobs), decoder)).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
  });
});

describe('a fingerprint', () => {
  test('depends on names, labels and bytes, not on the place', async () => {
    const other = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#102031' } })
      .png()
      .toBuffer();
    await write({
      'h1/a/1.png': png,
      'h1/b/2.png': png,
      'h2/a/1.png': png,
      'h2/b/2.png': png,
      'h3/a/1.png': png,
      'h3/b/2.png': other,
      'h4/a/1.png': png,
      'h4/c/2.png': png,
    });
    const [first, same, bytes, label] = await Promise.all(['h1', 'h2', 'h3', 'h4'].map(async (path) => hashDataset(await open(path))));
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(same).toBe(first);
    expect(new Set([first, bytes, label]).size).toBe(3);
  });

  test('counts a missing file as empty', async () => {
    await write({ 'missing.csv': 'image,label\nnot-there.png,x\n' });
    expect(await hashDataset(await open('missing.csv'))).toHaveLength(64);
  });
});

describe('views', () => {
  test('a subset keeps the order asked for, a pattern makes groups', async () => {
    await write({ 'v/a/cat_1.png': png, 'v/a/cat_2.png': png, 'v/a/dog_1.png': png });
    const data = groupById(await open('v'), /\/(.*)_/);
    expect(facts(subset(data, [2, 0]))).toEqual([
      ['a/dog_1.png', 0, 'dog'],
      ['a/cat_1.png', 0, 'cat'],
    ]);
  });
});
