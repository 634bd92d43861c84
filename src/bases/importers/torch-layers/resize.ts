import { fromNumbers } from '../../../core/index.js';
import type { AttributeValue, Dim } from '../../../engine/graph/index.js';
import { within } from './names.js';
import type { Value } from './network.js';
import { ints } from './shape.js';

type Size = readonly [height: number, width: number];

/** `F.interpolate(mode="bilinear", align_corners=False)` of `[N, C, H, W]` to a size. */
export function resizeBilinear(x: Value, size: Size): Value {
  return resize(x, size, { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' });
}

/** `F.interpolate(mode="bicubic", align_corners=False)` of `[N, C, H, W]` to a size. */
export function resizeBicubic(x: Value, size: Size): Value {
  return resize(x, size, { mode: 'cubic', coordinate_transformation_mode: 'half_pixel', cubic_coeff_a: -0.75 });
}

function resize(x: Value, size: Size, how: Readonly<Record<string, AttributeValue>>): Value {
  const whole = x.net.op(within(x, 'channels'), 'Shape', [x], [2], { start: 0, end: 2 }, 'int64');
  const sizes = x.net.op(within(x, 'sizes'), 'Concat', [whole, ints(x, 'size', size)], [4], { axis: 0 }, 'int64');
  const dims: readonly Dim[] = [...x.dims.slice(0, 2), ...size];
  const none = x.net.constant(within(x, 'none'), fromNumbers('float32', [0], []));
  return x.net.op(within(x, 'resize'), 'Resize', [x, undefined, none, sizes], dims, how);
}
