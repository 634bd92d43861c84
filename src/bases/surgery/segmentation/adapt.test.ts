import { describe, expect, it } from 'vitest';
import { goldenGraph, readGolden } from '../../../../test/support/golden.js';
import { graphOf } from '../../../../test/support/graph.js';
import { runOnnx } from '../../../../test/support/ort.js';
import { tinyBase } from '../../../../test/support/tiny-base.js';
import { type ArchitectureCase, architectureCases, networkOf } from '../../../../test/support/torch-architectures.js';
import { float32, Random, type Tensor, toNumbers, zeros } from '../../../core/index.js';
import { inferTypes, type Model } from '../../../engine/graph/index.js';
import { findFeatures } from '../find-features.js';
import { prepareModel } from '../prepare.js';
import { adaptForPixels, type SegmentationSpec } from './adapt.js';
import { withOutputStride } from './dilate.js';
import { keepForPixels } from './keep.js';
import { Layers } from './layers.js';
import { convolutionalStages } from './stages.js';

const HEADS = ['linear', 'fcn', 'deeplabv3', 'deeplabv3+', 'lr-aspp', 'u-net'] as const;
const CLASSES = 3;

/** A network of torchvision with weights of zero: for tests that only look at shapes. */
async function network(name: string, side: number): Promise<Model> {
  const { weights } = architectureCases[name] as ArchitectureCase;
  const state = Object.entries(weights).map(([key, dims]) => [key, { type: 'float32', dims, read: async () => zeros('float32', dims) }] as const);
  const { net, outputs } = networkOf(name, side, new Map(state));
  return prepareModel((await net.finish(name, outputs)).model);
}

function stages({ graph }: Model, side: number): string[] {
  const { types } = inferTypes(graph, 21, { images: [1, 3, side, side] });
  const found = convolutionalStages(graph, findFeatures(graph), types, { height: side, width: side });
  return found.map(({ stride, map: { channels, height, width } }) => `${stride}: ${channels}×${height}×${width}`);
}

function dimsOf({ model }: { readonly model: Model }, sampleDims: SegmentationSpec['sampleDims']): (readonly number[] | undefined)[] {
  const inputs = Object.fromEntries(Object.entries(sampleDims).map(([name, dims]) => [name, [2, ...dims]]));
  const { types } = inferTypes(model.graph, model.opsets.get('') as number, inputs);
  return model.graph.outputs.map(({ name }) => types.get(name)?.dims);
}

describe('stages', () => {
  it.each([
    ['resnet18', ['2: 64×48×48', '4: 64×24×24', '8: 128×12×12', '16: 256×6×6', '32: 512×3×3']],
    // The narrow ends of blocks, not their wide insides.
    ['mobilenet_v2', ['2: 16×48×48', '4: 24×24×24', '8: 32×12×12', '16: 96×6×6', '32: 1280×3×3']],
    ['convnext_tiny', ['4: 96×24×24', '8: 192×12×12', '16: 384×6×6', '32: 768×3×3']],
  ])('of %s are one a stride', async (name, expected) => {
    expect(stages(await network(name, 96), 96)).toEqual(expected);
  });
});

describe('output stride', () => {
  it('is raised without a change of what was computed before', async () => {
    const base = prepareModel(tinyBase());
    const images = float32([2, 3, 32, 32], Float32Array.from({ length: 2 * 3 * 32 * 32 }, noise('images')));
    const { types } = inferTypes(base.graph, 21, { image: [2, 3, 32, 32] });
    const [stage] = convolutionalStages(base.graph, findFeatures(base.graph), types, { height: 32, width: 32 }).slice(-1);
    const { map } = stage as { map: { name: string } };
    const mapOf = async (graph: Model['graph']): Promise<Tensor> => {
      const outputs = [{ name: map.name, type: { kind: 'tensor' as const, type: 'float32' as const, dims: undefined } }];
      return (await runOnnx({ ...base, graph: { ...graph, outputs } }, { image: images }))[map.name] as Tensor;
    };
    const before = await mapOf(base.graph);
    const after = await mapOf(withOutputStride(base.graph, types, 21, 2));
    expect([before.dims, after.dims]).toEqual([
      [2, 16, 4, 4],
      [2, 16, 16, 16],
    ]);
    const at = (i: number): number => {
      const [x, y, channel] = [i % 4, (i >> 2) % 4, i >> 4];
      return after.data[(channel * 16 + 4 * y) * 16 + 4 * x] as number;
    };
    // The same sums in another order.
    for (const [i, value] of before.data.entries()) expect(at(i)).toBeCloseTo(value as number, 5);
    expect(Math.max(...(before.data as Float32Array))).toBeGreaterThan(0.1);
  });

  it('is refused where the size of maps is written into the base', async () => {
    const base = await network('shufflenet_v2_x0_5', 64);
    const spec = (head: SegmentationSpec['head']): SegmentationSpec => ({ sampleDims: { images: [3, 64, 64] }, head, classes: CLASSES, seed: 0 });
    expect(() => adaptForPixels(base, spec({ name: 'deeplabv3' }))).toThrow(expect.objectContaining({ code: 'SEGMENTATION_STRIDE' }));
    expect(dimsOf(adaptForPixels(base, spec({ name: 'u-net' })), { images: [3, 64, 64] })).toEqual([[2, CLASSES, 64, 64]]);
  });
});

describe.each(HEADS)('%s', (name) => {
  it('scores each pixel, from maps and from tokens', async () => {
    const convolutional = { sampleDims: { images: [3, 64, 96] }, base: await network('mobilenet_v3_small', 64) };
    const transformer = tokenBase('hf-vit');
    for (const { sampleDims, base } of [convolutional, transformer]) {
      const adapted = adaptForPixels(base, { sampleDims, head: { name, width: 8, aux: true }, classes: CLASSES, seed: 1 });
      const [height, width] = (Object.values(sampleDims)[0] ?? []).slice(1) as [number, number];
      const scores = [2, CLASSES, height, width];
      expect(dimsOf(adapted, sampleDims)).toEqual([scores, scores]);
      expect(adapted.headParameters.every((parameter) => /^(head|aux)\./.test(parameter))).toBe(true);
      expect(adapted.outputs.map((output) => output.name)).toEqual([adapted.model.graph.outputs[0]?.name]);
      expect(adapted.auxiliary).toBe(adapted.model.graph.outputs[1]?.name);
    }
  });
});

it('draws weights as PyTorch does, by seed', async () => {
  const base = await network('resnet18', 64);
  const weightOf = (seed: number): Tensor => {
    const { model } = adaptForPixels(base, { sampleDims: { images: [3, 64, 64] }, head: { name: 'fcn', width: 8 }, classes: CLASSES, seed });
    return model.graph.initializers.get('head.0.weight') as Tensor;
  };
  const weight = weightOf(1);
  expect(weight.dims).toEqual([8, 512, 3, 3]);
  const bound = 1 / Math.sqrt(512 * 9);
  const largest = (weight.data as Float32Array).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(largest).toBeGreaterThan(0.99 * bound);
  expect(largest).toBeLessThanOrEqual(bound);
  expect(weightOf(1).data).toEqual(weight.data);
  expect(weightOf(2).data).not.toEqual(weight.data);
});

it('lays tokens out row by row, without the first ones', async () => {
  const graph = graphOf({ nodes: [], inputs: [{ name: 'tokens', type: { kind: 'tensor', type: 'float32', dims: [1, 7, 2] } }], outputs: ['tokens'] });
  const l = new Layers(graph, 0);
  const model = { ...tinyBase(), opsets: new Map([['', 21]]), graph: l.graph({ map: l.grid('tokens', 2, 1, { height: 2, width: 3 }) }).graph };
  const found = await runOnnx(model, {
    tokens: float32(
      [1, 7, 2],
      Float32Array.from({ length: 14 }, (_, i) => i),
    ),
  });
  expect(found['map']?.dims).toEqual([1, 2, 2, 3]);
  expect(toNumbers(found['map'] as Tensor)).toEqual([2, 4, 6, 8, 10, 12, 3, 5, 7, 9, 11, 13]);
});

it('keeps the head of a model for pixels, at the size of the image, and has none of a classifier', async () => {
  const sampleDims = { images: [3, 64, 64] };
  const kept = keepForPixels(await network('lraspp_mobilenet_v3_large', 64), sampleDims);
  expect(kept && dimsOf(kept, sampleDims)).toEqual([[2, 21, 64, 64]]);
  expect(keepForPixels(await network('resnet18', 64), sampleDims)).toBeUndefined();
});

/** A small vision transformer, and its images. */
function tokenBase(name: string): { readonly base: Model; readonly sampleDims: SegmentationSpec['sampleDims'] } {
  const golden = readGolden(name);
  const sampleDims = Object.fromEntries(golden.inputs.map((input) => [input.name, input.dims.slice(1)]));
  return { base: prepareModel(goldenGraph(golden)), sampleDims };
}

function noise(stream: string): () => number {
  const random = new Random(7, stream);
  return () => random.uniform(-1, 1);
}
