import { describe, expect, it } from 'vitest';
import { findTorchWeights, parseUri, torchUri } from '../index.js';
import { torchCategories } from './generated/categories.js';
import { torchWeights } from './generated/weights.js';

describe('findTorchWeights', () => {
  it.each([
    [{ uri: 'torch:resnet50:IMAGENET1K_V1' }, 'resnet50-0676ba61.pth'],
    [{ uri: 'torch:resnet50' }, 'resnet50-11ad3fa6.pth'],
    [{ uri: 'torch:resnet50', file: 'resnet18-f37072fd.pth' }, 'resnet50-11ad3fa6.pth'],
    [{ uri: '/models/resnet50-0676ba61.pth', file: 'resnet50-0676ba61.pth' }, 'resnet50-0676ba61.pth'],
    [{ uri: 'memory:', file: 'C:\\models\\resnet50-0676ba61.pth' }, 'resnet50-0676ba61.pth'],
  ])('knows %j', async (known, file) => {
    expect((await findTorchWeights(known))?.file).toBe(file);
  });

  it.each([{}, { uri: 'torch:resnet51' }, { uri: 'keras:ResNet50' }, { file: 'resnet50.pth' }, { uri: 'torch:' }])(
    'knows nothing of %j',
    async (unknown) => {
      expect(await findTorchWeights(unknown)).toBeUndefined();
    },
  );

  it('says how the weights are fed, what they are of and what their classes are called', async () => {
    const { categories, ...facts } = (await findTorchWeights({ uri: 'torch:vit_b_16:IMAGENET1K_SWAG_E2E_V1' })) ?? {};
    expect(facts).toEqual({
      entrypoint: 'vit_b_16',
      weights: 'IMAGENET1K_SWAG_E2E_V1',
      file: 'vit_b_16_swag-9ac1b537.pth',
      task: 'image-classification',
      parameters: 86_859_496,
      metrics: { 'acc@1': 85.304, 'acc@5': 97.65 },
      transforms: { resize: 384, crop: 384, interpolation: 'bicubic', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
      licence: 'CC-BY-NC-4.0',
      source: 'https://github.com/facebookresearch/SWAG',
    });
    expect([categories?.length, categories?.[0], categories?.[999]]).toEqual([1000, 'tench', 'toilet tissue']);
  });

  it('has no classes where the classifier is not published', async () => {
    const features = await findTorchWeights({ file: 'vgg16_features-amdegroot-88682ab5.pth' });
    expect(features).not.toHaveProperty('categories');
    expect(features?.transforms.std).toEqual([1 / 255, 1 / 255, 1 / 255]);
  });
});

describe('the table', () => {
  it('has an address and a file of their own for all weights, and one default a model', () => {
    for (const of of [torchUri, (row: { file: string }) => row.file]) expect(new Set(torchWeights.map(of)).size).toBe(torchWeights.length);
    const models = new Set(torchWeights.map(({ entrypoint }) => entrypoint));
    expect(torchWeights.filter(({ isDefault }) => isDefault).map(({ entrypoint }) => entrypoint)).toEqual([...models]);
    for (const row of torchWeights) expect(parseUri(torchUri(row))).toMatchObject({ entrypoint: row.entrypoint, weights: row.weights });
  });

  it('names files by the beginning of their hash, and lists of classes that there are', () => {
    for (const { file, categories, source } of torchWeights) {
      expect(file).toMatch(/^[\w.-]+-[0-9a-f]{8,10}\.pth$/);
      if (categories !== undefined) expect(torchCategories[categories]?.length, file).toBeGreaterThan(20);
      expect(new URL(source).protocol).toBe('https:');
    }
  });

  it('holds the models of every family, and the files of EfficientNet by the names that they have now', () => {
    const models = new Set(torchWeights.map(({ entrypoint }) => entrypoint));
    const some = ['alexnet', 'vgg19_bn', 'wide_resnet101_2', 'densenet201', 'googlenet', 'mnasnet1_3', 'shufflenet_v2_x2_0', 'squeezenet1_1'];
    const more = [
      'efficientnet_v2_l',
      'regnet_x_32gf',
      'convnext_large',
      'vit_h_14',
      'swin_v2_b',
      'maxvit_t',
      'fcn_resnet101',
      'lraspp_mobilenet_v3_large',
    ];
    expect([...some, ...more].filter((name) => !models.has(name))).toEqual([]);
    expect(torchWeights.some(({ file }) => file === 'efficientnet_b0_rwightman-7f5810bc.pth')).toBe(true);
  });
});
