import { describe, expect, it } from 'vitest';
import type { StateDict } from '../../src/bases/importers/state-dict/index.js';
import { architectureCases, networkOf, shapesOf } from '../support/torch-architectures.js';

describe('names in the networks of torchvision', () => {
  // One block or layer of each way of naming.
  it.each([
    ['alexnet', 'features.12'],
    ['vgg11_bn', 'features.28'],
    ['densenet121', 'features.denseblock4.denselayer3'],
    ['densenet121', 'features.denseblock4'],
    ['googlenet', 'inception5b'],
    ['inception_v3', 'Mixed_7c'],
    ['mobilenet_v2', 'features.18'],
    ['mobilenet_v3_small', 'features.11'],
    ['mnasnet0_5', 'layers.13'],
    ['shufflenet_v2_x0_5', 'stage4.3'],
    ['squeezenet1_1', 'features.12'],
    ['regnet_y_400mf', 'trunk_output.block4.block4-5'],
    ['efficientnet_v2_s', 'features.4.5'],
    ['convnext_tiny', 'features.5.8'],
    ['vit_b_32', 'encoder.layers.encoder_layer_11'],
    ['swin_t', 'features.5.5'],
    ['swin_t', 'features.6'],
    ['maxvit_t', 'blocks.2.layers.4'],
    ['deeplabv3_resnet50', 'backbone.layer4.2'],
    ['deeplabv3_mobilenet_v3_large', 'backbone.16'],
  ])('of values in %s are those of modules: %s', async (name, module) => {
    const { net, outputs } = build(name, weightsOf(name));
    const { model } = await net.finish(name, outputs);
    expect(model.graph.nodes.flatMap((node) => node.outputs)).toContain(module);
  });

  it('of weights may be those of the published files of DenseNet', () => {
    const published = (weight: string): string => weight.replace(/(denselayer\d+\.(?:norm|conv))([12])/, '$1.$2');
    const { net } = build('densenet121', new Map([...weightsOf('densenet121')].map(([weight, stored]) => [published(weight), stored])));
    expect(net.has('features.denseblock1.denselayer1.norm.1.weight')).toBe(true);
    expect(net.unused.filter((weight) => !weight.endsWith('num_batches_tracked'))).toEqual([]);
  });

  it.each([
    ['squeezenet1_1', 512],
    ['mobilenet_v2', 1280],
    ['mobilenet_v3_small', 576],
    ['vgg11', 512 * 7 * 7],
    ['convnext_tiny', 768],
    ['maxvit_t', 512],
  ])('of the output of %s without a classifier is features', (name, width) => {
    const { outputs } = build(name, new Map([...weightsOf(name)].filter(([weight]) => !weight.startsWith('classifier.'))));
    expect(Object.entries(outputs).map(([output, { dims }]) => [output, dims])).toEqual([['features', ['batch', width]]]);
  });
});

function weightsOf(name: string): StateDict {
  return shapesOf(architectureCases[name] ?? { weights: {} });
}

function build(name: string, weights: StateDict) {
  return networkOf(name, architectureCases[name]?.side ?? 0, weights);
}
