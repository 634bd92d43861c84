/**
 * Images a second from JPEG files to normalised tensors, beside PyTorch's DataLoader with PIL, and docs/results/pipeline.json: `npm run bench:pipeline`.
 *
 * Both read the same 512 photos of 640×480 in batches of 32, resize the shorter side to 256, cut out 224×224 and normalise; both may use two cores. Passes
 * take turns with the other's; medians of {@link ROUNDS}.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { Random, type Tensor } from '../../src/core/index.js';
import { allIndices, batches, type Dataset, openDataset } from '../../src/learning/data/index.node.js';
import { pathTo } from '../paths.js';
import { summarize } from '../statistics.js';

const ROUNDS = 5;
const PHOTOS = 512;
const CORES = 2;
/** Debian's, with python3-torchvision. */
const PYTHON = process.env['REGRAFT_PYTHON_CLASSIC'] ?? '/usr/bin/python3';
const LOADER = fileURLToPath(new URL('loader.py', import.meta.url));
const STEPS = [
  { name: 'resize', size: 256 },
  { name: 'center-crop', size: 224 },
  { name: 'to-tensor', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
] as const;

/** What one engine did: images a second of each pass, and the mean of all numbers, which is alike where the work is. */
interface Passes {
  readonly versions: Readonly<Record<string, string>>;
  readonly rates: readonly number[];
  readonly mean: number;
}

/** Smooth colours with grain, as large as photos are once they are compressed. */
async function drawPhotos(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const noise = new Random(0, 'grain');
  const grain = Uint8Array.from({ length: 65_521 }, () => noise.integer(17));
  for (let i = 0; i < PHOTOS; i++) {
    const random = new Random(i, 'photo');
    const colours = Uint8Array.from({ length: 40 * 30 * 3 }, () => random.integer(256));
    const smooth = await sharp(colours, { raw: { width: 40, height: 30, channels: 3 } })
      .resize(640, 480, { kernel: 'cubic' })
      .raw()
      .toBuffer();
    const grained = smooth.map((value, at) => Math.min(255, Math.max(0, value + (grain[(at + i) % grain.length] as number) - 8)));
    const file = join(folder, `${String(i).padStart(4, '0')}.jpg`);
    await sharp(grained, { raw: { width: 640, height: 480, channels: 3 } })
      .jpeg({ quality: 85 })
      .toFile(file);
  }
}

async function onePass(dataset: Dataset): Promise<{ readonly rate: number; readonly mean: number }> {
  const began = performance.now();
  let sum = 0;
  for await (const { inputs } of batches({
    dataset,
    indices: allIndices(dataset),
    shuffle: false,
    seed: 0,
    epoch: 0,
    batchSize: 32,
    transforms: STEPS,
  })) {
    sum += ((inputs['image'] as Tensor).data as Float32Array).reduce((total, value) => total + value, 0);
  }
  return { rate: (1000 * dataset.size) / (performance.now() - began), mean: sum / (dataset.size * 3 * 224 * 224) };
}

function otherPasses(folder: string, rounds: number): Passes {
  return JSON.parse(execFileSync(PYTHON, [LOADER, folder, String(CORES), String(rounds)], { encoding: 'utf8' })) as Passes;
}

const root = mkdtempSync(join(tmpdir(), 'regraft-pipeline-'));
try {
  const folder = join(root, 'classes', 'photos');
  await drawPhotos(folder);
  const dataset = await openDataset(join(root, 'classes'));
  const own: number[] = [];
  const other: number[] = [];
  await onePass(dataset);
  let [mean, versions] = [0, {}];
  for (let round = 0; round < ROUNDS; round++) {
    const pass = await onePass(dataset);
    own.push(pass.rate);
    const passes = otherPasses(folder, 1);
    other.push(...passes.rates);
    versions = passes.versions;
    mean = passes.mean;
    // Decoders may round a colour otherwise.
    if (Math.abs(pass.mean - mean) > 0.01) throw new Error(`Not the same work: the means are ${pass.mean} and ${mean}.`);
  }
  const [ownMedian, otherMedian] = [summarize(own).median, summarize(other).median];
  const result = {
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length },
    photos: PHOTOS,
    rows: [
      { name: 'Regraft', versions: { node: process.versions.node, sharp: sharp.versions.sharp }, imagesPerSecond: Math.round(ownMedian) },
      { name: 'DataLoader with PIL, 2 workers', versions, imagesPerSecond: Math.round(otherMedian) },
    ],
    ratio: summarize(own.map((rate, i) => rate / (other[i] as number))),
  };
  writeFileSync(pathTo('docs/results/pipeline.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  console.table(result.rows);
} finally {
  rmSync(root, { recursive: true });
}
