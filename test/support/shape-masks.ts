import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { Random } from '../../src/core/index.js';
import { pngOf } from './png.js';

/** What the classes of the masks are, in order. */
export const SHAPE_CLASSES = ['background', 'disc', 'square'] as const;

/** Draws images of a red disc and a blue square on a noisy ground into `folder/images`, and their masks into `folder/masks`; the rim of shapes is ignored. */
export async function drawShapeMasks(folder: string, count: number, size = 32, seed = 0): Promise<void> {
  for (const part of ['images', 'masks']) mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, 'classes.txt'), `${SHAPE_CLASSES.join('\n')}\n`);
  const random = new Random(seed, 'shape masks');
  for (let i = 0; i < count; i++) {
    const name = `${String(i).padStart(3, '0')}.png`;
    const r = random.uniform(size / 6, size / 4);
    const discs = place(random, size, r);
    const squares = place(random, size, r);
    const pixels = Buffer.alloc(size * size * 3);
    const classes = new Uint8Array(size * size);
    for (let pixel = 0; pixel < classes.length; pixel++) {
      const [x, y] = [(pixel % size) + 0.5, Math.floor(pixel / size) + 0.5];
      const disc = Math.hypot(x - discs[0], y - discs[1]) - r;
      const square = Math.max(Math.abs(x - squares[0]), Math.abs(y - squares[1])) - r;
      const label = disc < 0 ? 1 : square < 0 ? 2 : 0;
      classes[pixel] = Math.min(Math.abs(disc), Math.abs(square)) < 0.5 ? 255 : label;
      const ground = random.uniform(60, 190);
      pixels.set(label === 0 ? [ground, ground, ground] : label === 1 ? [220, 60, ground / 3] : [ground / 3, 80, 220], 3 * pixel);
    }
    writeFileSync(
      join(folder, 'images', name),
      await sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
        .png()
        .toBuffer(),
    );
    writeFileSync(join(folder, 'masks', name), pngOf({ width: size, height: size, depth: 8, values: classes }));
  }
}

function place(random: Random, size: number, r: number): readonly [number, number] {
  return [random.uniform(r, size - r), random.uniform(r, size - r)];
}
