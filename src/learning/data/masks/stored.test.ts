import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { pngOf } from '../../../../test/support/png.js';
import { nodeDecoder } from '../decode.node.js';
import type { Colour } from '../image.js';
import { readStored, type StoredMask } from './stored.js';

function read(bytes: Uint8Array, toleratesNoise = false): Promise<StoredMask> {
  return readStored(Uint8Array.from(bytes), 'mask.png', { decoder: nodeDecoder(), toleratesNoise });
}

/** Two entries of one colour: a way back from colours to indices does not exist. */
const twins: readonly Colour[] = [
  [0, 0, 0],
  [128, 0, 0],
  [128, 0, 0],
  [0, 128, 0],
];

describe('numbers of a PNG file', () => {
  test.each([1, 2, 4, 8] as const)('palette indices of %i bits, whatever their colours', async (depth) => {
    const values = Uint8Array.from({ length: 5 * 3 }, (_, i) => (i * 7) % 2 ** Math.min(depth, 2));
    const stored = await read(pngOf({ width: 5, height: 3, depth, values, palette: twins.slice(0, 2 ** depth) }));
    expect(stored).toEqual({ kind: 'values', width: 5, height: 3, values, palette: twins.slice(0, 2 ** depth) });
  });

  test.each([1, 2, 4, 8] as const)('grey of %i bits is not stretched', async (depth) => {
    const values = Uint8Array.from({ length: 15 }, (_, i) => (i * 17) % 2 ** depth);
    expect(await read(pngOf({ width: 5, height: 3, depth, values }))).toEqual({ kind: 'values', width: 5, height: 3, values });
  });

  test('grey of 16 bits', async () => {
    const values = Uint16Array.of(0, 1, 254, 255, 256, 65_535);
    expect(await read(pngOf({ width: 3, height: 2, depth: 16, values }))).toMatchObject({ kind: 'values', values });
  });

  test('transparent entries, gamma and background change nothing', async () => {
    const extra = { gAMA: Uint8Array.of(0, 0, 0x10, 0), tRNS: Uint8Array.of(0, 0, 128) };
    const values = Uint8Array.of(0, 1, 2, 3);
    expect(await read(pngOf({ width: 2, height: 2, depth: 8, values, palette: twins, extra }))).toMatchObject({ values });
  });

  test('interlaced and filtered as encoders write it', async () => {
    const grey = Uint8Array.from({ length: 64 * 48 }, (_, i) => Math.floor((i % 64) / 5) + Math.floor(i / 64 / 9));
    const raw = sharp(grey, { raw: { width: 64, height: 48, channels: 1 } }).toColourspace('b-w');
    const stored = await read(await raw.png({ progressive: true, adaptiveFiltering: true }).toBuffer());
    expect(stored).toMatchObject({ kind: 'values', values: grey });
  });

  test('a file that is cut off is damaged', async () => {
    const whole = pngOf({ width: 64, height: 64, depth: 8, values: Uint8Array.from({ length: 4096 }, (_, i) => (i * i) % 251), palette: twins });
    const broken = { code: 'DATA_IMAGE_CORRUPT', values: { file: 'mask.png' } };
    for (const end of [whole.length - 40, 60, 20]) await expect(read(whole.subarray(0, end))).rejects.toMatchObject(broken);
  });
});

describe('colours of a file', () => {
  const colours = Uint8Array.of(255, 0, 0, 1, 2, 3, 0, 0, 0, 9, 9, 9);
  const raw = sharp(colours, { raw: { width: 2, height: 2, channels: 3 } });

  test.each([
    ['PNG', raw.clone().png()],
    ['lossless WebP', raw.clone().webp({ lossless: true })],
    ['GIF', raw.clone().gif()],
  ])('of %s', async (_, file) => {
    expect(await read(await file.toBuffer())).toEqual({ kind: 'colours', width: 2, height: 2, colours });
  });

  test('are black where the file is transparent', async () => {
    const rgba = sharp(Uint8Array.of(255, 0, 0, 0, 0, 0, 255, 255), { raw: { width: 2, height: 1, channels: 4 } });
    expect(await read(await rgba.png().toBuffer())).toMatchObject({ colours: Uint8Array.of(0, 0, 0, 0, 0, 255) });
  });

  test('that are all grey are numbers', async () => {
    const grey = sharp(Uint8Array.of(0, 0, 0, 7, 7, 7), { raw: { width: 2, height: 1, channels: 3 } });
    expect(await read(await grey.png().toBuffer())).toMatchObject({ kind: 'values', values: Uint8Array.of(0, 7) });
  });

  test('of a colour profile are not changed by it', async () => {
    const wide = raw.clone().withIccProfile('p3').png();
    const file = await wide.toBuffer();
    expect((await sharp(file).metadata()).hasProfile).toBe(true);
    const stored = sharp(file, { ignoreIcc: true }).raw();
    expect(await read(file)).toMatchObject({ colours: Uint8Array.from(await stored.toBuffer()) });
  });
});

describe('formats that do not keep numbers', () => {
  const raw = sharp(new Uint8Array(16 * 16 * 3).fill(255, 300), { raw: { width: 16, height: 16, channels: 3 } });
  test.each([
    ['JPEG', raw.clone().jpeg()],
    ['JPEG', raw.clone().toColourspace('cmyk').jpeg()],
    ['lossy WebP', raw.clone().webp()],
    ['AVIF', raw.clone().avif()],
  ])('%s is refused, but for black and white', async (format, file) => {
    const bytes = await file.toBuffer();
    await expect(read(bytes)).rejects.toMatchObject({ code: 'DATA_MASK_LOSSY', values: { format } });
    expect(await read(bytes, true)).toMatchObject({ width: 16, height: 16 });
  });
});
