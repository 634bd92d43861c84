import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, cp, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpecInput } from '../../src/app/spec/index.js';
import { type EvaluateResult, evaluate, exportBundle, loadModel, predict, RunFolder, train } from '../../src/app/workflow/index.node.js';
import { scoreBundle } from '../../src/app/workflow/score.js';
import { findParameters } from '../../src/bases/surgery/index.js';
import { bytesOf, type Tensor } from '../../src/core/index.js';
import { specialise } from '../../src/engine/graph/index.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import { compileTransforms, SkipLog, sampleRandom, type TransformStep } from '../../src/learning/data/index.js';
import { nodeDecoder, openDataset } from '../../src/learning/data/index.node.js';
import { softmax } from '../../src/learning/tasks/index.js';
import { loadBundle, readBundle } from '../../src/reuse/bundle/index.node.js';
import { drawShapes } from '../support/shapes.js';
import { tinyBase } from '../support/tiny-base.js';

const root = mkdtempSync(join(tmpdir(), 'regraft-lifecycle-'));
const at = (...parts: readonly string[]): string => join(root, ...parts);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const spec: SpecInput = {
  task: 'image-classification',
  base: at('base.onnx'),
  data: { train: at('train'), validation: 0.25, test: at('test') },
  recipe: 'full',
  training: { epochs: 2, batchSize: 6, optimizer: { name: 'adamw', lr: 0.01 } },
  seed: 3,
};

/** As exporters write it: for four images, every shape a number. */
async function saveBase(): Promise<void> {
  const model = tinyBase();
  await saveModelFile(at('base.onnx'), { ...model, graph: specialise(model.graph, 17, { image: [4, 3, 32, 32] }) });
}

const testImages = (): string[] =>
  ['circle', 'cross', 'square'].flatMap((name) =>
    readdirSync(at('test', name))
      .sort()
      .map((file) => at('test', name, file)),
  );

beforeAll(async () => {
  await Promise.all([drawShapes(at('train'), 8), drawShapes(at('test'), 5, 1), saveBase()]);
  await train({ spec, out: at('run') });
  await exportBundle({ target: at('run'), out: at('flowers.zip') });
});

/** Images and labels of three classes as two IDX files, whose images have no file of their own. */
function writeIdx(name: string): void {
  const [count, side] = [9, 8];
  const header = (dims: readonly number[]): number[] => [0, 0, 8, dims.length, ...dims.flatMap((dim) => [0, 0, 0, dim])];
  const pixels = Array.from({ length: count * side * side }, (_, i) => (i * 7 + Math.floor(i / (side * side)) * 80) % 256);
  writeFileSync(at(`${name}-images-idx3-ubyte`), Uint8Array.from([...header([count, side, side]), ...pixels]));
  writeFileSync(at(`${name}-labels-idx1-ubyte`), Uint8Array.from([...header([count]), ...Array.from({ length: count }, (_, i) => i % 3)]));
}

it('a run on IDX images has a report with pictures', async () => {
  writeIdx('digits');
  const data = { train: at('digits-images-idx3-ubyte'), test: at('digits-images-idx3-ubyte') };
  const { metrics } = await train({ spec: { ...spec, data, training: { epochs: 1, batchSize: 3 } }, out: at('digits') });
  expect(metrics['test']?.['accuracy']?.value).toBeGreaterThanOrEqual(0);
  expect(readFileSync(at('digits', 'report.html'), 'utf8')).toContain('data:image/webp;base64,');
  await evaluate({ target: at('digits'), report: at('digits.html') });
  expect(readFileSync(at('digits.html'), 'utf8')).toContain('data:image/webp;base64,');
});

describe('an exported model', () => {
  it('is the base with its trained weights, under the same names, for any number of images, and nothing of training', async () => {
    const base = await loadModel(at('base.onnx'));
    const { model, info } = await readBundle(at('run', 'bundle'));
    const names = findParameters(base.model.graph)
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('fc.'));
    const trained = (await (await RunFolder.open(at('run'))).checkpoints(1).latest())?.tensors ?? {};
    for (const name of names) expect(bytesOf(model.graph.initializers.get(name) as Tensor), name).toEqual(bytesOf(trained[name] as Tensor));
    expect(new Set(model.graph.nodes.map(({ op }) => op))).toEqual(
      new Set(['Conv', 'BatchNormalization', 'Relu', 'GlobalAveragePool', 'Flatten', 'Gemm']),
    );
    expect(model.graph.nodes.flatMap(({ attributes }) => attributes['training_mode'] ?? [])).not.toContainEqual({ kind: 'int', value: 1 });
    expect([info.inputs[0]?.dims, info.outputs[0]?.dims]).toEqual([
      ['batch', 3, 32, 32],
      ['batch', 3],
    ]);
  });

  it('gives the same probabilities in plain onnxruntime, from bundle.json alone', async () => {
    const bundle = await loadBundle(at('flowers.zip'));
    const [prediction] = await bundle.predict(testImages().slice(0, 1));
    await bundle.close();
    const { preprocessing = [] } = JSON.parse(readFileSync(at('run', 'bundle', 'bundle.json'), 'utf8')) as { preprocessing?: TransformStep[] };
    const image = await nodeDecoder().decode(new Uint8Array(readFileSync(testImages()[0] as string)), 'image');
    const tensor = compileTransforms(preprocessing)(image, sampleRandom(0, 0, ''));
    writeFileSync(at('image.f32'), bytesOf(tensor));
    const script = fileURLToPath(new URL('plain-onnxruntime.mjs', import.meta.url));
    const said = execFileSync(process.execPath, [script, at('run', 'bundle'), at('image.f32'), tensor.dims.join()], { encoding: 'utf8' });
    expect(JSON.parse(said)).toEqual(prediction?.kind === 'class' && prediction.probabilities);
  });
});

describe('evaluate', () => {
  it('measures a run as its training did, and a bundle on given data the same', async () => {
    const record = await (await RunFolder.open(at('run'))).record();
    const result = await evaluate({ target: at('run'), report: at('report.html') });
    expect(result).toMatchObject({ split: 'test', samples: 15, skipped: [], notes: [] });
    expect(result.confusion?.counts.map((row) => row.reduce((sum, count) => sum + count))).toEqual([5, 5, 5]);
    for (const [name, { value }] of Object.entries(record.metrics?.['test'] ?? {})) expect(result.metrics[name]?.value).toBeCloseTo(value, 5);
    expect(readFileSync(at('report.html'), 'utf8')).toContain('macroF1');
    const again: EvaluateResult = await evaluate({ target: at('flowers.zip'), data: at('test') });
    expect(again.metrics).toEqual(result.metrics);
    expect((await evaluate({ target: at('run'), split: 'validation' })).samples).toBe(6);
  });

  it('aligns classes by name', async () => {
    await cp(at('test', 'square'), at('only', 'square'), { recursive: true });
    const whole = await evaluate({ target: at('run') });
    const { confusion, samples } = await evaluate({ target: at('run'), data: at('only') });
    expect(samples).toBe(5);
    expect(confusion).toEqual({ labels: ['circle', 'cross', 'square'], counts: [[0, 0, 0], [0, 0, 0], whole.confusion?.counts[2]] });
  });

  it('says what is wrong with the data it is given', async () => {
    await cp(at('test', 'square'), at('zoo', 'zebra'), { recursive: true });
    await expect(evaluate({ target: at('run'), data: at('zoo') })).rejects.toMatchObject({ code: 'DATA_LABEL_UNKNOWN', values: { label: 'zebra' } });
    await expect(evaluate({ target: at('flowers.zip') })).rejects.toMatchObject({ code: 'EVALUATE_NO_DATA' });
    await expect(evaluate({ target: at('nowhere'), data: at('test') })).rejects.toMatchObject({ code: 'BUNDLE_NOT_FOUND' });
  });

  it('notes when held-out samples may have been trained on', async () => {
    await cp(at('train'), at('moving'), { recursive: true });
    const data = { train: at('moving'), validation: 0.25 };
    await train({ spec: { ...spec, data, recipe: 'linear-probe' }, out: at('moved') });
    await copyFile(testImages()[0] as string, at('moving', 'circle', 'new.png'));
    expect((await evaluate({ target: at('moved') })).notes).toEqual([expect.stringContaining('The data has changed since the run') as string]);
  });
});

describe('predict', () => {
  it('gives exactly what evaluate measures', async () => {
    const bundle = await loadBundle(at('flowers.zip'));
    const { predictions } = await scoreBundle(bundle, await openDataset(at('test')), { skips: new SkipLog(15) });
    await bundle.close();
    const result = await predict({ bundle: at('run'), inputs: [at('test')], top: 3 });
    expect(result.predictions.map(({ input }) => input)).toEqual(testImages());
    result.predictions.forEach((predicted, i) => {
      const probabilities = softmax(predictions.outputs.subarray(i * 3, i * 3 + 3));
      const top = 'top' in predicted ? Object.fromEntries(predicted.top.map(({ label, probability }) => [label, probability])) : {};
      expect(top).toEqual({ circle: probabilities[0], cross: probabilities[1], square: probabilities[2] });
    });
  });

  it('averages the probabilities of an image and its mirror image, as of two images, and says so', async () => {
    const [image = ''] = testImages();
    await sharp(image).flop().toFile(at('mirrored.png'));
    const probabilities = async (...request: Parameters<typeof predict>): Promise<Record<string, number>> => {
      const [predicted] = (await predict(...request)).predictions;
      return predicted && 'top' in predicted ? Object.fromEntries(predicted.top.map(({ label, probability }) => [label, probability])) : {};
    };
    const plain = await probabilities({ bundle: at('run'), inputs: [image] });
    const mirrored = await probabilities({ bundle: at('run'), inputs: [at('mirrored.png')] });
    const averaged = await probabilities({ bundle: at('run'), inputs: [image], tta: 'flip' });
    expect(plain).not.toEqual(mirrored);
    // A sum of two probabilities in single precision, once through a logarithm.
    for (const [label, value] of Object.entries(averaged)) expect(value).toBeCloseTo(((plain[label] ?? 0) + (mirrored[label] ?? 0)) / 2, 5);
    expect(await predict({ bundle: at('run'), inputs: [image], tta: 'flip' })).toMatchObject({ tta: 'flip' });
  });

  it('averages in evaluate what it averages alone', async () => {
    const result = await evaluate({ target: at('run'), tta: 'ten-crop' });
    expect(result).toMatchObject({ tta: 'ten-crop', samples: 15 });
    const { predictions } = await predict({ bundle: at('run'), inputs: [at('test')], tta: 'ten-crop' });
    const right = predictions.filter((predicted) => 'label' in predicted && predicted.input.includes(`/${predicted.label}/`));
    expect(result.metrics['accuracy']?.value).toBeCloseTo(right.length / 15, 9);
    expect(result.metrics['loss']?.value).not.toBe((await evaluate({ target: at('run') })).metrics['loss']?.value);
  });

  it('takes paths and bytes, and throws what is wrong with one of them', async () => {
    const bundle = await loadBundle(at('run', 'bundle'));
    const [path = ''] = testImages();
    const [byPath, byBytes] = [await bundle.predict([path]), await bundle.predict([new Uint8Array(readFileSync(path))])];
    expect(byPath).toEqual(byBytes);
    expect(await bundle.predict([])).toEqual([]);
    await expect(bundle.predict([path, new Uint8Array(9)])).rejects.toMatchObject({ code: 'DATA_IMAGE_CORRUPT' });
    await expect(bundle.predict([path, at('nothing.png')])).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
    await expect(bundle.predict([{ image: { type: 'float32', dims: [1], data: new Float32Array(1) } }])).rejects.toMatchObject({
      code: 'TASK_CONTENT',
    });
    await bundle.close();
  });

  it('leaves out what it cannot read, and goes on', async () => {
    mkdirSync(at('mixed'));
    const [good = ''] = testImages();
    await Promise.all(['a.png', 'b.png'].map((name) => copyFile(good, at('mixed', name))));
    await truncate(at('mixed', 'a.png'), 60);
    const result = await predict({ bundle: at('run'), inputs: [at('mixed', 'a.png'), at('mixed'), good] });
    expect(result.predictions.map(({ input }) => input)).toEqual([at('mixed', 'b.png'), good]);
    expect(result.skipped.map(({ location }) => location)).toEqual([at('mixed', 'a.png'), at('mixed', 'a.png')]);
    expect(await predict({ bundle: at('run'), inputs: [at('mixed', 'a.png')] })).toMatchObject({ predictions: [], skipped: [{}] });
  });

  it('does not take more memory for more images', () => {
    const script = fileURLToPath(new URL('peak-memory.mjs', import.meta.url));
    const peak = (images: number): number =>
      Number(execFileSync(process.execPath, [script, at('run'), at(`many-${images}`), String(images)], { encoding: 'utf8' }));
    const [few, many] = [peak(40), peak(200)];
    // 160 more images of 3 MB each: 480 MB if they were kept.
    expect((many - few) / 1e6).toBeLessThan(120);
  });
});

describe('a bundle as a base', () => {
  it('trains on from a zip', async () => {
    const base = await loadModel(at('flowers.zip'));
    expect(base).toMatchObject({ labels: ['circle', 'cross', 'square'], preprocessing: [{ name: 'resize' }, { name: 'to-tensor' }] });
    const { bundle } = await train({ spec: { ...spec, base: at('flowers.zip'), recipe: 'linear-probe' }, out: at('second') });
    expect((await readBundle(bundle as string)).info.base.uri).toBe(at('flowers.zip'));
  });

  it('is not there before a run has ended', async () => {
    await cp(at('run', 'run.json'), at('early', 'run.json'));
    await expect(exportBundle({ target: at('early'), out: at('x.zip') })).rejects.toMatchObject({
      message: expect.stringContaining('has not reached its end') as string,
    });
  });
});
