import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpecInput } from '../../src/app/spec/index.js';
import { evaluate, predict, train } from '../../src/app/workflow/index.node.js';
import { Events } from '../../src/core/index.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import type { Image } from '../../src/learning/data/index.js';
import { nodeDecoder } from '../../src/learning/data/index.node.js';
import { codeOf } from '../support/questions.js';
import { drawShapes } from '../support/shapes.js';
import { tinyBase } from '../support/tiny-base.js';

const MINUTES = 120_000;
const root = mkdtempSync(join(tmpdir(), 'regraft-bad-images-'));
const at = (name: string): string => join(root, name);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const solid = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: { r: 100, g: 150, b: 200 } } });

/** Noise, so that a file cut off lacks pixels. */
const noise = sharp(Buffer.from(Array.from({ length: 32 * 32 * 3 }, (_, i) => (i * 37 + (i >> 5) * 11) % 256)), {
  raw: { width: 32, height: 32, channels: 3 },
});

/** Two frames, 200 and 10. */
const frames = sharp(Buffer.alloc(2 * 4 * 4 * 3, 200).fill(10, 4 * 4 * 3), { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } });

/** A value of 16 bits that is no multiple of 257: its 8-bit value is 100.4, were it not shortened. */
const WIDE = 25_800;

/** Says 20,000 × 20,000 in the header of a small file. */
function claimPng(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(20_000, 16);
  bytes.writeUInt32BE(20_000, 20);
  return withCrc(bytes);
}

/** The check of the header chunk, counted anew (PNG specification, annex D). */
function withCrc(bytes: Buffer): Buffer {
  let crc = 0xffffffff;
  for (const byte of bytes.subarray(12, 29)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  bytes.writeUInt32BE((crc ^ 0xffffffff) >>> 0, 29);
  return bytes;
}

function claimJpeg(bytes: Buffer): Buffer {
  const start = bytes.indexOf(Buffer.of(0xff, 0xc0));
  bytes.writeUInt16BE(20_000, start + 5);
  bytes.writeUInt16BE(20_000, start + 7);
  return bytes;
}

const half = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length >> 1);

/** Files that are images, with their first pixel; a JPEG rounds by 2, its colours of ink by an ink profile. */
const readable: Record<string, readonly [make: () => Promise<Buffer>, width: number, height: number, pixel: readonly number[], within: number]> = {
  'dot.png': [() => solid(1, 1).png().toBuffer(), 1, 1, [100, 150, 200], 0],
  'dot.jpg': [() => solid(1, 1).jpeg().toBuffer(), 1, 1, [100, 150, 200], 2],
  'line.png': [() => solid(1, 300).png().toBuffer(), 1, 300, [100, 150, 200], 0],
  'ink.jpg': [() => solid(8, 8).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(), 8, 8, [100, 150, 200], 10],
  'wide.png': [() => wide(3, 'rgb16'), 1, 1, [100, 100, 100], 0],
  'wide-grey.png': [() => wide(1, 'grey16'), 1, 1, [100, 100, 100], 0],
  'moving.gif': [
    () =>
      frames
        .clone()
        .gif({ delay: [10, 10] })
        .toBuffer(),
    4,
    4,
    [200, 200, 200],
    0,
  ],
  'moving.webp': [
    () =>
      frames
        .clone()
        .webp({ lossless: true, delay: [10, 10] })
        .toBuffer(),
    4,
    4,
    [200, 200, 200],
    0,
  ],
  'turned.jpg': [() => solid(8, 4).withMetadata({ orientation: 6 }).jpeg().toBuffer(), 4, 8, [100, 150, 200], 2],
};

function wide(channels: 1 | 3, space: string): Promise<Buffer> {
  return sharp(new Uint16Array(channels).fill(WIDE), { raw: { width: 1, height: 1, channels } })
    .toColourspace(space)
    .png()
    .toBuffer();
}

/** Files that are none, or none that is to be read. */
const unreadable: Record<string, readonly [make: () => Promise<Buffer>, code: string]> = {
  'huge.png': [async () => claimPng(await solid(2, 2).png().toBuffer()), 'DATA_IMAGE_TOO_LARGE'],
  'huge.jpg': [async () => claimJpeg(await solid(2, 2).jpeg().toBuffer()), 'DATA_IMAGE_TOO_LARGE'],
  'cut.jpg': [async () => half(await noise.clone().jpeg().toBuffer()), 'DATA_IMAGE_CORRUPT'],
  'cut.png': [async () => half(await noise.clone().png().toBuffer()), 'DATA_IMAGE_CORRUPT'],
  'cut.webp': [async () => half(await noise.clone().webp().toBuffer()), 'DATA_IMAGE_CORRUPT'],
  'cut.gif': [async () => half(await noise.clone().gif().toBuffer()), 'DATA_IMAGE_CORRUPT'],
  'empty.png': [async () => Buffer.alloc(0), 'DATA_IMAGE_CORRUPT'],
  'letter.jpg': [async () => Buffer.from('Dear reader,'), 'DATA_IMAGE_CORRUPT'],
  'page.jpg': [async () => Buffer.from('<!doctype html><html>404</html>'), 'DATA_IMAGE_CORRUPT'],
};

const decode = async (make: () => Promise<Buffer>): Promise<Image> => nodeDecoder().decode(Uint8Array.from(await make()), 'file');

describe('an image as people have them', () => {
  it.each(Object.entries(readable))('%s', async (_, [make, width, height, pixel, within]) => {
    const image = await decode(make);
    expect([image.width, image.height, image.channels]).toEqual([width, height, 3]);
    for (const [i, value] of pixel.entries()) expect(Math.abs((image.data[i] as number) - value)).toBeLessThanOrEqual(within);
  });

  it.each(Object.entries(unreadable))('%s is refused', async (_, [make, code]) => {
    const before = process.memoryUsage().rss;
    expect(await codeOf(decode(make))).toBe(code);
    // 20,000 × 20,000 pixels would be 1.2 GB.
    expect(process.memoryUsage().rss - before).toBeLessThan(2e8);
  });
});

const spec = (data: SpecInput['data'], task: SpecInput['task']): SpecInput => ({
  task,
  base: { uri: at('base.onnx'), preprocessing: { size: [32, 32] } },
  data: { maxSkippedShare: 0.3, ...(data as object) } as SpecInput['data'],
  recipe: 'feature-extraction',
  // Batches of similarity show as many of each class: not all of the largest in one epoch.
  training: { epochs: 4, batchSize: 8 },
  threads: 1,
  seed: 1,
});

/** Notes that a workflow gave. */
function listening() {
  const notes: string[] = [];
  const events = new Events<{ progress: { stage: string; done: number; total?: number }; note: { text: string } }>();
  events.on('note', ({ text }) => notes.push(text));
  return { notes, context: { events } };
}

describe('every task on images', () => {
  const files = [...Object.keys(readable), ...Object.keys(unreadable)];
  const broken = Object.keys(unreadable).length;

  beforeAll(async () => {
    await saveModelFile(at('base.onnx'), tinyBase());
    await drawShapes(at('photos'), 10);
    mkdirSync(at('photos/mixed'));
    for (const [name, [make]] of Object.entries({ ...readable, ...unreadable })) writeFileSync(at(`photos/mixed/${name}`), await make());
    const shapes = ['circle', 'cross', 'square'].flatMap((shape) => Array.from({ length: 10 }, (_, i) => `${shape}/0${i}.png`));
    const rows = [...shapes, ...files.map((name) => `mixed/${name}`)].map((file, i) => `photos/${file},${i % 2 ? 'a' : 'a|b'},${i / 7}`);
    writeFileSync(at('table.csv'), `${['image,labels,value', ...rows].join('\n')}\n`);
  });

  it.each([
    ['one class', 'image-classification', { train: () => at('photos') }],
    ['several labels', 'image-classification', { train: () => at('table.csv'), columns: { labels: 'labels' } }],
    ['numbers', 'image-regression', { train: () => at('table.csv'), columns: { targets: ['value'] } }],
    ['similarity', 'image-similarity', { train: () => at('photos') }],
  ] as const)(
    '%s: what cannot be read is left out and counted, what moves is mentioned once',
    async (name, task, { train: path, ...data }) => {
      const { notes, context } = listening();
      const result = await train({ spec: spec({ ...data, train: path() } as SpecInput['data'], task), out: at(`run ${name}`) }, context);
      expect(result).toMatchObject({ done: true, skipped: broken });
      const moving = notes.filter((note) => note.includes('first frame'));
      expect(moving).toEqual([expect.stringMatching(/moving\.(gif|webp) and 1 more/)]);
      const evaluated = await evaluate({ target: at(`run ${name}`), data: path(), ...('columns' in data && { columns: data.columns as object }) });
      expect(evaluated.skipped).toHaveLength(broken);
      expect(evaluated.notes.filter((note) => note.includes('first frame'))).toHaveLength(1);
    },
    MINUTES,
  );

  it(
    'predicting, file by file or a folder',
    async () => {
      const { notes, context } = listening();
      const folder = await predict({ bundle: at('run one class'), inputs: [at('photos/mixed')] }, context);
      expect(folder.predictions).toHaveLength(files.length - broken);
      expect(folder.skipped).toHaveLength(broken);
      const single = await predict({ bundle: at('run one class'), inputs: files.map((file) => at(`photos/mixed/${file}`)) }, context);
      expect(single.predictions.map(({ input }) => input).sort()).toEqual(folder.predictions.map(({ input }) => input).sort());
      expect(notes.filter((note) => note.includes('first frame'))).toHaveLength(2);
    },
    MINUTES,
  );

  it('data of one class, and data that cannot be read at all', async () => {
    await drawShapes(at('more'), 3);
    for (const shape of ['circle', 'cross']) rmSync(at(`more/${shape}`), { recursive: true });
    for (const task of ['image-classification', 'image-similarity'] as const)
      expect(await codeOf(train({ spec: spec({ train: at('more') } as SpecInput['data'], task), out: at('none') }))).toBe('DATA_ONE_CLASS');
    for (const name of ['a', 'b']) {
      mkdirSync(at(`letters/${name}`), { recursive: true });
      writeFileSync(at(`letters/${name}/letter.jpg`), 'Dear reader,');
    }
    const all = train({ spec: spec({ train: at('letters') } as SpecInput['data'], 'image-classification'), out: at('none') });
    await expect(all).rejects.toMatchObject({ code: 'DATA_TOO_MANY_SKIPPED' });
  });
});
