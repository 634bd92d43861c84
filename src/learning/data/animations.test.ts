import sharp from 'sharp';
import { expect, it } from 'vitest';
import { Animations, isAnimated } from './animations.js';

const pixels = Buffer.from(Array.from({ length: 3 * 6 * 6 * 3 }, (_, i) => (i * 41) % 256));
const still = sharp(pixels, { raw: { width: 6, height: 18, channels: 3 } });
const moving = sharp(pixels, { raw: { width: 6, height: 18, channels: 3, pageHeight: 6 } });

it.each([
  [
    true,
    'GIF',
    () =>
      moving
        .clone()
        .gif({ delay: [10, 20, 30] })
        .toBuffer(),
  ],
  [
    true,
    'WebP',
    () =>
      moving
        .clone()
        .webp({ delay: [10, 20, 30] })
        .toBuffer(),
  ],
  [true, 'PNG', async () => withAnimationControl(await still.clone().png().toBuffer())],
  [false, 'GIF', () => still.clone().gif().toBuffer()],
  [false, 'WebP', () => still.clone().webp().toBuffer()],
  [false, 'WebP with a colour profile', () => still.clone().withMetadata().webp().toBuffer()],
  [false, 'PNG', () => still.clone().png().toBuffer()],
  [false, 'JPEG', () => still.clone().jpeg().toBuffer()],
  [false, 'AVIF', () => still.clone().avif().toBuffer()],
  [false, 'empty', async () => Buffer.alloc(0)],
])('%s: %s', async (expected, _, make) => {
  const bytes = await make();
  expect(isAnimated(bytes)).toBe(expected);
  // However much of it there is, it is not read beyond its end.
  for (let length = 0; length < bytes.length; length++) expect(isAnimated(bytes.subarray(0, length)) && !expected).toBe(false);
});

/** Puts a chunk of that name behind the header, as animated PNG has it. */
function withAnimationControl(png: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + 8);
  chunk.writeUInt32BE(8, 0);
  chunk.write('acTL', 4);
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

it('says which, once each', async () => {
  const animations = new Animations();
  expect(animations.remarks()).toEqual([]);
  const gif = await moving
    .clone()
    .gif({ delay: [10, 20, 30] })
    .toBuffer();
  for (const file of ['a.gif', 'b.gif', 'a.gif', 'c.gif']) animations.see(gif, file);
  animations.see(await still.clone().gif().toBuffer(), 'd.gif');
  expect(animations.remarks()).toEqual(['Animated images are read by their first frame alone: a.gif and 2 more.']);
});
