import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pngOf } from '../../../test/support/png.js';
import type { DecodeOptions, ImageDecoder } from './decode.js';
import { nodeDecoder } from './decode.node.js';
import type { Image } from './image.js';
import { readStored } from './masks/stored.js';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

declare const regraft: { browserDecoder(options?: DecodeOptions): ImageDecoder; readStored: typeof readStored };

/** Runs in the page. */
async function decodeInPage({ bytes, options }: { bytes: number[]; options: DecodeOptions }) {
  try {
    const image = await regraft.browserDecoder(options).decode(Uint8Array.from(bytes), 'photo.jpg');
    return { ...image, data: [...image.data] };
  } catch (error) {
    return { code: (error as { code?: string }).code };
  }
}

/** Runs in the page. */
async function maskInPage(bytes: number[]) {
  const { kind, ...mask } = await regraft.readStored(Uint8Array.from(bytes), 'mask.png', {
    decoder: regraft.browserDecoder(),
    toleratesNoise: false,
  });
  return { kind, numbers: [...('values' in mask ? mask.values : mask.colours)] };
}

async function bundleForPage(): Promise<string> {
  const contents = "export * from './decode.browser.js'; export * from './masks/stored.js';";
  const stdin = { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: 'iife', globalName: 'regraft', platform: 'browser' });
  return outputFiles[0]?.text ?? '';
}

/** A picture with edges and gradients. */
function picture(width: number, height: number, channels: 1 | 3 | 4): Sharp {
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const x = Math.floor(i / channels) % width;
    const y = Math.floor(i / channels / width);
    return i % channels === 3 ? 255 - x * 4 : (x * 5 + y * 3 * (i % channels) + (x > y ? 60 : 0)) % 256;
  });
  return sharp(data, { raw: { width, height, channels } });
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}

describe.skipIf(!existsSync(executablePath))('the decoder of browsers, in Chromium', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    page = await browser.newPage();
    await page.addScriptTag({ content: await bundleForPage() });
  });
  afterAll(() => browser.close());

  test.each([
    ['PNG', picture(40, 30, 3).png(), {}, 0],
    ['grey PNG', picture(40, 30, 1).toColourspace('b-w').png(), {}, 0],
    ['16-bit PNG', picture(40, 30, 3).toColourspace('rgb16').png(), {}, 1],
    ['GIF', picture(16, 16, 3).gif(), {}, 0],
    ['lossless WebP', picture(40, 30, 3).webp({ lossless: true }), {}, 0],
    ['WebP', picture(40, 30, 3).webp(), {}, 3],
    ['JPEG', picture(40, 30, 3).jpeg(), {}, 3],
    ['JPEG turned by EXIF', picture(40, 30, 3).withMetadata({ orientation: 6 }).jpeg(), {}, 3],
    ['AVIF', picture(40, 30, 3).avif(), {}, 3],
    ['PNG with alpha, on white', picture(40, 30, 4).png(), {}, 2],
    ['PNG with alpha that is kept', picture(16, 30, 4).png(), { alpha: 'keep' as const }, 2],
    ['JPEG where alpha is kept', picture(40, 30, 3).jpeg(), { alpha: 'keep' as const }, 3],
    ['PNG with alpha, on a colour', picture(40, 30, 4).png(), { alpha: [200, 0, 50] as const }, 2],
  ])('%s is what Node reads', async (_, file, options, tolerance) => {
    const bytes = Uint8Array.from(await file.toBuffer());
    const there = (await page.evaluate(decodeInPage, { bytes: [...bytes], options })) as unknown as Image;
    const here = await nodeDecoder(options).decode(bytes, 'photo.jpg');
    expect(there).toMatchObject({ width: here.width, height: here.height, channels: here.channels });
    expect(largestDifference(there.data, here.data)).toBeLessThanOrEqual(tolerance);
  });

  test.each([
    [
      'palette indices',
      pngOf({
        width: 2,
        height: 2,
        depth: 2,
        values: [0, 1, 2, 3],
        palette: [
          [0, 0, 0],
          [9, 9, 9],
          [9, 9, 9],
          [255, 0, 0],
        ],
      }),
    ],
    ['grey of 4 bits', pngOf({ width: 2, height: 2, depth: 4, values: [0, 1, 7, 15] })],
    ['grey of 16 bits', pngOf({ width: 2, height: 2, depth: 16, values: [0, 1, 200, 255] })],
    ['grey with a gamma', pngOf({ width: 2, height: 2, depth: 8, values: [0, 1, 100, 254], extra: { gAMA: Uint8Array.of(0, 0, 0x10, 0) } })],
    ['colours', picture(8, 8, 3).png()],
    ['colours of a profile', picture(8, 8, 3).withIccProfile('p3').png()],
    ['colours of lossless WebP', picture(8, 8, 3).webp({ lossless: true })],
  ])('a mask of %s holds what it holds in Node', async (_, file) => {
    const bytes = file instanceof Uint8Array ? file : Uint8Array.from(await file.toBuffer());
    const here = await readStored(bytes, 'mask.png', { decoder: nodeDecoder(), toleratesNoise: false });
    const numbers = [...('values' in here ? here.values : here.colours)];
    expect(await page.evaluate(maskInPage, [...bytes])).toEqual({ kind: here.kind, numbers });
  });

  test('errors are the same', async () => {
    const whole = [...(await picture(40, 30, 3).png().toBuffer())];
    expect(await page.evaluate(decodeInPage, { bytes: [1, 2, 3], options: {} })).toEqual({ code: 'DATA_IMAGE_CORRUPT' });
    expect(await page.evaluate(decodeInPage, { bytes: [], options: {} })).toEqual({ code: 'DATA_IMAGE_CORRUPT' });
    expect(await page.evaluate(decodeInPage, { bytes: whole, options: { maxPixels: 1199 } })).toEqual({ code: 'DATA_IMAGE_TOO_LARGE' });
  });
});
