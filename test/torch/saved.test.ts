import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryFolder } from '../../src/bases/hub/index.js';
import { importFolder, importModel } from '../../src/bases/importers/index.node.js';
import { float32, RegraftError, writeSafetensors, zeros } from '../../src/core/index.js';
import { runOnnx } from '../support/ort.js';
import { differenceFrom, type Sample } from '../support/sample.js';
import { narrowCases } from '../support/torch-architectures.js';

/** Files that PyTorch wrote, see bench/oracles/torch_saved.py: a ShuffleNet so narrow that it is small. */
const at = (name: string): string => fileURLToPath(new URL(`saved/${name}`, import.meta.url));
const { logits } = JSON.parse(readFileSync(at('expected.json'), 'utf8')) as { readonly logits: Sample };
const architecture = 'shufflenet_v2_x0_5';
const images = float32(
  [2, 3, 224, 224],
  Array.from({ length: 2 * 3 * 224 * 224 }, (_, i) => ((i % 17) - 8) / 8),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regraft-torch-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('weights that PyTorch saved', () => {
  it.each(['shufflenet.pth', 'shufflenet-legacy.pth', 'checkpoint.pt'])('%s computes what PyTorch computes', async (name) => {
    const { model, labels, source } = await importModel({ uri: at(name), architecture });
    expect(source.importer).toBe('torch');
    expect(labels).toBeUndefined();
    // A share of the largest value: some roundings of float32 in each layer.
    expect(differenceFrom(logits, (await runOnnx(model, { images }))['logits'])).toBeLessThan(1e-5);
  });

  it('of a backbone alone give its features, which a new head reads', async () => {
    const { model, features } = await importModel({ uri: at('backbone.pth'), architecture });
    expect(features).toBe('features');
    expect((await runOnnx(model, { images }))['features']?.dims).toEqual([2, 16]);
  });

  it('say how torchvision prepares images, and that this is assumed', async () => {
    const { preprocessing, notes } = await importModel({ uri: at('shufflenet.pth'), architecture });
    expect(preprocessing).toMatchObject({ size: [224, 224], range: [0, 1], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] });
    expect(notes).toEqual(['Images are taken to be prepared as torchvision prepares those of shufflenet_v2_x0_5.']);
  });

  it('under the name of a published file are known by it', async () => {
    const path = join(folder, 'shufflenetv2_x0.5-f707e7126e.pth');
    await writeFile(path, readFileSync(at('shufflenet.pth')));
    const { preprocessing, notes, labels } = await importModel(path);
    expect(preprocessing).toMatchObject({ size: [224, 224], cropShare: 0.875 });
    expect(notes).toEqual([]);
    // The classes of ImageNet are not those of three outputs.
    expect(labels).toBeUndefined();
  });

  it('are recognised where nobody names their network', async () => {
    const { model, notes } = await importModel(at('shufflenet.pth'));
    expect(differenceFrom(logits, (await runOnnx(model, { images }))['logits'])).toBeLessThan(1e-5);
    expect(notes[0]).toBe('It is taken for shufflenet_v2_x0_5, by the names and shapes of its weights.');
  });

  it.each([
    [
      'of several networks that compute something else',
      narrowCases['vit_b_16']?.weights ?? {},
      /Known: vit_b_16, vit_b_32, vit_l_16, vit_l_32, vit_h_14\./,
    ],
    ['of no network', { 'layer.weight': [2, 3] }, /holds weights without the layers they belong to: layer\.weight \[2, 3\]\..*Known: alexnet, /s],
  ])('%s are refused, with what there is', async (_, weights, reason) => {
    const tensors = Object.entries(weights).map(([name, dims]) => [name, zeros('float32', dims)] as const);
    const folder = memoryFolder({ 'model.safetensors': writeSafetensors(tensors) });
    const error: unknown = await importFolder(folder).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RegraftError);
    expect(`${(error as RegraftError).message} ${(error as RegraftError).remedy}`).toMatch(reason);
  });

  it.each([
    ['of an unknown architecture', 'shufflenet_v2_x05', /no architecture "shufflenet_v2_x05"\. Did you mean shufflenet_v2_x0_5\?/],
    ['of another architecture', 'squeezenet1_1', /are not those of squeezenet1_1: /],
  ])('%s are refused with a reason', async (_, name, reason) => {
    await expect(importModel({ uri: at('shufflenet.pth'), architecture: name })).rejects.toThrow(reason);
  });
});
