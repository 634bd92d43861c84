import { type Colour, filledImage, type Image } from '../image.js';
import { isNearest } from './resample.js';
import type { Sampling } from './step.js';

/** Where each pixel of a result comes from: (x, y) is taken from (a·x + b·y + c, d·x + e·y + f), in pixels, centres at halves. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** A source point for each point, in pixels, centres at halves. */
export type PointMap = (x: number, y: number) => readonly [number, number];

const FIXED = 65_536;

/** Pixels of the source at the nearest place, as PIL's `Image.transform` takes them; what no source pixel covers has the colour `fill`. */
export function warpNearest(image: Image, matrix: Affine, fill: Colour): Image {
  const result = filledImage(image.width, image.height, image.channels, fill);
  const sourceOf = nearestSource(image, matrix);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const from = sourceOf(x, y);
      if (from >= 0) copyPixel(image, from, result, y * image.width + x);
    }
  }
  return result;
}

/** Position of the source pixel of each place, −1 where there is none. */
function nearestSource(extent: Pick<Image, 'width' | 'height'>, matrix: Affine): (x: number, y: number) => number {
  const { width, height } = extent;
  const within = (x: number, y: number): number => (x >= 0 && y >= 0 && x < width && y < height ? y * width + x : -1);
  const [a, b, c, d, e, f] = matrix;
  if (b === 0 && d === 0) {
    return (x, y) => within(Math.floor(c + a * (x + 0.5)), Math.floor(f + e * (y + 0.5)));
  }
  // PIL counts in 65536ths of a pixel here.
  const fixed = (value: number): number => Math.floor(value * FIXED + 0.5);
  const [ax, bx, ay, by] = [fixed(a), fixed(b), fixed(d), fixed(e)];
  const [startX, startY] = [fixed(c + (a + b) / 2), fixed(f + (d + e) / 2)];
  return (x, y) => within(Math.floor((startX + ax * x + bx * y) / FIXED), Math.floor((startY + ay * x + by * y) / FIXED));
}

/** The same by any map: what a mask takes. */
function warpToNearest(image: Image, sourceOf: PointMap, fill: Colour): Image {
  const { width, height, channels } = image;
  const result = filledImage(width, height, channels, fill);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = sourceOf(x + 0.5, y + 0.5);
      if (fromX >= 0 && fromY >= 0 && fromX < width && fromY < height) {
        copyPixel(image, Math.floor(fromY) * width + Math.floor(fromX), result, y * width + x);
      }
    }
  }
  return result;
}

/** Colours are mixed, classes are not. */
export function warp(image: Image, sourceOf: PointMap, sampling: Sampling): Image {
  return (isNearest(sampling) ? warpToNearest : warpBilinear)(image, sourceOf, sampling.fill);
}

function copyPixel(source: Image, from: number, target: Image, to: number): void {
  const { channels } = source;
  for (let channel = 0; channel < channels; channel++) target.data[to * channels + channel] = source.data[from * channels + channel] as number;
}

/** Between pixels colours are mixed by distance, at the border the last pixel counts on, as in PIL's `Image.transform`, which rounds down. */
export function warpBilinear(image: Image, sourceOf: PointMap, fill: Colour): Image {
  const result = filledImage(image.width, image.height, image.channels, fill);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const [fromX, fromY] = sourceOf(x + 0.5, y + 0.5);
      if (fromX >= 0 && fromY >= 0 && fromX < image.width && fromY < image.height) {
        mix(image, fromX - 0.5, fromY - 0.5, result.data, (y * image.width + x) * image.channels);
      }
    }
  }
  return result;
}

function mix({ width, height, channels, data }: Image, x: number, y: number, target: Uint8Array, to: number): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - left, y - top];
  const [x0, x1] = [Math.max(0, left), Math.min(width - 1, left + 1)];
  const [upper, lower] = [Math.max(0, top) * width, Math.min(height - 1, top + 1) * width];
  for (let channel = 0; channel < channels; channel++) {
    const at = (place: number): number => data[place * channels + channel] as number;
    const above = at(upper + x0) + (at(upper + x1) - at(upper + x0)) * right;
    const below = at(lower + x0) + (at(lower + x1) - at(lower + x0)) * right;
    target[to + channel] = Math.floor(above + (below - above) * down);
  }
}
