import type { StateDict } from '../../src/bases/importers/state-dict/index.js';
import { Random, sizeOf, type Tensor } from '../../src/core/index.js';

/** Weights of PyTorch modules as bench/oracles/torch_generated.py makes them, of the shapes given by name. */
export function generatedStateDict(weights: Readonly<Record<string, readonly number[]>>, seed: number, gain: number): StateDict {
  return new Map(
    Object.entries(weights).map(([name, dims]) => [
      name,
      { type: 'float32', dims, read: () => Promise.resolve(generatedWeight(seed, name, dims, gain)) },
    ]),
  );
}

/** One of these weights. */
export function generatedWeight(seed: number, name: string, dims: readonly number[], gain: number): Tensor {
  return generated(seed, name, dims, ...rangeOf(name, dims, gain));
}

/** Numbers in [low, high) from the stream `name`. */
export function generated(seed: number, name: string, dims: readonly number[], low: number, high: number): Tensor {
  const random = new Random(seed, name);
  const data = new Float32Array(sizeOf(dims));
  for (let i = 0; i < data.length; i++) data[i] = random.uniform(low, high);
  return { type: 'float32', dims, data };
}

function rangeOf(name: string, dims: readonly number[], gain: number): [low: number, high: number] {
  if (name.endsWith('running_var') || (dims.length === 1 && name.endsWith('weight')) || name.includes('layer_scale')) return [0.5, 1.5];
  if (dims.length < 2) return [-0.1, 0.1];
  const bound = gain * Math.sqrt(3 / sizeOf(dims.slice(1)));
  return [-bound, bound];
}
