import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { Random } from '../../src/core/index.js';

/** Pixels of a side. */
const SIZE = 32;

/** A small picture of what is in it. */
export interface Drawing {
  /** Relative to the folder. */
  readonly file: string;
  readonly tags: readonly string[];
  /** Share of the width that a white stripe takes. */
  readonly stripe: number;
  /** Brightness of the ground, 0 to 255. */
  readonly ground: number;
}

const SHAPES: Readonly<Record<string, string>> = {
  bar: '<rect x="0" y="2" width="32" height="5" fill="red"/>',
  box: '<rect x="3" y="20" width="9" height="9" fill="blue"/>',
  disc: '<circle cx="24" cy="22" r="6" fill="lime"/>',
};

/** Draws pictures that hold any of three shapes, and a white stripe of some length on a ground of some brightness; and says what each shows. */
export async function drawPictures(folder: string, count: number, seed = 0): Promise<Drawing[]> {
  mkdirSync(join(folder, 'images'), { recursive: true });
  const random = new Random(seed, 'pictures');
  const drawings: Drawing[] = [];
  for (let i = 0; i < count; i++) {
    const tags = Object.keys(SHAPES).filter(() => random.integer(2) === 1);
    const [stripe, ground] = [random.uniform(0, 1), 40 + random.integer(120)];
    const file = `images/${String(i).padStart(3, '0')}.png`;
    const parts = [
      `<rect width="100%" height="100%" fill="rgb(${ground},${ground},${ground})"/>`,
      `<rect x="0" y="8" width="${stripe * SIZE}" height="9" fill="white"/>`,
      ...tags.map((tag) => SHAPES[tag] as string),
    ];
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}">${parts.join('')}</svg>`;
    writeFileSync(join(folder, file), await sharp(Buffer.from(svg)).png().toBuffer());
    drawings.push({ file, tags, stripe, ground });
  }
  return drawings;
}
