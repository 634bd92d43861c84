import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import type { DecodeOptions } from './decode.js';
import { nodeDecoder } from './decode.node.js';
import type { Image } from './image.js';

/** Red, green above blue, white. */
const quadrants = sharp({ create: { width: 32, height: 16, channels: 3, background: '#ff0000' } }).composite([
  { input: { create: { width: 16, height: 8, channels: 3, background: '#00ff00' } }, left: 16, top: 0 },
  { input: { create: { width: 16, height: 8, channels: 3, background: '#0000ff' } }, left: 0, top: 8 },
  { input: { create: { width: 16, height: 8, channels: 3, background: '#ffffff' } }, left: 16, top: 8 },
]);

async function decode(image: Sharp | Buffer, options?: DecodeOptions): Promise<Image> {
  const bytes = Buffer.isBuffer(image) ? image : await image.toBuffer();
  return nodeDecoder(options).decode(Uint8Array.from(bytes), 'photo.jpg');
}

function pixelAt({ data, width, channels }: Image, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)];
}

function expectNear(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(tolerance);
  });
}

describe('the decoder of Node', () => {
  test.each([
    ['JPEG', quadrants.clone().jpeg({ quality: 95 }), 12],
    ['PNG', quadrants.clone().png(), 0],
    ['WebP', quadrants.clone().webp({ lossless: true }), 0],
    ['GIF', quadrants.clone().gif(), 0],
    ['AVIF', quadrants.clone().avif({ lossless: true }), 4],
  ])('reads %s', async (_, file, tolerance) => {
    const image = await decode(file);
    expect(image).toMatchObject({ width: 32, height: 16, channels: 3 });
    expectNear(pixelAt(image, 4, 4), [255, 0, 0], tolerance);
    expectNear(pixelAt(image, 28, 4), [0, 255, 0], tolerance);
    expectNear(pixelAt(image, 4, 12), [0, 0, 255], tolerance);
    expectNear(pixelAt(image, 28, 12), [255, 255, 255], tolerance);
  });

  test.each([
    [1, 32, 16, [255, 0, 0]],
    [3, 32, 16, [255, 255, 255]],
    [5, 16, 32, [255, 0, 0]],
    [6, 16, 32, [0, 0, 255]],
    [8, 16, 32, [0, 255, 0]],
  ])('applies EXIF orientation %i', async (orientation, width, height, topLeft) => {
    const image = await decode(quadrants.clone().withMetadata({ orientation }).jpeg({ quality: 95 }));
    expect(image).toMatchObject({ width, height });
    expectNear(pixelAt(image, 2, 2), topLeft, 12);
  });

  test('draws transparent images on the background, or keeps their alpha', async () => {
    const half = sharp({ create: { width: 1, height: 1, channels: 4, background: { r: 200, g: 0, b: 100, alpha: 0.5 } } }).png();
    expect(pixelAt(await decode(half.clone()), 0, 0)).toEqual([227, 127, 177]);
    expect(pixelAt(await decode(half.clone(), { alpha: [0, 0, 0] }), 0, 0)).toEqual([100, 0, 50]);
    expect(pixelAt(await decode(half.clone(), { alpha: 'keep' }), 0, 0)).toEqual([200, 0, 100, 128]);
  });

  test('reads 16-bit, grey, grey with alpha, palette and CMYK images as 8-bit RGB', async () => {
    const wide = sharp(Uint16Array.of(65535, 32896, 0), { raw: { width: 1, height: 1, channels: 3 } })
      .toColourspace('rgb16')
      .png();
    expect(pixelAt(await decode(wide), 0, 0)).toEqual([255, 128, 0]);
    const wideGrey = sharp(Uint16Array.of(32896), { raw: { width: 1, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png();
    expect(pixelAt(await decode(wideGrey), 0, 0)).toEqual([128, 128, 128]);
    const grey = sharp(Uint8Array.of(77), { raw: { width: 1, height: 1, channels: 1 } })
      .toColourspace('b-w')
      .png();
    expect(pixelAt(await decode(grey), 0, 0)).toEqual([77, 77, 77]);
    const greyAlpha = sharp(Uint8Array.of(0, 0), { raw: { width: 1, height: 1, channels: 2 } })
      .toColourspace('b-w')
      .png();
    expect(pixelAt(await decode(greyAlpha), 0, 0)).toEqual([255, 255, 255]);
    expect(pixelAt(await decode(quadrants.clone().png({ palette: true })), 4, 12)).toEqual([0, 0, 255]);
    const cmyk = await decode(quadrants.clone().toColourspace('cmyk').jpeg({ quality: 95 }));
    expect(cmyk.channels).toBe(3);
    expectNear(pixelAt(cmyk, 28, 12), [255, 255, 255], 12);
  });

  test('reads the first frame of an animation', async () => {
    const frames = Buffer.alloc(2 * 3, 255).fill(0, 3);
    const animation = sharp(frames, { raw: { width: 1, height: 2, channels: 3, pageHeight: 1 } }).gif({ delay: [10, 10] });
    const image = await decode(animation);
    expect(image).toMatchObject({ width: 1, height: 1 });
    expect(pixelAt(image, 0, 0)).toEqual([255, 255, 255]);
  });

  test('names the file it cannot decode', async () => {
    const whole = await quadrants.clone().jpeg().toBuffer();
    const broken = { code: 'DATA_IMAGE_CORRUPT', values: { file: 'photo.jpg' } };
    await expect(decode(whole.subarray(0, whole.length / 2))).rejects.toMatchObject(broken);
    await expect(decode(Buffer.alloc(0))).rejects.toMatchObject(broken);
    await expect(decode(Buffer.from('<html>404</html>'))).rejects.toMatchObject(broken);
    const png = await quadrants.clone().png().toBuffer();
    await expect(decode(png.subarray(0, png.length - 30))).rejects.toMatchObject(broken);
  });

  test('refuses images larger than the limit', async () => {
    await expect(decode(quadrants.clone().png(), { maxPixels: 511 })).rejects.toMatchObject({
      code: 'DATA_IMAGE_TOO_LARGE',
      values: { file: 'photo.jpg', limit: 511 },
    });
  });
});
