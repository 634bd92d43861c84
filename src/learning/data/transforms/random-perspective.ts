import * as z from 'zod';
import type { Random } from '../../../core/index.js';
import { chanceSchema, defineGeometry, type Extent, fillSchema } from './step.js';
import { type PointMap, warp } from './warp.js';

type Point = readonly [x: number, y: number];

/** Tilts the image with the given chance: each corner moves inwards by a random share; as torchvision's `RandomPerspective`. */
export const randomPerspective = defineGeometry({
  schema: z.strictObject({
    name: z.literal('random-perspective'),
    chance: chanceSchema.default(0.5),
    /** How far corners move at most, as a share of half the width and height. */
    distortion: z.number().min(0).max(1).default(0.5),
    fill: fillSchema,
  }),
  isRandom: ({ chance, distortion }) => chance > 0 && distortion > 0,
  geometry: (extent, { chance, distortion }, random) => {
    const isLarge = extent.width > 1 && extent.height > 1;
    if (random.uniform() >= chance || !isLarge) return (pixels) => pixels;
    const sourceOf = perspectiveSource(drawCorners(extent, distortion, random), cornersOf(extent));
    return (pixels, sampling) => warp(pixels, sourceOf, sampling);
  },
});

function cornersOf({ width, height }: Extent): readonly Point[] {
  return [
    [0, 0],
    [width - 1, 0],
    [width - 1, height - 1],
    [0, height - 1],
  ];
}

function drawCorners(extent: Extent, distortion: number, random: Random): readonly Point[] {
  const inwards = (side: number): number => random.integer(Math.floor(distortion * Math.floor(side / 2) + 1));
  return cornersOf(extent).map(([x, y]) => [
    x === 0 ? inwards(extent.width) : x - inwards(extent.width),
    y === 0 ? inwards(extent.height) : y - inwards(extent.height),
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
