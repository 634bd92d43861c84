import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../core/index.js';
import type { Colour, Image } from '../image.js';
import { affineSource, pointMap } from './affine.js';
import { gaussianBlur } from './gaussian-blur.js';
import { compileTransforms, isRandom, parseTransforms } from './pipeline.js';
import { operations } from './rand-augment.js';
import { randomErasing } from './random-erasing.js';
import { perspectiveSource } from './random-perspective.js';
import type { TransformInput } from './table.js';
import { warpBilinear } from './warp.js';

type Operations = readonly {
  readonly operation: keyof typeof operations;
  readonly bin: number;
  readonly amount: number;
  readonly pixels: string;
}[];
type Pair = readonly [number, number];

/** What torchvision and Pillow make of a small image; see bench/oracles/transforms.py. */
const golden = JSON.parse(readFileSync('test/golden/transforms.json', 'utf8')) as {
  readonly width: number;
  readonly height: number;
  readonly fill: Colour;
  readonly images: Readonly<Record<'1' | '3', string>>;
  readonly operations: Readonly<Record<'1' | '3', Operations>>;
  readonly affine: readonly { angle: number; translate: Pair; scale: number; shear: Pair; pixels: string }[];
  readonly perspective: readonly { end: readonly Pair[]; pixels: string }[];
  readonly blur: readonly { kernel: number; sigma: number; pixels: string }[];
};
const { width, height, fill } = golden;
const SAMPLING = { filter: 'bilinear', antialias: true } as const;

function imageOf(channels: 1 | 3): Image {
  return { width, height, channels, data: bytes(golden.images[channels]) };
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

/** Largest difference of two images. */
function difference(image: Image, pixels: string): number {
  const expected = bytes(pixels);
  return image.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))), 0);
}

describe('operations of rand-augment give the pixels that torchvision gives on PIL images', () => {
  const cases = ([1, 3] as const).flatMap((channels) => golden.operations[channels].map((row) => ({ channels, ...row })));
  test.each(cases)('$operation, bin $bin, $amount, $channels channels', ({ channels, operation, bin, amount, pixels }) => {
    const { move, isSigned, amount: amountOf } = operations[operation];
    const image = imageOf(channels);
    // torchvision computes its amounts in single precision.
    expect(amountOf(bin / 30, image)).toBeCloseTo(isSigned ? Math.abs(amount) : amount, 4);
    // The fill of a grey image is its first number there.
    const background: Colour = channels === 1 ? [fill[0], fill[0], fill[0]] : fill;
    const moved = move(amount, image);
    const found = 'geometry' in moved ? moved.geometry(image, { ...SAMPLING, fill: background }) : { ...image, data: moved.recolour(image) };
    expect(difference(found, pixels)).toBe(0);
  });
});

describe('geometry with bilinear interpolation gives the pixels of PIL', () => {
  test.each(golden.affine)('affine $angle $translate $scale $shear', ({ pixels, ...movement }) => {
    const source = pointMap(affineSource(movement, [width / 2, height / 2]));
    // PIL adds up coordinates along a row: where a colour falls on a whole number, rounding down may differ by 1.
    expect(difference(warpBilinear(imageOf(3), source, fill), pixels)).toBeLessThanOrEqual(1);
  });

  test.each(golden.perspective)('perspective to $end', ({ end, pixels }) => {
    const corners = [[0, 0] as const, [width - 1, 0] as const, [width - 1, height - 1] as const, [0, height - 1] as const];
    // torchvision solves for the projection in single precision.
    expect(difference(warpBilinear(imageOf(3), perspectiveSource(end, corners), fill), pixels)).toBeLessThanOrEqual(1);
  });
});

test.each(golden.blur)('a blur of $kernel pixels, sigma $sigma', ({ kernel, sigma, pixels }) => {
  const step = gaussianBlur.schema.parse({ name: 'gaussian-blur', chance: 1, kernel, sigma: [sigma, sigma] });
  // torchvision convolves in single precision: a half may be rounded the other way.
  expect(difference({ ...imageOf(3), data: gaussianBlur.recolour(imageOf(3), step, new Random(0)) }, pixels)).toBeLessThanOrEqual(1);
});

describe('random-erasing', () => {
  const erase = (step: object, stream: number): Uint8Array =>
    randomErasing.recolour(imageOf(3), randomErasing.schema.parse({ name: 'random-erasing', chance: 1, ...step }), new Random(3, stream));

  test('covers one rectangle of the asked share', () => {
    const before = imageOf(3);
    for (let stream = 0; stream < 100; stream++) {
      const data = erase({ scale: [0.1, 0.3], fill: [1, 2, 250] }, stream);
      const places = Array.from({ length: width * height }, (_, i) => i).filter((i) => data[3 * i + 2] === 250 && data[3 * i] === 1);
      const [xs, ys] = [places.map((i) => i % width), places.map((i) => Math.floor(i / width))];
      const spanned = (Math.max(...xs) - Math.min(...xs) + 1) * (Math.max(...ys) - Math.min(...ys) + 1);
      expect(places).toHaveLength(spanned);
      // Sides are rounded to whole pixels.
      expect(places.length / (width * height)).toBeGreaterThan(0.1 * 0.75);
      expect(places.length / (width * height)).toBeLessThan(0.3 * 1.25);
      const changed = data.filter((value, i) => value !== before.data[i] && !places.includes(Math.floor(i / 3)));
      expect(changed).toHaveLength(0);
    }
  });

  test('noise has all values', () => {
    const data = erase({ scale: [0.3, 0.3] }, 1);
    expect(new Set(data.filter((value, i) => value !== imageOf(3).data[i])).size).toBeGreaterThan(80);
  });

  test('leaves alpha as it is and an image alone that no rectangle fits into', () => {
    const clear: Image = { width: 8, height: 8, channels: 4, data: new Uint8Array(256).fill(0) };
    const step = randomErasing.schema.parse({ name: 'random-erasing', chance: 1 });
    const data = randomErasing.recolour(clear, step, new Random(1));
    expect(new Set(data.filter((_, i) => i % 4 === 3))).toEqual(new Set([0, 255]));
    const dot: Image = { width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) };
    expect(randomErasing.recolour(dot, step, new Random(1))).toBe(dot.data);
  });
});

/** Augmentations that keep the size. */
const steps: readonly TransformInput[] = [
  { name: 'rand-augment', operations: 3, magnitude: 20 },
  { name: 'random-erasing', chance: 1 },
  { name: 'gaussian-blur', chance: 1 },
  { name: 'random-affine', degrees: 30, translate: [0.2, 0.2], scale: [0.7, 1.4], shear: [10, 10] },
  { name: 'random-perspective', chance: 1 },
];

test.each(steps)('$name takes images of any size and kind, leaves them as they are, and repeats by seed', async (step) => {
  const convert = { name: 'to-tensor', layout: 'nhwc', range: [0, 255] } as const;
  expect(isRandom(parseTransforms([step, convert]))).toBe(true);
  const image = fc.record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }), channels: fc.constantFrom(1, 3, 4) });
  await fc.assert(
    fc.asyncProperty(image, fc.nat(), async ({ channels, ...extent }, seed) => {
      const given = { ...extent, channels: channels as Image['channels'], data: new Uint8Array(extent.width * extent.height * channels).fill(77) };
      const run = compileTransforms([step, { ...convert, channels: channels as Image['channels'] }]);
      const first = run(given, new Random(seed));
      expect(first.dims).toEqual([extent.height, extent.width, channels]);
      expect(run(given, new Random(seed)).data).toEqual(first.data);
      expect(given.data.every((value) => value === 77)).toBe(true);
      expect([...(first.data as Float32Array)].every((value) => Number.isInteger(value) && value >= 0 && value <= 255)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('an affine step of nothing changes nothing and is not random', () => {
  const parsed = parseTransforms([{ name: 'random-affine' }, { name: 'to-tensor', layout: 'nhwc', range: [0, 255] }]);
  expect(isRandom(parsed)).toBe(false);
  expect([...compileTransforms(parsed)(imageOf(3), new Random(1)).data]).toEqual([...imageOf(3).data]);
});
