import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NO_CLASS } from '../../image.js';
import { drawRegions } from './draw.js';
import { decompressRuns } from './runs.js';

interface Drawn {
  /** [height, width] */
  readonly size: readonly [number, number];
  /** Rows from the top, 8 pixels a byte, as hexadecimal digits. */
  readonly pixels: string;
}

interface Golden {
  readonly polygons: readonly (Drawn & { readonly polygon: readonly number[] })[];
  readonly runs: readonly (Drawn & { readonly counts: readonly number[]; readonly compressed: string })[];
}

/** By pycocotools 2.0.11; see bench/oracles/coco_masks.py. */
const golden = JSON.parse(readFileSync(new URL('../../../../../test/golden/coco-masks.json', import.meta.url), 'utf8')) as Golden;

function bits({ size: [height, width], pixels }: Drawn): number[] {
  const bytes = Buffer.from(pixels, 'hex');
  return Array.from({ length: height * width }, (_, i) => ((bytes[i >> 3] as number) >> (7 - (i & 7))) & 1);
}

function draw([height, width]: readonly [number, number], ...segmentations: readonly unknown[]): number[] {
  const regions = segmentations.map((segmentation, i) => ({ segmentation, label: i + 1 }));
  return [...drawRegions(width, height, regions).data];
}

describe('regions are filled as pycocotools fills them', () => {
  test('polygons, also those that leave the image', () => {
    expect(golden.polygons).toHaveLength(50);
    for (const one of golden.polygons) expect(draw(one.size, [one.polygon]), JSON.stringify(one)).toEqual(bits(one));
  });

  test('runs as numbers and compressed', () => {
    expect(golden.runs).toHaveLength(20);
    for (const { size, counts, compressed, ...one } of golden.runs) {
      expect(decompressRuns(compressed)).toEqual(counts);
      expect(draw(size, { size, counts })).toEqual(bits({ size, ...one }));
      expect(draw(size, { size, counts: compressed })).toEqual(bits({ size, ...one }));
    }
  });
});

describe('by hand', () => {
  test('a square between pixel borders is its pixels', () => {
    expect(draw([3, 4], [[1, 1, 3, 1, 3, 2, 1, 2]])).toEqual([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
  });

  test('runs go down the columns, outside first', () => {
    expect(draw([2, 3], { size: [2, 3], counts: [1, 2, 3] })).toEqual([0, 1, 0, 1, 0, 0]);
    // 1, 2, 3: the third number is not a difference yet.
    expect(draw([2, 3], { size: [2, 3], counts: '123' })).toEqual([0, 1, 0, 1, 0, 0]);
  });

  test('several polygons are one region, later regions lie over earlier ones', () => {
    const left = [0, 0, 1, 0, 1, 2, 0, 2];
    const right = [2, 0, 3, 0, 3, 2, 2, 2];
    expect(draw([2, 3], [left, right])).toEqual([1, 0, 1, 1, 0, 1]);
    expect(draw([2, 3], [left, right], { size: [2, 3], counts: [4, 1, 1] })).toEqual([1, 0, 2, 1, 0, 1]);
    expect(draw([2, 3], { size: [2, 3], counts: [4, 1, 1] }, [left, right])).toEqual([2, 0, 2, 2, 0, 2]);
  });

  test('a region may be no class', () => {
    const segmentation = { size: [1, 2], counts: [1, 1] };
    expect([...drawRegions(2, 1, [{ segmentation, label: NO_CLASS }]).data]).toEqual([0, 255]);
  });
});

describe('is damaged where', () => {
  const size = [2, 3];
  test.each([
    ['runs are too short', { size, counts: [1, 2] }, 'its runs cover 3 pixels, but the image has 3×2'],
    ['runs are too long', { size, counts: [1, 9] }, 'its runs cover 10 pixels'],
    ['a run is negative', { size, counts: [8, -2] }, '-2 is not the length of a run'],
    ['a run is no number', { size, counts: [null, 6] }, 'null is not the length of a run'],
    ['compressed runs are too short', { size, counts: '12' }, 'its runs cover 3 pixels'],
    ['compressed runs end in the middle of a number', { size, counts: '1P' }, 'damaged or cut off'],
    ['compressed runs are another text', { size, counts: 'é!' }, 'damaged or cut off'],
    ['compressed runs never end', { size, counts: 'o'.repeat(100) }, 'damaged or cut off'],
    ['runs are of another image', { size: [3, 2], counts: [6] }, 'of an image of [height, width] [3,2], not [2,3]'],
    ['a polygon is a line', [[0, 0, 1, 1]], 'three corners'],
    ['a polygon lacks a number', [[0, 0, 1, 1, 2, 2, 3]], 'three corners'],
    ['a corner lies far outside', [[0, 0, 1e9, 0, 0, 2]], 'x = 1000000000, far outside the image of 3×2'],
    ['a corner is no number', [[0, 0, 'a', 0, 0, 2]], 'x = a'],
    ['there is a box alone', [], 'neither polygons nor runs'],
    ['there is nothing', undefined, 'neither polygons nor runs'],
  ])('%s', (_, segmentation, message) => {
    expect(() => draw([2, 3], segmentation)).toThrow(message);
  });
});
