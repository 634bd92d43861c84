import { fail } from '../../../../core/index.js';
import type { Value } from '../../torch-layers/index.js';
import { byDistance } from './distances.js';

/**
 * The buckets of the distances between tokens as T5 has them, `[T, T]` of query and key: half of them for keys behind the query; of each half the first
 * half for one distance each, the others for ranges that widen up to `reach`, beyond which all are alike.
 * @throws IMPORT_TOPOLOGY where there are too few buckets, or too many for the reach
 */
export function relativeBuckets(ids: Value, buckets: number, reach: number): Value {
  const half = Math.floor(buckets / 2);
  if (half < 2 || reach <= Math.floor(half / 2)) fail('IMPORT_TOPOLOGY', { reason: `${buckets} buckets are for distances up to ${reach}` });
  return byDistance(ids, reach, (distance) => (distance < 0 ? half : 0) + bucketOf(Math.abs(distance), half, reach));
}

/** In float32, as transformers computes it, since ranges begin where a logarithm is a whole number. */
function bucketOf(distance: number, buckets: number, reach: number): number {
  const exact = Math.floor(buckets / 2);
  if (distance < exact) return distance;
  const logarithm = Math.fround(Math.log(Math.fround(distance / exact)));
  const share = Math.fround(logarithm / Math.fround(Math.log(reach / exact)));
  return Math.min(exact + Math.trunc(Math.fround(share * (buckets - exact))), buckets - 1);
}
