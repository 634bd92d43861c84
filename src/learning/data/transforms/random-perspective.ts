import * as z from 'zod';
import type { Random } from '../../../core/index.js';
import type { Image } from '../image.js';
import { chanceSchema, defineStep, fillSchema } from './step.js';
import { type PointMap, warpBilinear } from './warp.js';

type Point = readonly [x: number, y: number];

/** Tilts the image with the given chance: each corner moves inwards by a random share; as torchvision's `RandomPerspective`. */
export const randomPerspective = defineStep({
  schema: z.strictObject({
    name: z.literal('random-perspective'),
    chance: chanceSchema.default(0.5),
    /** How far corners move at most, as a share of half the width and height. */
    distortion: z.number().min(0).max(1).default(0.5),
    fill: fillSchema,
  }),
  isRandom: ({ chance, distortion }) => chance > 0 && distortion > 0,
  apply: (image, { chance, distortion, fill }, random) => {
    const isLarge = image.width > 1 && image.height > 1;
    if (random.uniform() >= chance || !isLarge) return image;
    return warpBilinear(image, perspectiveSource(drawCorners(image, distortion, random), cornersOf(image)), fill);
  },
});

function cornersOf({ width, height }: Image): readonly Point[] {
  return [
    [0, 0],
    [width - 1, 0],
    [width - 1, height - 1],
    [0, height - 1],
  ];
}

function drawCorners(image: Image, distortion: number, random: Random): readonly Point[] {
  const inwards = (side: number): number => random.integer(Math.floor(distortion * Math.floor(side / 2) + 1));
  return cornersOf(image).map(([x, y]) => [
    x === 0 ? inwards(image.width) : x - inwards(image.width),
    y === 0 ? inwards(image.height) : y - inwards(image.height),
  ]);
}

/** The projection that takes four points of the result to four points of the source. */
export function perspectiveSource(result: readonly Point[], source: readonly Point[]): PointMap {
  const rows = result.flatMap(([x, y], i) => {
    const [u, v] = source[i] as Point;
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ];
  });
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = solve(rows);
  return (x, y) => {
    const depth = g * x + h * y + 1;
    return [(a * x + b * y + c) / depth, (d * x + e * y + f) / depth];
  };
}

/** Gaussian elimination with pivoting of `n` rows of `n` + 1 numbers, which it changes. */
function solve(rows: number[][]): number[] {
  const size = rows.length;
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) if (Math.abs(at(row, column)) > Math.abs(at(pivot, column))) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = at(row, column) / at(column, column);
      rows[row] = (rows[row] as number[]).map((value, i) => value - factor * at(column, i));
    }
  }
  return rows.map((row, i) => (row[size] as number) / (row[i] as number));
}
