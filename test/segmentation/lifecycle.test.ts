import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProgram } from '../../src/app/cli/program.js';
import { verbs } from '../../src/app/cli/verbs/index.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import { loadBundle } from '../../src/reuse/bundle/index.node.js';
import { drawShapeMasks, SHAPE_CLASSES } from '../support/shape-masks.js';
import { tinyBase } from '../support/tiny-base.js';

const root = mkdtempSync(join(tmpdir(), 'regraft-masks-'));
const at = (...parts: readonly string[]): string => join(root, ...parts);
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function cli(words: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const text = { out: '', err: '' };
  const write = (to: 'out' | 'err') => (part: string) => {
    text[to] += part;
  };
  const terminal = { out: write('out'), err: write('err'), isInteractive: false, columns: 80, signal: new AbortController().signal };
  return { code: await runProgram(words, { verbs, version: '0.0.0', terminal }), ...text };
}

const SPEC = `
task: semantic-segmentation
base: ./base.onnx
data: { train: ./shapes, test: 0.25 }
recipe: full
head: { name: deeplabv3+, outputStride: 8, width: 16, dropout: 0, aux: true }
training:
  epochs: EPOCHS
  batchSize: 8
  optimizer: { name: adamw, lr: 0.01 }
  loss: { name: cross-entropy+dice, classWeights: balanced }
`;

beforeAll(async () => {
  await drawShapeMasks(at('shapes'), 48);
  await drawShapeMasks(at('large'), 1, 90, 9);
  await saveModelFile(at('base.onnx'), tinyBase());
  for (const [name, epochs] of Object.entries({ trained: 25, untrained: 1 })) {
    const spec = SPEC.replace('EPOCHS', String(epochs)).replace('lr: 0.01', name === 'trained' ? 'lr: 0.01' : 'lr: 1e-9');
    writeFileSync(at(`${name}.yaml`), spec);
    const ended = await cli(['train', at(`${name}.yaml`), '--out', at(name)]);
    expect(ended.err + ended.out, name).not.toContain('✗');
    expect(ended.code, ended.err + ended.out).toBe(0);
  }
}, 300_000);

interface Evaluated {
  readonly perOutput: Readonly<Record<string, { readonly iou: number }>>;
  readonly metrics: Readonly<Record<string, { readonly value: number; readonly interval: readonly [number, number] }>>;
}

async function meanIoU(run: string): Promise<number> {
  const ended = await cli(['evaluate', at(run), '--json']);
  const { metrics, perOutput } = JSON.parse(ended.out) as Evaluated;
  expect(Object.keys(perOutput)).toEqual(SHAPE_CLASSES);
  expect(Object.keys(metrics)).toEqual(['meanIoU', 'pixelAccuracy', 'meanAccuracy', 'boundaryF1', 'loss']);
  const mean = Object.values(perOutput).reduce((sum, { iou }) => sum + iou, 0) / SHAPE_CLASSES.length;
  expect(metrics['meanIoU']?.value).toBeCloseTo(mean, 9);
  const { value, interval } = metrics['meanIoU'] as Evaluated['metrics'][string];
  expect(interval[0]).toBeLessThanOrEqual(value);
  expect(interval[1]).toBeGreaterThanOrEqual(value);
  return value;
}

it('learns shapes that an untrained model does not find', async () => {
  expect(await meanIoU('trained')).toBeGreaterThan(0.75);
  expect(await meanIoU('untrained')).toBeLessThan(0.4);
});

it('draws masks and overlays at the size of the image, in windows where it is larger than the input', async () => {
  const image = at('large', 'images', '000.png');
  const text = await cli(['predict', at('trained'), image, '--out', at('drawn')]);
  expect(text).toMatchObject({ code: 0, out: expect.stringMatching(/000\.png .*background \d.*→ .*000\.overlay\.png/) as string });
  const { predictions } = JSON.parse((await cli(['predict', at('trained'), image, '--out', at('again'), '--json'])).out) as {
    readonly predictions: readonly {
      readonly width: number;
      readonly shares: Readonly<Record<string, number>>;
      readonly files: { readonly mask: string };
    }[];
  };
  const [predicted] = predictions;
  expect(predicted).toMatchObject({ width: 90, height: 90 });
  expect(Object.values(predicted?.shares ?? {}).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  const mask = await sharp(readFileSync(predicted?.files.mask ?? ''))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(mask.info).toMatchObject({ width: 90, height: 90 });
  const overlay = await sharp(at('drawn', '000.overlay.png')).metadata();
  expect(overlay).toMatchObject({ width: 160 });
  expect(overlay.height).toBeGreaterThan(90);
});

it('answers in a program as in the shell', async () => {
  const bundle = await loadBundle(at('trained', 'bundle'));
  const [prediction] = await bundle.predict([at('shapes', 'images', '000.png')]);
  await bundle.close();
  expect(prediction).toMatchObject({ kind: 'mask', width: 32, height: 32 });
  if (prediction?.kind !== 'mask') throw new Error('no mask');
  const truth = await sharp(at('shapes', 'masks', '000.png'))
    .extractChannel(0)
    .raw()
    .toBuffer();
  const counted = [...truth].flatMap((label, i) => (label === 255 ? [] : [label === prediction.classes[i]]));
  expect(counted.filter(Boolean).length / counted.length).toBeGreaterThan(0.85);
});

it('sees what data of images and masks is for', async () => {
  const ended = await cli(['init', at('shapes'), '--out', at('new.yaml'), '--json']);
  expect(JSON.parse(ended.out)).toMatchObject({ task: 'semantic-segmentation', samples: 48 });
  expect(readFileSync(at('new.yaml'), 'utf8')).toMatch(/head: \{ name: deeplabv3/);
});

it('has no auxiliary head in the bundle', async () => {
  const bundle = await loadBundle(at('trained', 'bundle'));
  await bundle.close();
  expect(bundle.info.outputs.map(({ dims }) => dims.slice(1))).toEqual([[SHAPE_CLASSES.length, 32, 32]]);
});

it('refuses heads and outputs of other tasks', async () => {
  writeFileSync(at('mlp.yaml'), SPEC.replace(/head: .*/, 'head: mlp').replace('EPOCHS', '1'));
  expect(await cli(['train', at('mlp.yaml'), '--out', at('mlp')])).toMatchObject({
    code: 1,
    err: expect.stringContaining('head: mlp is not for') as string,
  });
});
