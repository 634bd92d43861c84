import { describe, expect, it } from 'vitest';
import { floatToHalf, toNumbers } from '../../../core/index.js';
import type { WeightGroup } from './manifest.js';
import { readWeights } from './weights.js';

const bytes = (...parts: readonly ArrayBufferView[]): Uint8Array =>
  Buffer.concat(parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)));

const group: WeightGroup = {
  paths: ['a', 'b'],
  weights: [
    { name: 'q8', shape: [3], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.5, min: -1 } },
    { name: 'q16', shape: [2], dtype: 'float32', quantization: { dtype: 'uint16', scale: 0.001, min: 2 } },
    { name: 'half', shape: [2, 1], dtype: 'float32', quantization: { dtype: 'float16' } },
    { name: 'full', shape: [1], dtype: 'float32' },
    { name: 'count', shape: [1], dtype: 'int32' },
    { name: 'flag', shape: [2], dtype: 'bool' },
  ],
};
const stored = bytes(
  Uint8Array.of(0, 2, 255),
  Uint16Array.of(0, 65535),
  Uint16Array.of(floatToHalf(1.5), floatToHalf(-0.25)),
  Float32Array.of(3.25),
  Int32Array.of(-7),
  Uint8Array.of(1, 0),
);

describe('TensorFlow.js weights', () => {
  it('joins shards at any place and restores every type', () => {
    for (const cut of [0, 1, 4, 10, stored.length]) {
      const weights = readWeights(group, [stored.subarray(0, cut), stored.subarray(cut)], 'memory:');
      const values = Object.fromEntries([...weights].map(([name, tensor]) => [name, toNumbers(tensor)]));
      expect(values).toEqual({ q8: [-1, 0, 126.5], q16: [2, Math.fround(67.535)], half: [1.5, -0.25], full: [3.25], count: [-7], flag: [1, 0] });
      expect(weights.get('half')).toMatchObject({ type: 'float32', dims: [2, 1] });
    }
  });

  it('refuses shards that are too short or too long', () => {
    for (const wrong of [stored.subarray(1), bytes(stored, Uint8Array.of(0))]) {
      expect(() => readWeights(group, [wrong], 'memory:')).toThrow(expect.objectContaining({ code: 'IMPORT_FILE_INVALID' }));
    }
  });
});
