import { describe, expect, test } from 'vitest';
import { Random } from '../../../core/index.js';
import type { Colour, Image, Mask } from '../image.js';
import { NO_CLASS } from '../image.js';
import { compileMaskTransforms, isRandom, parseTransforms } from './pipeline.js';
import type { ImageStep, TransformInput } from './table.js';

/** No mixture of two of these colours is a third one: a pixel of such a colour saw one class alone. */
const COLOURS: readonly Colour[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
];
/** What images are filled with where no pixel lies; in masks, that is no class. */
const OUTSIDE: Colour = [255, 255, 255];

/** Blobs of three classes, and an image in the colours of its mask. */
function painted(width: number, height: number, seed: number): { image: Image; mask: Mask } {
  const [a, b] = [2 + (seed % 5), 3 + (seed % 7)];
  const classAt = (x: number, y: number): number => (Math.floor((x + seed) / a / 3) + Math.floor((y * 2 + x) / b / 3)) % 3;
  const classes = Uint8Array.from({ length: width * height }, (_, i) => classAt(i % width, Math.floor(i / width)));
  const data = Uint8Array.from([...classes].flatMap((one) => COLOURS[one] as Colour));
  return { image: { width, height, channels: 3, data }, mask: { width, height, data: classes } };
}

/** The class whose colour a pixel has exactly; undefined where colours are mixed. */
function classOf(pixel: ArrayLike<number>): number | undefined {
  const is = (colour: Colour): boolean => colour.every((value, i) => value === pixel[i]);
  if (is(OUTSIDE)) return NO_CLASS;
  const found = COLOURS.findIndex(is);
  return found === -1 ? undefined : found;
}

/** Options that move pixels in every way that a step knows; a step that is not listed here does not compile. */
const STEPS: { readonly [N in ImageStep['name']]: readonly (TransformInput & { readonly name: N })[] } = {
  resize: [
    { name: 'resize', size: [19, 31] },
    { name: 'resize', size: 25 },
    { name: 'resize', size: [70, 90], filter: 'box', antialias: false },
    { name: 'resize', size: [40, 40], fit: 'cover' },
    { name: 'resize', size: [60, 30], fit: 'contain', fill: OUTSIDE },
    { name: 'resize', size: [33, 47], filter: 'box', antialias: false },
  ],
  'center-crop': [
    { name: 'center-crop', size: [21, 17] },
    { name: 'center-crop', size: [80, 75], fill: OUTSIDE },
  ],
  'random-crop': [
    { name: 'random-crop', size: 24 },
    { name: 'random-crop', size: [50, 60], padding: 9, fill: OUTSIDE },
  ],
  'random-resized-crop': [
    { name: 'random-resized-crop', size: 40, scale: [0.2, 1] },
    { name: 'random-resized-crop', size: [64, 80], scale: [0.1, 0.4], filter: 'box' },
  ],
  'horizontal-flip': [{ name: 'horizontal-flip' }, { name: 'horizontal-flip', chance: 1 }],
  'vertical-flip': [{ name: 'vertical-flip' }, { name: 'vertical-flip', chance: 1 }],
  rotate: [
    { name: 'rotate', degrees: 30, fill: OUTSIDE },
    { name: 'rotate', degrees: [90, 90], fill: OUTSIDE },
    { name: 'rotate', degrees: [180, 180], fill: OUTSIDE },
  ],
  'random-affine': [
    { name: 'random-affine', degrees: 30, translate: [0.2, 0.1], scale: [0.7, 1.3], shear: [10, 5], fill: OUTSIDE },
    { name: 'random-affine', translate: [0.3, 0.3], fill: OUTSIDE },
  ],
  'random-perspective': [{ name: 'random-perspective', chance: 1, fill: OUTSIDE }],
  'rand-augment': [],
  'random-erasing': [],
  'gaussian-blur': [],
  'color-jitter': [],
  grayscale: [],
};
/** Steps that change colours, so that these no longer tell the class: only the mask is looked at. */
const COLOUR_STEPS: readonly TransformInput[] = [
  { name: 'color-jitter', brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.3 },
  { name: 'grayscale' },
  { name: 'gaussian-blur', chance: 1 },
  { name: 'random-erasing', chance: 1 },
];
const TO_TENSOR = { name: 'to-tensor', layout: 'nhwc', range: [0, 255] } as const;

function run(steps: readonly TransformInput[], width: number, height: number, seed: number) {
  const { image, mask } = painted(width, height, seed);
  const { input, mask: moved } = compileMaskTransforms([...steps, TO_TENSOR]).apply(image, mask, new Random(seed));
  expect(input.dims).toEqual([moved.height, moved.width, 3]);
  const pixels = input.data as Float32Array;
  const seen = Array.from(moved.data, (_, i) => classOf(pixels.subarray(3 * i, 3 * i + 3)));
  return { seen, moved, before: mask, image };
}

/** [width, height] */
const SIZES = [
  [37, 53],
  [64, 41],
  [1, 1],
  [2, 90],
] as const;

describe('what is painted in the colours of a mask stays painted in those of the mask that goes with it', () => {
  test.each(Object.values(STEPS).flat())('%j', (step) => {
    let [unmixed, wrong, total] = [0, 0, 0];
    for (const [width, height] of SIZES) {
      for (let seed = 0; seed < 6; seed++) {
        const { seen, moved } = run([step], width, height, seed);
        wrong += seen.filter((found, i) => found !== undefined && moved.data[i] !== found).length;
        unmixed += seen.filter((found) => found !== undefined).length;
        total += seen.length;
      }
    }
    expect(wrong).toBe(0);
    // Blobs are at least 6 pixels wide: most pixels lie inside of one, even where three of them become one.
    expect(unmixed / total).toBeGreaterThan(0.3);
  });

  test('pixel for pixel where colours are not mixed either', () => {
    const nearest: readonly TransformInput[] = [
      { name: 'resize', size: [80, 71], filter: 'box', antialias: false },
      { name: 'random-crop', size: 60, padding: 4, fill: OUTSIDE },
      { name: 'resize', size: 29, filter: 'box', antialias: false },
      'horizontal-flip' as unknown as TransformInput,
      { name: 'rotate', degrees: [90, 90], fill: OUTSIDE },
    ];
    for (let seed = 0; seed < 10; seed++) {
      const { seen, moved } = run(nearest, 50, 40, seed);
      expect([...moved.data]).toEqual(seen);
      expect(new Set(moved.data).size).toBeGreaterThan(1);
    }
  });
});

test.each(COLOUR_STEPS)('%j leaves the mask alone', (step) => {
  const { moved, before } = run([step], 9, 7, 1);
  expect(moved).toEqual(before);
});

test('rand-augment moves image and mask alike where it moves pixels, and leaves the mask alone where it changes colours', () => {
  let moves = 0;
  for (let seed = 0; seed < 40; seed++) {
    const { seen, moved, before } = run([{ name: 'rand-augment', operations: 1, magnitude: 25, fill: OUTSIDE }], 40, 30, seed);
    if (moved.data.every((value, i) => value === before.data[i])) continue;
    // One operation: colours are as they were.
    expect([...moved.data]).toEqual(seen);
    moves++;
  }
  // 5 of 14 operations move pixels.
  expect(moves).toBeGreaterThan(5);
  expect(moves).toBeLessThan(30);
});

test('what lies outside of the image is no class, whatever the fill', () => {
  const { moved } = run([{ name: 'center-crop', size: [5, 4], fill: [255, 0, 0] }], 2, 3, 0);
  expect(moved.data.filter((value) => value === NO_CLASS)).toHaveLength(20 - 6);
});

test('pixels of no class move as others do and are never mixed', () => {
  const data = Uint8Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? NO_CLASS : 0));
  const image: Image = { width: 8, height: 8, channels: 1, data };
  const { mask } = compileMaskTransforms([{ name: 'resize', size: [5, 5] }, 'to-tensor' as unknown as TransformInput]).apply(
    image,
    { width: 8, height: 8, data },
    new Random(0),
  );
  expect(new Set(mask.data)).toEqual(new Set([0, NO_CLASS]));
});

test('image and mask are left as they are', () => {
  const { image, mask } = painted(20, 20, 3);
  const before = { image: image.data.slice(), mask: mask.data.slice() };
  const steps = Object.values(STEPS).map(([step]) => step);
  compileMaskTransforms([...steps.filter((step) => step !== undefined), ...COLOUR_STEPS, TO_TENSOR]).apply(image, mask, new Random(1));
  expect({ image: image.data, mask: mask.data }).toEqual(before);
});

test('the mask alone goes where it goes with its image', () => {
  const fixed = Object.values(STEPS)
    .flat()
    .filter((step) => !isRandom(parseTransforms([step, TO_TENSOR])));
  expect(fixed.length).toBeGreaterThan(8);
  for (const step of fixed) {
    const { image, mask } = painted(33, 21, 2);
    const pipeline = compileMaskTransforms([step, TO_TENSOR]);
    expect(pipeline.applyToMask(mask)).toEqual(pipeline.apply(image, mask, new Random(5)).mask);
  }
});
