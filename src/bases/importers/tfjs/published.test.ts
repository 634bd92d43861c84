import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random, RegraftError } from '../../../core/index.js';
import { type Model, writeModel } from '../../../engine/graph/index.js';
import { type ImportedModel, importModel } from '../index.node.js';

interface Golden {
  readonly input: { readonly seed: number; readonly stream: string; readonly shape: readonly [number, number, number, number] };
  readonly output: readonly number[];
  readonly taps: Readonly<Record<string, Tap>>;
}

interface Tap {
  readonly shape: readonly number[];
  readonly mean: number;
  readonly stride: number;
  readonly values: readonly number[];
}

const models = [
  { name: 'mobilenet_v2', parameters: 2_600_000 },
  { name: 'inception_v3', parameters: 21_800_000 },
];

describe.each(models)('nsfwjs $name', ({ name, parameters }) => {
  let imported: ImportedModel | undefined;

  beforeAll(async () => {
    imported = await importModel(`npm:nsfwjs@4.3.0/dist/models/${name}`).catch((error: unknown) => {
      if (error instanceof RegraftError && ['HUB_NETWORK', 'HUB_NPM_FAILED', 'HUB_NPM_MISSING', 'HUB_PACKAGE_MISSING'].includes(error.code))
        return undefined;
      throw error;
    });
    if (!imported)
      process.stderr.write(`SKIPPED: nsfwjs@4.3.0 is in no cache and cannot be fetched, so ${name} is not compared with TensorFlow.js\n`);
  }, 120_000);

  it('computes what TensorFlow.js computes, at the output and at taps', async (test) => {
    if (!imported) return test.skip();
    const golden = readGolden(name);
    const values = await run(withOutputs(imported.model, Object.keys(golden.taps)), golden);
    const output = values.get(imported.model.graph.outputs[0]?.name ?? '')?.data ?? [];
    expect(maxDifference([...output], golden.output)).toBeLessThan(1e-4);
    for (const [tap, expected] of Object.entries(golden.taps)) {
      const data = channelsLast(values.get(tap));
      expect(data.length, tap).toBe(expected.shape.reduce((a, b) => a * b, 1));
      const picked = expected.values.map((_, i) => data[i * expected.stride] ?? Number.NaN);
      expect(maxDifference(picked, expected.values), tap).toBeLessThan(1e-4 * Math.max(1, ...expected.values.map(Math.abs)));
    }
  }, 120_000);

  it('keeps names, tells labels, preprocessing and provenance', (test) => {
    if (!imported) return test.skip();
    const { model, labels, preprocessing, source } = imported;
    const count = [...model.graph.initializers.values()]
      .filter(({ type }) => type === 'float32')
      .reduce((sum, t) => sum + ('data' in t ? t.data.length : 0), 0);
    expect(count / parameters).toBeCloseTo(1, 1);
    expect(model.graph.initializers.has('dense_3/kernel')).toBe(true);
    expect(model.graph.nodes.filter((node) => node.op === 'Transpose')).toEqual([]);
    expect(model.graph.nodes.at(-1)).toMatchObject({ op: 'Softmax', outputs: ['dense_3'] });
    expect(labels).toHaveLength(5);
    expect(preprocessing).toMatchObject({ layout: 'nchw', range: [0, 1] });
    expect(source).toMatchObject({ version: '4.3.0', licence: 'MIT', importer: 'tfjs' });
    expect(source.integrity).toMatch(/^sha512-WTKDte0v/);
  });
});

function readGolden(name: string): Golden {
  return JSON.parse(readFileSync(new URL(`../../../../test/tfjs/${name}.json`, import.meta.url), 'utf8')) as Golden;
}

function withOutputs(model: Model, names: readonly string[]): Model {
  const type = { kind: 'tensor', type: 'float32', dims: undefined } as const;
  const outputs = [...model.graph.outputs, ...names.map((name) => ({ name, type }))];
  return { ...model, graph: { ...model.graph, outputs } };
}

async function run(model: Model, { input }: Golden): Promise<ReadonlyMap<string, { readonly dims: readonly number[]; readonly data: Float32Array }>> {
  const [, height, width, channels] = input.shape;
  const random = new Random(input.seed, input.stream);
  const pixels = new Float32Array(height * width * channels);
  // The generator fills NHWC; the graph takes NCHW.
  for (let i = 0; i < pixels.length; i++) pixels[(i % channels) * height * width + Math.floor(i / channels)] = random.uniform();
  const session = await InferenceSession.create(writeModel(model));
  const feeds = { [session.inputNames[0] ?? '']: new Tensor('float32', pixels, [1, channels, height, width]) };
  const results = await session.run(feeds);
  return new Map(Object.entries(results).map(([name, value]) => [name, { dims: value.dims, data: value.data as Float32Array }]));
}

function channelsLast(value: { readonly dims: readonly number[]; readonly data: Float32Array } | undefined): Float32Array {
  if (value?.dims.length !== 4) return value?.data ?? new Float32Array();
  const [, channels = 1, height = 1, width = 1] = value.dims;
  return Float32Array.from(value.data, (_, i) => value.data[(i % channels) * height * width + Math.floor(i / channels)] ?? Number.NaN);
}

function maxDifference(a: readonly number[], b: readonly number[]): number {
  return Math.max(...b.map((value, i) => Math.abs(value - (a[i] ?? Number.NaN))));
}
