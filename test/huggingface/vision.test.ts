import { describe, expect, it } from 'vitest';
import { buildModel, familyOf } from '../../src/bases/importers/huggingface/build.js';
import { atInputSize, type Images, sizedFor } from '../../src/bases/importers/huggingface/vision/sizes.js';
import type { StateDict } from '../../src/bases/importers/state-dict/index.js';
import type { Tensor } from '../../src/core/index.js';
import { type FamilyCase, familyCases, inputsOf, weightsOf } from '../support/huggingface-families.js';
import { runOnnx } from '../support/ort.js';

const caseOf = (type: string, name: string): FamilyCase => familyCases[type]?.[name] as FamilyCase;

function renamed(weights: StateDict, rename: (name: string) => string): StateDict {
  return new Map([...weights].map(([name, weight]) => [rename(name), weight]));
}

/** Rows divided by their Euclidean norm. */
function directions({ data, dims }: Tensor): number[] {
  const width = dims[1] as number;
  const values = Array.from(data as Float32Array);
  return values.map((value, i) => value / Math.hypot(...values.slice(i - (i % width), i - (i % width) + width)));
}

describe('models of images', () => {
  it.each([
    ['vit', 'ViTModel', 'ViTForImageClassification', ['classifier.weight', 'classifier.bias']],
    ['swin', 'SwinModel', 'SwinForImageClassification', ['classifier.weight', 'classifier.bias']],
    ['resnet', 'ResNetModel', 'ResNetForImageClassification', ['classifier.1.weight', 'classifier.1.bias']],
    ['convnext', 'ConvNextModel', 'ConvNextForImageClassification', ['classifier.weight', 'classifier.bias']],
    ['clip', 'CLIPModel', 'CLIPForImageClassification', ['classifier.weight', 'classifier.bias']],
  ] as const)('of type %s begin a new head on %s', async (type, without, withHead, names) => {
    const golden = caseOf(type, without);
    const { model, initialised } = await buildModel(golden.config, weightsOf(golden), withHead);
    expect(initialised).toEqual(names);
    expect(model.graph.outputs[0]).toMatchObject({ name: 'logits', type: { dims: ['batch', 3] } });
  });

  it('ConvNeXt V2 knows the names that the published files have', async () => {
    const golden = caseOf('convnextv2', 'ConvNextV2Model');
    const old = renamed(weightsOf(golden), (name) => name.replace('grn.weight', 'grn.gamma').replace('grn.bias', 'grn.beta'));
    const { unused } = await buildModel(golden.config, old);
    expect(unused).toEqual([]);
  });
});

it('counters and tables that layers compute are not told as left out', async () => {
  const golden = caseOf('resnet', 'ResNetModel');
  const weights = weightsOf(golden);
  expect([...weights.keys()].some((name) => name.endsWith('num_batches_tracked'))).toBe(true);
  expect((await buildModel(golden.config, weights)).unused).toEqual([]);
});

describe('the size of images', () => {
  const images = (size: readonly [number, number]): Images => ({ preprocessing: { size: [...size], filter: 'bicubic' }, notes: [] });
  const build = async (type: string, name: string, said: Images) => {
    const golden = caseOf(type, name);
    const config = sizedFor(golden.config, familyOf(golden.config), said.preprocessing.size);
    return (await buildModel(config, weightsOf(golden))).model;
  };

  it.each([
    ['convnext', 'ConvNextModel'],
    ['resnet', 'ResNetModel'],
  ])('is that of the processor, for %s', async (type, name) => {
    const said = images([64, 96]);
    const model = await build(type, name, said);
    expect(model.graph.inputs[0]).toMatchObject({ type: { dims: ['batch', 3, 64, 96] } });
    expect(atInputSize(said, model.graph)).toEqual(said);
  });

  it('is that of the positions, for ViT', async () => {
    const model = await build('vit', 'ViTModel', images([64, 96]));
    const { preprocessing, notes } = atInputSize(images([64, 96]), model.graph);
    expect(preprocessing).toEqual({ size: [16, 16], filter: 'bicubic' });
    expect(notes).toEqual([expect.stringContaining('16×16')]);
  });

  it('leaves a configuration that states it as it is', () => {
    const config = { model_type: 'resnet' };
    expect(sizedFor(config, familyOf(config), [224, 224])).toBe(config);
  });
});

describe('CLIP', () => {
  const both = caseOf('clip', 'CLIPModel');

  it.each([
    ['CLIPVisionModelWithProjection', 'image_embeds', ['pixel_values']],
    ['CLIPTextModelWithProjection', 'text_embeds', ['input_ids', 'attention_mask']],
  ] as const)('has a tower of its own, %s, in a file of two', async (className, output, names) => {
    const { model, unused } = await buildModel(both.config, weightsOf(both), className);
    expect(model.graph.inputs.map(({ name }) => name)).toEqual(names);
    expect(unused).toContain('logit_scale');
    const inputs = inputsOf(both);
    const found = await runOnnx(model, Object.fromEntries(names.map((name) => [name, inputs[name] as Tensor])));
    const { values, step } = both.outputs[output] ?? { values: [], step: 1 };
    // Some roundings of float32 in each layer.
    for (const [i, value] of directions(found[output] as Tensor).entries()) expect(value).toBeCloseTo(values[i / step] ?? Number.NaN, 5);
  });

  it('finds a tower under its name too, as files before transformers 5 have it', async () => {
    const alone = caseOf('clip_vision_model', 'CLIPVisionModel');
    const { unused } = await buildModel(
      alone.config,
      renamed(weightsOf(alone), (name) => `vision_model.${name}`),
    );
    expect(unused).toEqual([]);
  });

  it('is what the entries with _dict say, where a file has both', async () => {
    const { text_config, ...config } = both.config;
    const wrong = { ...(text_config as object), num_hidden_layers: 9 };
    const { unused } = await buildModel({ ...config, text_config: wrong, text_config_dict: text_config }, weightsOf(both));
    expect(unused).toEqual([]);
  });

  it('compares any number of images with any number of texts', async () => {
    const { model } = await buildModel(both.config, weightsOf(both));
    expect(model.graph.outputs[0]).toMatchObject({ name: 'logits_per_image', type: { dims: ['batch', 'texts'] } });
  });
});
