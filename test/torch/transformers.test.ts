import { describe, expect, it } from 'vitest';
import { architectures } from '../../src/bases/importers/torch/architectures/index.js';
import { Network } from '../../src/bases/importers/torch-layers/index.js';
import { RegraftError } from '../../src/core/index.js';
import { generated, generatedStateDict } from '../support/generated-weights.js';
import { runOnnx } from '../support/ort.js';
import { type ArchitectureCase, goldenNetwork, narrowCases } from '../support/torch-architectures.js';

describe('transformers of torchvision', () => {
  it.each(Object.keys(narrowCases))('%s computes each image by itself, however many come together', async (name) => {
    const golden = narrowCases[name] as ArchitectureCase;
    const { net, outputs } = goldenNetwork(name, golden);
    const { model } = await net.finish(name, outputs);
    const images = generated(1, 'images', [5, 3, golden.side, golden.side], -2, 2);
    const { logits: together } = await runOnnx(model, { images });
    const first = { ...images, dims: images.dims.with(0, 2), data: (images.data as Float32Array).slice(0, (2 * images.data.length) / 5) };
    const { logits: two } = await runOnnx(model, { images: first });
    expect(two?.dims).toEqual([2, 1000]);
    expect(together?.data.slice(0, 2000)).toEqual(two?.data);
  });
});

describe('a Vision Transformer', () => {
  const golden = narrowCases['vit_b_16'] as ArchitectureCase;
  const vit = architectures['vit_b_16'];

  it('says the size of the images that it has positions for', () => {
    expect(vit?.sizeOf?.(new Network(generatedStateDict(golden.weights, 1, 1)))).toBe(32);
  });

  it('is refused for images of another size', () => {
    const net = new Network(generatedStateDict(golden.weights, 1, 1));
    const build = (): unknown => vit?.build(net, net.images([40, 40]));
    expect(build).toThrow(RegraftError);
    expect(build).toThrow(/"encoder\.pos_embedding" has shape \[1, 17, 48\]/);
  });

  it('has the names of published files, whose layers are called linear_1 and linear_2', () => {
    const published = (weight: string): string => weight.replace('mlp.0', 'mlp.linear_1').replace('mlp.3', 'mlp.linear_2');
    const weights = Object.fromEntries(Object.entries(golden.weights).map(([weight, dims]) => [published(weight), dims]));
    const net = new Network(generatedStateDict(weights, 1, 1));
    vit?.build(net, net.images([32, 32]));
    expect(Object.keys(weights)).toContain('encoder.layers.encoder_layer_0.mlp.linear_1.weight');
    expect(net.unused).toEqual([]);
  });
});
