import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { Random } from '../../src/core/index.js';

/** Pixels of a side. */
const SIZE = 32;

const drawings = {
  circle: (x: number, y: number, r: number): string => `<circle cx="${x}" cy="${y}" r="${r}"/>`,
  cross: (x: number, y: number, r: number): string => `<path d="M${x - r} ${y}h${2 * r}M${x} ${y - r}v${2 * r}" stroke-width="4" stroke="black"/>`,
  square: (x: number, y: number, r: number): string =>
    `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}" fill="none" stroke="black"/>`,
} as const;

/** Draws a folder of small pictures, `count` of each of three shapes, at random places on random grounds. */
export async function drawShapes(folder: string, count: number, seed = 0): Promise<void> {
  for (const [name, draw] of Object.entries(drawings)) {
    mkdirSync(join(folder, name), { recursive: true });
    const random = new Random(seed, name);
    for (let i = 0; i < count; i++) {
      const [x, y, r] = [random.uniform(10, 22), random.uniform(10, 22), random.uniform(5, 9)];
      const ground = `rgb(${[0, 1, 2].map(() => 128 + random.integer(128)).join()})`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}"><rect width="100%" height="100%" fill="${ground}"/>${draw(x, y, r)}</svg>`;
      writeFileSync(join(folder, name, `${String(i).padStart(2, '0')}.png`), await sharp(Buffer.from(svg)).png().toBuffer());
    }
  }
}
