import { float32, Random, sizeOf, type Tensor } from '../../../core/index.js';

/** Numbers of a stream of their own: that of the parameter's name. */
function drawn(dims: readonly number[], seed: number, name: string, next: (random: Random) => number): Tensor {
  const random = new Random(seed, name);
  return float32(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, () => next(random)),
  );
}

/** From U(−bound, bound). */
export function uniform(dims: readonly number[], bound: number, seed: number, name: string): Tensor {
  return drawn(dims, seed, name, (random) => random.uniform(-bound, bound));
}

/** From N(0, deviation²). */
export function normal(dims: readonly number[], deviation: number, seed: number, name: string): Tensor {
  return drawn(dims, seed, name, (random) => deviation * random.normal());
}

export function filled(dims: readonly number[], value: number): Tensor {
  return float32(dims, new Float32Array(sizeOf(dims)).fill(value));
}
