import { describe, expect, it } from 'vitest';
import { tinted } from '../../../test/support/images.js';
import { float32, Random, type Tensor } from '../../core/index.js';
import type { Image } from './image.js';
import { SkipLog } from './skips.js';
import { parseTransforms } from './transforms/pipeline.js';
import { viewsNames, viewsPipeline } from './transforms/views.js';
import { viewedInputs } from './viewed-inputs.js';

/** Every pixel has a colour of its own: (x, y, 7). */
function coordinates(width: number, height: number): Image {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set([x, y, 7], (y * width + x) * 3);
  return { width, height, channels: 3, data };
}

const CONVERT = { name: 'to-tensor', layout: 'nhwc', range: [0, 255] };

/** The first pixel of each view. */
function cornersOf({ dims, data }: Tensor): number[][] {
  const size = data.length / (dims[0] as number);
  return Array.from({ length: dims[0] as number }, (_, view) => Array.from(data.slice(view * size, view * size + 2) as Float32Array));
}

describe('views of an image', () => {
  const cropped = parseTransforms([{ name: 'center-crop', size: 4 }, CONVERT]);

  it('are the image and its mirror image', () => {
    const views = viewsPipeline('flip', cropped)(coordinates(8, 6), new Random(0));
    expect(views.dims).toEqual([2, 4, 4, 3]);
    expect(cornersOf(views)).toEqual([
      [2, 1],
      [5, 1],
    ]);
  });

  it('are its corners and its middle, each mirrored in ten crops', () => {
    const five = [
      [0, 0],
      [4, 0],
      [0, 2],
      [4, 2],
      [2, 1],
    ];
    expect(cornersOf(viewsPipeline('five-crop', cropped)(coordinates(8, 6), new Random(0)))).toEqual(five);
    const ten = five.flatMap(([x = 0, y = 0]) => [
      [x, y],
      [x + 3, y],
    ]);
    expect(cornersOf(viewsPipeline('ten-crop', cropped)(coordinates(8, 6), new Random(0)))).toEqual(ten);
  });

  it('are crops of a larger image where the steps show all of it', () => {
    const resized = parseTransforms([{ name: 'resize', size: [56, 56] }, CONVERT]);
    const views = viewsPipeline('five-crop', resized)(coordinates(64, 64), new Random(0));
    expect(views.dims).toEqual([5, 56, 56, 3]);
    // 64 × 64 is what 56 × 56 is enlarged to: nothing is resized.
    expect(cornersOf(views)).toEqual([
      [0, 0],
      [8, 0],
      [0, 8],
      [8, 8],
      [4, 4],
    ]);
  });

  it.each(viewsNames)('%s of an image that is too small are filled up', (name) => {
    const views = viewsPipeline(name, cropped)(coordinates(2, 1), new Random(0));
    expect(views.dims.slice(1)).toEqual([4, 4, 3]);
  });
});

describe('items of several views', () => {
  it.each([1, 3, 32])('decode each image once and go to the model in batches of at most %i', async (rows) => {
    const loaded: number[] = [];
    const data = tinted(2, 1);
    const dataset = {
      ...data,
      load: (index: number) => {
        loaded.push(index);
        return data.load(index);
      },
    };
    const average = (found: readonly Float32Array[]): Float32Array =>
      Float32Array.of(
        found.length,
        found.reduce((sum, row) => sum + (row[0] as number), 0),
      );
    const steps = parseTransforms([{ name: 'resize', size: [8, 8] }, 'to-tensor']);
    const items = await viewedInputs({ dims: { image: [3, 8, 8] }, steps, views: 'five-crop', average, rows }).open(dataset, 'eval', new SkipLog(3));
    const request = { epoch: 0, shuffle: false, seed: 0, start: 0, batchSize: rows };
    const collector = items.collector();
    const sizes: number[] = [];
    for await (const batch of items.read(items.plan(request), request)) {
      expect(batch.inputs['image']?.dims).toEqual([batch.size, 3, 8, 8]);
      expect(batch.target.dims).toEqual([batch.size]);
      sizes.push(batch.size);
      // Each view is answered by its number.
      collector.add(
        batch,
        float32(
          [batch.size, 1],
          batch.items.map((item) => item),
        ),
      );
    }
    expect(loaded).toEqual([0, 1, 2]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(rows);
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(15);
    const { outputs, width, targets, indices } = await collector.finish();
    expect({ outputs: [...outputs], width, targets: [...targets], indices }).toEqual({
      outputs: [5, 10, 5, 35, 5, 60],
      width: 2,
      targets: [0, 0, 1],
      indices: [0, 1, 2],
    });
    expect([...(collector.rows().get(2)?.[0] ?? [])]).toEqual([5, 60]);
  });
});
