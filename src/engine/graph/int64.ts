import type { Tensor } from '../../core/index.js';

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** An integer attribute as int64: the ends of the safe range stand for the ends of int64 (see `Attribute`). */
export function toInt64(value: number): bigint {
  if (value >= Number.MAX_SAFE_INTEGER) return INT64_MAX;
  if (value <= Number.MIN_SAFE_INTEGER) return INT64_MIN;
  return BigInt(value);
}

/** An int64 as an integer attribute: beyond the safe range its nearest end. */
export function fromInt64(value: bigint): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(value)));
}

/** Integer attributes as an int64 tensor, 1-D unless `dims` says otherwise. */
export function int64Tensor(values: readonly number[], dims: readonly number[] = [values.length]): Tensor {
  return { type: 'int64', dims, data: BigInt64Array.from(values, toInt64) };
}
