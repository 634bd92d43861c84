import type { Json } from '../json.js';
import type { Dialect } from '../keras-layers/index.js';

/** How the Keras of a version computes. Keras 1 and 2 name none here or one that starts with theirs. */
export function dialectOf(version: Json | undefined): Dialect {
  const slope = typeof version === 'string' && Number.parseInt(version, 10) >= 3 ? 1 / 6 : 0.2;
  return { bilinear: 'half_pixel', hardSigmoidSlope: slope };
}
