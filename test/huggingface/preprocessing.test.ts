import { describe, expect, it, test } from 'vitest';
import { readPreprocessing } from '../../src/bases/importers/huggingface/preprocessing.js';
import type { JsonObject } from '../../src/bases/importers/json.js';
import { Random } from '../../src/core/index.js';
import { filledImage } from '../../src/learning/data/image.js';
import { evalTransforms } from '../../src/learning/data/transforms/defaults.js';
import { compileTransforms } from '../../src/learning/data/transforms/pipeline.js';

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const CLIP = { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] };
const HALF = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const stated = ({ mean, std }: typeof CLIP): JsonObject => ({ image_mean: mean, image_std: std });
const rgb = { layout: 'nchw', channels: 3, order: 'rgb', range: [0, 1] };

describe('a preprocessor_config.json', () => {
  test.each<[string, JsonObject, unknown]>([
    [
      'ViT before 4.26',
      { feature_extractor_type: 'ViTFeatureExtractor', size: 224, resample: 2, ...stated(HALF) },
      { size: [224, 224], fit: 'stretch', filter: 'bilinear', ...HALF },
    ],
    [
      'ViT',
      { image_processor_type: 'ViTImageProcessor', size: { height: 384, width: 256 }, resample: 3, ...stated(IMAGENET) },
      { size: [384, 256], fit: 'stretch', filter: 'bicubic', ...IMAGENET },
    ],
    ['ViT without entries', { image_processor_type: 'ViTImageProcessorFast' }, { size: [224, 224], fit: 'stretch', filter: 'bilinear', ...HALF }],
    [
      'DeiT',
      { feature_extractor_type: 'DeiTFeatureExtractor', size: 256, crop_size: 224, do_center_crop: true, resample: 3, ...stated(IMAGENET) },
      { size: [224, 224], fit: 'stretch', cropShare: 0.875, filter: 'bicubic', ...IMAGENET },
    ],
    [
      'CLIP before 4.26',
      { feature_extractor_type: 'CLIPFeatureExtractor', size: 224, crop_size: 224, do_center_crop: true, resample: 3, ...stated(CLIP) },
      { size: [224, 224], filter: 'bicubic', ...CLIP },
    ],
    ['CLIP without entries', { image_processor_type: 'CLIPImageProcessor' }, { size: [224, 224], filter: 'bicubic', ...CLIP }],
    [
      'DINOv2',
      {
        image_processor_type: 'BitImageProcessor',
        size: { shortest_edge: 256 },
        crop_size: { height: 224, width: 224 },
        do_center_crop: true,
        ...stated(IMAGENET),
      },
      { size: [224, 224], cropShare: 0.875, filter: 'bicubic', ...IMAGENET },
    ],
    [
      'ResNet',
      { feature_extractor_type: 'ConvNextFeatureExtractor', size: 224, crop_pct: 0.875, resample: 3, ...stated(IMAGENET) },
      { size: [224, 224], cropShare: 0.875, filter: 'bicubic', ...IMAGENET },
    ],
    [
      'ConvNeXt from 384 on',
      { image_processor_type: 'ConvNextImageProcessor', size: { shortest_edge: 384 }, crop_pct: null, resample: 2, ...stated(IMAGENET) },
      { size: [384, 384], fit: 'stretch', filter: 'bilinear', ...IMAGENET },
    ],
  ])('of %s', (_, config, expected) => {
    expect(readPreprocessing(config).preprocessing).toEqual({ ...rgb, ...(expected as object) });
  });

  test.each<[string, JsonObject, readonly number[]]>([
    ['scaled and normalised', stated(CLIP), [51, 102, 204].map((value, i) => (value / 255 - (CLIP.mean[i] ?? 0)) / (CLIP.std[i] ?? 1))],
    ['not normalised', { do_normalize: false }, [0.2, 0.4, 0.8]],
    ['not scaled', { do_rescale: false, image_mean: 100, image_std: 50 }, [-0.98, 0.04, 2.08]],
    ['scaled to [-1, 1]', { rescale_factor: 1 / 127.5, image_mean: [1, 1, 1], image_std: [1, 1, 1] }, [-0.6, -0.2, 0.6]],
    ['in the order of blue, green, red', { do_normalize: false, do_flip_channel_order: true }, [0.8, 0.4, 0.2]],
  ])('makes pixels %s', (_, config, expected) => {
    const { preprocessing } = readPreprocessing({ image_processor_type: 'ViTImageProcessor', size: 4, ...config });
    const { data } = compileTransforms(evalTransforms(preprocessing))(filledImage(9, 7, 3, [51, 102, 204]), new Random(0));
    // A few roundings of float32.
    for (const [channel, value] of expected.entries()) expect(Number(data[16 * channel])).toBeCloseTo(value, 5);
  });

  test('gives images the size from which its middle is cut', () => {
    for (let whole = 200; whole < 700; whole++) {
      const { preprocessing } = readPreprocessing({ image_processor_type: 'CLIPImageProcessor', size: whole, crop_size: 199 });
      expect(evalTransforms(preprocessing)[0]).toMatchObject({ size: [whole, whole] });
    }
  });

  it.each<[string, JsonObject, RegExp]>([
    ['nearest neighbours', { image_processor_type: 'CLIPImageProcessor', resample: 0 }, /nearest neighbours.* box/],
    ['the Hamming filter', { image_processor_type: 'CLIPImageProcessor', resample: 5 }, /Hamming filter.* bilinear/],
    ['images that are not cut', { image_processor_type: 'CLIPImageProcessor', do_center_crop: false }, /keeps the proportions/],
    ['images that are not resized', { image_processor_type: 'CLIPImageProcessor', do_resize: false }, /no fixed size/],
    ['sizes that depend on the image', { image_processor_type: 'CLIPImageProcessor', size: { shortest_edge: 9, longest_edge: 20 } }, /no fixed size/],
  ])('tells of %s', (_, config, note) => {
    expect(readPreprocessing(config).notes).toEqual([expect.stringMatching(note)]);
  });

  it('tells of a processor that is not known', () => {
    expect(readPreprocessing({ image_processor_type: 'OtherImageProcessor' }).notes[0]).toContain('"Other" is not known');
  });

  it('says which entry is wrong', () => {
    expect(() => readPreprocessing({ resample: 9 })).toThrow(/"resample" in preprocessor_config.json/);
  });
});
