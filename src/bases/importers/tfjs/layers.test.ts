import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { bytesOf, float32, Random } from '../../../core/index.js';
import { type Model, writeModel } from '../../../engine/graph/index.js';
import { memoryFolder } from '../../hub/index.js';
import { importFolder } from '../index.js';

interface Case {
  readonly topology: object;
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[]; readonly indices?: boolean }[];
  readonly outputs: readonly { readonly shape: readonly number[]; readonly stride: number; readonly values: readonly number[] }[];
}

const url = new URL('../../../../test/tfjs/layers.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(url, 'utf8')) as { readonly cases: Readonly<Record<string, Case>> };

describe('layers of TensorFlow.js', () => {
  it.each(Object.entries(cases))('%s', async (_, golden) => {
    const { model } = await importFolder(modelFolder(golden));
    const results = await run(model, golden);
    expect(results).toHaveLength(golden.outputs.length);
    for (const [i, expected] of golden.outputs.entries()) {
      expect(results[i]?.dims).toEqual(expected.shape);
      const difference = Math.max(...expected.values.map((value, k) => Math.abs(value - (results[i]?.data[k * expected.stride] ?? Number.NaN))));
      expect(difference).toBeLessThan(1e-5);
    }
  });
});

/** The case as a `model.json` with one shard of float32 weights. */
function modelFolder({ topology, weights }: Case): ReturnType<typeof memoryFolder> {
  const entries = weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }));
  const data = weights.map(({ name, shape }) => numbers(name, shape, name.includes('variance') ? [0.5, 1.5] : [-0.5, 0.5]));
  const json = { modelTopology: topology, weightsManifest: [{ paths: ['weights.bin'], weights: entries }] };
  return memoryFolder({
    'model.json': new TextEncoder().encode(JSON.stringify(json)),
    'weights.bin': Buffer.concat(data.map((values) => bytesOf(float32([values.length], values)))),
  });
}

/** The same numbers as bench/oracles/tfjs/layers.mjs. */
function numbers(name: string, shape: readonly number[], [low, high]: readonly [number, number]): Float32Array {
  const random = new Random(11, name);
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(low, high));
}

async function run(model: Model, golden: Case): Promise<{ readonly dims: readonly number[]; readonly data: Float32Array }[]> {
  const session = await InferenceSession.create(writeModel(model));
  const feeds = model.graph.inputs.map((info, i) => {
    const { name = '', shape = [], indices = false } = golden.inputs[i] ?? {};
    const values = numbers(name, shape, indices ? [0, 2.99] : [-1, 1]).map((value) => (indices ? Math.floor(value) : value));
    const declared = info.type.kind === 'tensor' ? (info.type.dims ?? []) : [];
    const moved = shape.length >= 4 && declared[1] === shape.at(-1) && declared.at(-1) !== shape.at(-1);
    return [info.name, moved ? channelsFirst(values, shape) : new Tensor('float32', values, shape)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  return model.graph.outputs.map(({ name }) => ({ dims: results[name]?.dims ?? [], data: (results[name]?.data ?? []) as Float32Array }));
}

function channelsFirst(values: Float32Array, shape: readonly number[]): Tensor {
  const channels = shape.at(-1) ?? 1;
  const area = shape.slice(1, -1).reduce((a, b) => a * b, 1);
  const data = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const sample = Math.floor(i / (area * channels));
    data[sample * area * channels + (i % channels) * area + (Math.floor(i / channels) % area)] = values[i] ?? 0;
  }
  return new Tensor('float32', data, [shape[0] ?? 1, channels, ...shape.slice(1, -1)]);
}
