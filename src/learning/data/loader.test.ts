import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { float32, int64, toNumbers, writeSafetensors } from '../../core/index.js';
import { allIndices, type Dataset } from './dataset.js';
import { nodeDecoder } from './decode.node.js';
import { blobFiles } from './files.js';
import { diskFiles } from './files.node.js';
import { type Batch, type BatchOptions, batches } from './loader.js';
import { SkipLog } from './skips.js';
import { openImageFolder } from './sources/image-folder.js';
import { openSafetensorsData } from './sources/safetensors.js';
import type { TransformInput } from './transforms/table.js';

const PER_CLASS = 6;
const transforms: readonly TransformInput[] = [{ name: 'random-crop', size: 8 }, { name: 'horizontal-flip' }, { name: 'to-tensor' }];

let folder: string;
let photos: Dataset;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regraft-'));
  for (const [label, red] of [
    ['zebra', 0],
    ['ant', 255],
  ] as const) {
    await mkdir(join(folder, label));
    for (let i = 0; i < PER_CLASS; i++) {
      const noise = Uint8Array.from({ length: 300 }, (_, at) => (at % 3 === 0 ? red : (at * (i + 7) * 31) % 256));
      await sharp(noise, { raw: { width: 10, height: 10, channels: 3 } })
        .png()
        .toFile(join(folder, label, `${i}.png`));
    }
  }
  photos = await openImageFolder(diskFiles(), folder, nodeDecoder());
});
afterAll(() => rm(folder, { recursive: true }));

async function collect(options: Partial<BatchOptions> = {}): Promise<Batch[]> {
  const dataset = options.dataset ?? photos;
  const all: Batch[] = [];
  for await (const batch of batches({
    dataset,
    indices: allIndices(dataset),
    batchSize: 5,
    shuffle: true,
    seed: 1,
    epoch: 0,
    ...(dataset.kind === 'image' && { transforms }),
    ...options,
  })) {
    all.push(batch);
  }
  return all;
}

describe('batches of images', () => {
  test('have the input and label tensors of their samples; the last one is short', async () => {
    const all = await collect();
    expect(all.map((batch) => [batch.position, batch.size])).toEqual([
      [0, 5],
      [1, 5],
      [2, 2],
    ]);
    expect(all.flatMap((batch) => batch.indices).toSorted((a, b) => a - b)).toEqual(allIndices(photos));
    for (const { inputs, labels, indices, size } of all) {
      expect(inputs.image).toMatchObject({ type: 'float32', dims: [size, 3, 8, 8] });
      expect(labels).toEqual(
        int64(
          [size],
          indices.map((index) => photos.sample(index).label as number),
        ),
      );
      // The red channel tells the class: class 0, "ant", is red.
      const red = indices.map((_, i) => inputs.image?.data[i * 192]);
      expect(red).toEqual(toNumbers(labels).map((label) => 1 - label));
    }
  });

  test('can be dropped when short, and take the order of the indices without shuffling', async () => {
    const all = await collect({ shuffle: false, dropLast: true, indices: [3, 1, 2], batchSize: 2 });
    expect(all.map((batch) => batch.indices)).toEqual([[3, 1]]);
  });

  test('are the same whatever the concurrency, and other in another epoch', async () => {
    const one = await collect({ concurrency: 1, prefetch: 0 });
    expect(await collect({ concurrency: 16, prefetch: 4 })).toEqual(one);
    expect(await collect({ epoch: 1 })).not.toEqual(one);
    expect(await collect({ seed: 2 })).not.toEqual(one);
  });

  test('start where an earlier run stopped, without decoding what came before', async () => {
    let loads = 0;
    const counting: Dataset = {
      ...photos,
      load: (index) => {
        loads++;
        return photos.load(index);
      },
    };
    expect(await collect({ dataset: counting, start: 2 })).toEqual((await collect()).slice(2));
    expect(loads).toBe(2);
    expect(await collect({ start: 3 })).toEqual([]);
  });

  test('augmentation does not depend on the other samples', async () => {
    const [batch] = await collect({ indices: [7], shuffle: false });
    const among = (await collect()).find(({ indices }) => indices.includes(7)) as Batch;
    const at = among.indices.indexOf(7) * 192;
    expect(among.inputs.image?.data.slice(at, at + 192)).toEqual(batch?.inputs.image?.data);
  });

  test('stop loading when the consumer does', async () => {
    let loads = 0;
    const slow: Dataset = {
      ...photos,
      load: (index) => {
        loads++;
        return photos.load(index);
      },
    };
    for await (const _ of batches({
      dataset: slow,
      indices: allIndices(photos),
      batchSize: 1,
      shuffle: false,
      seed: 0,
      epoch: 0,
      transforms,
      concurrency: 1,
      prefetch: 3,
    })) {
      break;
    }
    await new Promise((resume) => setTimeout(resume, 50));
    expect(loads).toBeLessThanOrEqual(3);
  });

  test('of different sizes name the sample that differs', async () => {
    await sharp({ create: { width: 10, height: 20, channels: 3, background: 'red' } })
      .png()
      .toFile(join(folder, 'zebra', 'tall.png'));
    try {
      const mixed = await openImageFolder(diskFiles(), folder, nodeDecoder());
      const run = collect({ dataset: mixed, shuffle: false, transforms: [{ name: 'to-tensor' }] });
      await expect(run).rejects.toMatchObject({ code: 'DATA_SHAPE_DIFFERS', values: { file: `${folder}/zebra/tall.png`, actual: '3×20×10' } });
    } finally {
      await rm(join(folder, 'zebra', 'tall.png'));
    }
  });
});

describe('unreadable images', () => {
  let withBroken: Dataset;
  beforeAll(async () => {
    const good = await sharp({ create: { width: 10, height: 10, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const files = Array.from(
      { length: 10 },
      (_, i) => [`data/a/${i}.png`, new Blob([Uint8Array.from(i < 2 ? good.subarray(0, 60) : good)])] as const,
    );
    withBroken = await openImageFolder(blobFiles(new Map(files)), 'data', nodeDecoder());
  });

  test('are left out, counted once and reported', async () => {
    const skips = new SkipLog(10, 0.2);
    const seen: string[] = [];
    skips.events.on('skipped', (skip) => seen.push(skip.location));
    const all = await collect({ dataset: withBroken, skips, shuffle: false });
    await collect({ dataset: withBroken, skips, epoch: 1 });
    expect(all.map((batch) => batch.indices)).toEqual([
      [2, 3, 4],
      [5, 6, 7, 8, 9],
    ]);
    expect(seen).toEqual(['data/a/0.png', 'data/a/1.png']);
    expect(skips.skips[0]?.reason).toContain('"data/a/0.png" cannot be decoded');
  });

  test('end the run when they are too many', async () => {
    const run = collect({ dataset: withBroken, skips: new SkipLog(10, 0.1) });
    await expect(run).rejects.toMatchObject({ code: 'DATA_TOO_MANY_SKIPPED', values: { skipped: 2, total: 10 } });
  });

  test('a batch without any readable image is passed over', async () => {
    const all = await collect({ dataset: withBroken, skips: new SkipLog(10, 0.2), shuffle: false, batchSize: 2 });
    expect(all.map((batch) => batch.position)).toEqual([1, 2, 3, 4]);
  });
});

describe('batches of tensors', () => {
  const open = (tensors: Parameters<typeof writeSafetensors>[0]): Promise<Dataset> =>
    openSafetensorsData(blobFiles(new Map([['x.safetensors', new Blob([writeSafetensors(tensors)])]])), 'x.safetensors');

  test('stack the rows of every input; integer labels are classes', async () => {
    const dataset = await open([
      ['ids', int64([3, 2], [1, 2, 3, 4, 5, 6])],
      ['mask', float32([3], [0, 1, 0])],
      ['labels', int64([3], [2, 0, 2])],
    ]);
    expect(dataset.target).toEqual({ kind: 'classes', names: ['0', '1', '2'] });
    const [batch] = await collect({ dataset, shuffle: false, indices: [2, 0] });
    expect(batch).toEqual({
      position: 0,
      size: 2,
      indices: [2, 0],
      inputs: { ids: int64([2, 2], [5, 6, 1, 2]), mask: float32([2], [0, 0]) },
      labels: int64([2], [2, 2]),
    });
  });

  test('have floating-point labels for regression, and none at all without labels', async () => {
    const x = ['x', float32([2, 1], [1, 2])] as const;
    const [batch] = await collect({ dataset: await open([x, ['labels', float32([2, 2], [1, 2, 3, 4])]]), shuffle: false });
    expect(batch?.labels).toEqual(float32([2, 2], [1, 2, 3, 4]));
    const [vector] = await collect({ dataset: await open([x, ['labels', float32([2], [1, 2])]]), shuffle: false });
    expect(vector?.labels).toEqual(float32([2, 1], [1, 2]));
    const [bare] = await collect({ dataset: await open([x]), shuffle: false });
    expect(bare?.labels).toEqual(float32([2, 0], []));
  });

  test('take no image transforms', async () => {
    const dataset = await open([['x', float32([1], [1])]]);
    await expect(collect({ dataset, transforms })).rejects.toMatchObject({ code: 'DATA_TRANSFORM_TENSORS' });
  });

  test('are refused when rows or labels do not fit', async () => {
    const x = ['x', float32([2, 1], [1, 2])] as const;
    await expect(open([x, ['labels', int64([3], [0, 1, 2])]])).rejects.toMatchObject({ code: 'DATA_ROWS_MISMATCH' });
    await expect(open([x, ['labels', int64([2], [0, -1])]])).rejects.toMatchObject({ code: 'DATA_LABEL_INVALID', values: { row: 1, value: -1 } });
    await expect(open([x, ['labels', int64([2, 2], [0, 1, 0, 1])]])).rejects.toMatchObject({ code: 'DATA_LABELS_SHAPE' });
    await expect(open([['labels', int64([2], [0, 1])]])).rejects.toMatchObject({ code: 'DATA_EMPTY' });
  });
});
