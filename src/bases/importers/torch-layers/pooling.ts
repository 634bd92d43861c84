import { fail } from '../../../core/index.js';
import type { Dim } from '../../../engine/graph/index.js';
import { windows } from './convolution.js';
import { within } from './names.js';
import type { Value } from './network.js';

interface PoolOptions {
  readonly stride?: number;
  readonly padding?: number;
  /** Whether a last window may reach over the border. */
  readonly ceil?: boolean;
}

/** MaxPool2d; the stride is the kernel where none is given. */
export function maxPool(x: Value, kernel: number, { stride = kernel, padding = 0, ceil = false }: PoolOptions = {}): Value {
  return x.net.op(within(x, 'max_pool'), 'MaxPool', [x], pooled(x, { kernel, stride, padding, ceil }), {
    ...square(kernel, stride, padding),
    ceil_mode: ceil,
  });
}

/** AvgPool2d, in which the padding counts, as PyTorch's default has it. */
export function averagePool(x: Value, kernel: number, { stride = kernel, padding = 0, ceil = false }: PoolOptions = {}): Value {
  return x.net.op(within(x, 'average_pool'), 'AveragePool', [x], pooled(x, { kernel, stride, padding, ceil }), {
    ...square(kernel, stride, padding),
    ceil_mode: ceil,
    count_include_pad: 1,
  });
}

/** AdaptiveAvgPool2d(1): `[N, C, H, W]` to `[N, C, 1, 1]`. */
export function globalAverage(x: Value): Value {
  return x.net.op(within(x, 'global_average'), 'GlobalAveragePool', [x], [x.dims[0] ?? null, x.dims[1] ?? null, 1, 1]);
}

/** AdaptiveAvgPool2d to `side`×`side`, for maps whose sides it divides. @throws IMPORT_TOPOLOGY for others */
export function adaptiveAverage(x: Value, side: number): Value {
  if (side === 1) return globalAverage(x);
  const [height, width] = x.dims.slice(2).map(Number);
  if (height === side && width === side) return x;
  if (height !== width || height === undefined || height % side !== 0) {
    fail('IMPORT_TOPOLOGY', { reason: `a map of ${height}×${width} does not divide into ${side}×${side} equal windows` });
  }
  return averagePool(x, height / side);
}

function pooled(x: Value, window: { kernel: number; stride: number; padding: number; ceil: boolean }): Dim[] {
  return x.dims.map((dim, axis) => (axis < 2 ? dim : windows(dim, window)));
}

function square(kernel: number, stride: number, padding: number) {
  return { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [padding, padding, padding, padding] };
}
