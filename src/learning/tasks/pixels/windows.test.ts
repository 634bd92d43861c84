import { expect, it } from 'vitest';
import { toNumbers } from '../../../core/index.js';
import { parseTransforms, windowedImage } from '../../data/index.js';
import { AveragedRows } from './average.js';
import { Enlarged } from './enlarge.js';

const convert = { name: 'to-tensor', range: [0, 255] };

/** Each pixel is its column plus ten times its row. */
function numbered(width: number, height: number) {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.floor(i / 3) % width) + 10 * Math.floor(i / 3 / width));
  return { width, height, channels: 3 as const, data };
}

it('covers an image with windows that overlap by a quarter, at the scale of the steps, without their crop', () => {
  const steps = parseTransforms([{ name: 'center-crop', size: 4 }, convert]);
  const { windows, ...place } = windowedImage(numbered(9, 6), steps, { width: 4, height: 4 });
  expect(place).toMatchObject({ width: 9, height: 6, left: 0, top: 0, canvas: { width: 9, height: 6 } });
  expect(windows.map(({ left, top }) => [left, top])).toEqual([0, 2].flatMap((top) => [0, 3, 5].map((left) => [left, top])));
  expect(toNumbers(windows[4]?.tensor() as never).slice(0, 8)).toEqual([23, 24, 25, 26, 33, 34, 35, 36]);
});

it('puts an image smaller than a window on a ground', () => {
  const steps = parseTransforms([{ name: 'center-crop', size: 4, fill: [7, 7, 7] }, convert]);
  const { windows, ...place } = windowedImage(numbered(2, 4), steps, { width: 4, height: 4 });
  expect(place).toMatchObject({ width: 2, height: 4, left: 1, top: 0 });
  expect(windows).toHaveLength(1);
  expect(toNumbers(windows[0]?.tensor() as never).slice(0, 4)).toEqual([7, 0, 1, 7]);
});

it('takes an image that is brought to the size of a window as one', () => {
  const steps = parseTransforms([{ name: 'resize', size: [4, 4] }, convert]);
  expect(windowedImage(numbered(9, 6), steps, { width: 4, height: 4 })).toMatchObject({ width: 4, height: 4, windows: [{ left: 0, top: 0 }] });
});

it('averages what windows say of a pixel, and gives each row once', () => {
  const averaged = new AveragedRows({ classes: 2, height: 2, width: 2 }, 3);
  averaged.add({ left: 0, top: 0 }, Float32Array.of(1, 2, 3, 4, 10, 20, 30, 40));
  averaged.add({ left: 1, top: 0 }, Float32Array.of(4, 5, 6, 7, 40, 50, 60, 70));
  expect([...averaged.rowsBefore(1)].map((row) => [...row])).toEqual([[1, 3, 5, 10, 30, 50]]);
  averaged.add({ left: 0, top: 1 }, Float32Array.of(5, 0, 8, 9, 50, 0, 80, 90));
  expect([...averaged.rowsBefore(3)].map((row) => [...row])).toEqual([[4, 10 / 3, 7, 40, 100 / 3, 70].map(Math.fround), [8, 9, 0, 80, 90, 0]]);
});

it('gives the classes of an image at its own size, from the part of the canvas that it takes', () => {
  const mask = new Enlarged({ classes: 2, stride: 3, left: 1, top: 1, width: 2, height: 1, own: { width: 4, height: 2 } });
  // Scores of the first class fall from 3 to −1 along the row, those of the second are 0; the first column and row are padding.
  mask.add(Float32Array.of(9, 9, 9, 0, 0, 0));
  mask.add(Float32Array.of(9, 3, -1, 0, 0, 0));
  // At quarters between: 3, 2, 0, −1; at equal scores the first class stays.
  expect([...mask.classes]).toEqual([0, 0, 0, 1, 0, 0, 0, 1]);
});
