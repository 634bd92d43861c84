import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applications, buildApplication, preparations } from '../../src/bases/importers/keras/applications/index.js';
import { assembleModel, type WeightStore } from '../../src/bases/importers/keras-layers/index.js';
import { float32, Random } from '../../src/core/index.js';
import { compileTransforms, evalTransforms } from '../../src/learning/data/index.js';
import {
  applicationCases,
  differenceFromApplication,
  generatedWeights,
  goldenApplication,
  goldenArchitecture,
  structureOf,
} from '../support/keras-applications.js';
import { runOnnx } from '../support/ort.js';

const { prepared } = JSON.parse(readFileSync(new URL('weights/golden.json', import.meta.url), 'utf8')) as {
  readonly prepared: Readonly<Record<string, readonly number[]>>;
};

/** Larger ones are run by the report. */
const MOST_PARAMETERS = 8e6;

describe('Keras Applications', () => {
  it('are all here', () => {
    expect(Object.keys(applications).sort()).toEqual(Object.keys(applicationCases).sort());
  });

  it.each(Object.entries(applicationCases))('%s has the layers and weights of Keras, in its order', (name, { size, top, bare }) => {
    expect(applications[name]?.size).toBe(size);
    expect(structureOf(goldenArchitecture(name, size, 1000))).toEqual(top);
    expect(structureOf(goldenArchitecture(name, size, undefined))).toEqual(bare);
  });

  it.each(small())('%s computes what Keras computes', async (name) => {
    const golden = applicationCases[name]?.small ?? expect.fail();
    // A share of the largest value: kernels that add in another order differ by some roundings of float32 in each of up to 700 layers.
    expect(await differenceFromApplication(goldenApplication(name, 'small'), golden)).toBeLessThan(1e-5);
  });

  it.each(Object.entries(prepared))('%s prepares images as Keras does', (name, expected) => {
    const { preparation } = applications[name] ?? expect.fail();
    const steps = evalTransforms({ size: [1, 1], layout: 'nhwc', channels: 3, ...preparations[preparation] });
    const { data } = compileTransforms(steps)({ width: 1, height: 1, channels: 3, data: Uint8Array.of(10, 100, 200) }, new Random(0));
    // Keras computes in float64, we round to float32: some parts in 10⁷ of up to 200.
    for (const [i, value] of expected.entries()) expect(data[i]).toBeCloseTo(value, 4);
  });
});

describe('the first layers of an EfficientNet', () => {
  /** What the first convolution reads of a grey image. */
  async function prepared(variance: readonly number[]): Promise<readonly number[]> {
    const { designs, refined } = applications.EfficientNetB0 ?? expect.fail();
    const statistics: WeightStore = {
      find: (layer, weight) =>
        layer === 'normalization'
          ? { name: `${layer}/${weight}`, tensor: float32([3], weight === 'mean' ? [0.485, 0.456, 0.406] : variance) }
          : undefined,
    };
    const architecture = buildApplication('EfficientNetB0', refined?.(statistics) ?? designs[0], 32, undefined);
    const others = generatedWeights(architecture, 1);
    const weights: WeightStore = { find: (...place) => statistics.find(...place) ?? others.find(...place) };
    const model = assembleModel(architecture.spec, weights, { bilinear: 'half_pixel', hardSigmoidSlope: 1 / 6 });
    const output = { name: 'stem_conv_pad', type: { kind: 'tensor', type: 'float32', dims: undefined } } as const;
    const image = { type: 'float32', dims: [1, 3, 32, 32], data: new Float32Array(3 * 32 * 32).fill(200) } as const;
    const { stem_conv_pad: found } = await runOnnx(
      { ...model, graph: { ...model.graph, outputs: [output] } },
      { [model.graph.inputs[0]?.name ?? '']: image },
    );
    return [0, 1, 2].map((channel) => Number(found?.data[channel * 33 * 33]));
  }

  it.each([
    // What the published files have: deviations in place of variances.
    ['published', [0.229, 0.224, 0.225]],
    ['adapted to ImageNet', [0.229 ** 2, 0.224 ** 2, 0.225 ** 2]],
  ])('take the statistics of ImageNet off where the weights are %s', async (_, variance) => {
    const deviations = [0.229, 0.224, 0.225];
    const expected = [0.485, 0.456, 0.406].map((mean, i) => (200 / 255 - mean) / (deviations[i] ?? 0));
    // Three roundings of float32.
    for (const [i, value] of (await prepared(variance)).entries()) expect(value).toBeCloseTo(expected[i] ?? 0, 5);
  });
});

function small(): string[] {
  return Object.entries(applicationCases).flatMap(([name, golden]) => ((golden.small?.parameters ?? Infinity) < MOST_PARAMETERS ? [name] : []));
}
