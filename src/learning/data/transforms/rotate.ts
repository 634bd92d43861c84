import * as z from 'zod';
import { filledImage, type Image } from '../image.js';
import { isNearest } from './resample.js';
import { defineGeometry, fillSchema, type Sampling } from './step.js';

const degrees = z.number().min(-360).max(360);

const schema = z.strictObject({
  name: z.literal('rotate'),
  /** One number for −d to d, or the least and the most; counter-clockwise. */
  degrees: z.union([degrees.nonnegative(), z.tuple([degrees, degrees]).readonly()]),
  fill: fillSchema,
});

/** Rotates about the centre by a random angle with bilinear interpolation; the size stays. */
export const rotate = defineGeometry({
  schema,
  isRandom: (step) => rangeOf(step.degrees)[0] !== rangeOf(step.degrees)[1],
  geometry: (_, { degrees }, random) => {
    const angle = random.uniform(...rangeOf(degrees));
    return (pixels, sampling) => rotateImage(pixels, angle, sampling);
  },
});

function rangeOf(angle: number | readonly [number, number]): readonly [number, number] {
  return typeof angle === 'number' ? [-angle, angle] : angle;
}

function rotateImage(image: Image, angle: number, sampling: Sampling): Image {
  if (angle % 360 === 0) return image;
  const result = filledImage(image.width, image.height, image.channels, sampling.fill);
  const read = isNearest(sampling) ? nearest : interpolate;
  const background = result.data.slice(0, image.channels);
  const cos = Math.cos((angle * Math.PI) / 180);
  const sin = Math.sin((angle * Math.PI) / 180);
  const centerX = (image.width - 1) / 2;
  const centerY = (image.height - 1) / 2;
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const fromX = centerX + (x - centerX) * cos - (y - centerY) * sin;
      const fromY = centerY + (x - centerX) * sin + (y - centerY) * cos;
      read(image, fromX, fromY, background, result.data, (y * image.width + x) * image.channels);
    }
  }
  return result;
}

/** Writes the colour of the pixel that a point lies in; outside the image the target stays. */
function nearest(image: Image, x: number, y: number, _: Uint8Array, target: Uint8Array, to: number): void {
  const column = Math.round(x);
  const row = Math.round(y);
  if (column < 0 || row < 0 || column >= image.width || row >= image.height) return;
  for (let c = 0; c < image.channels; c++) target[to + c] = image.data[(row * image.width + column) * image.channels + c] as number;
}

/** Writes the colour at a point between pixels; outside the image lies `background`. */
function interpolate(image: Image, x: number, y: number, background: Uint8Array, target: Uint8Array, to: number): void {
  if (x <= -1 || y <= -1 || x >= image.width || y >= image.height) return;
  const left = Math.floor(x);
  const top = Math.floor(y);
  const right = x - left;
  const down = y - top;
  for (let c = 0; c < image.channels; c++) {
    const upper = pixel(image, left, top, c, background) * (1 - right) + pixel(image, left + 1, top, c, background) * right;
    const lower = pixel(image, left, top + 1, c, background) * (1 - right) + pixel(image, left + 1, top + 1, c, background) * right;
    target[to + c] = Math.round(upper * (1 - down) + lower * down);
  }
}

function pixel(image: Image, x: number, y: number, channel: number, background: Uint8Array): number {
  if (x < 0 || y < 0 || x >= image.width || y >= image.height) return background[channel] as number;
  return image.data[(y * image.width + x) * image.channels + channel] as number;
}
