import { number } from './arithmetic.js';
import { within } from './names.js';
import type { Value } from './network.js';
import { ints, transpose } from './shape.js';

/** BatchNorm2d of the channels of `[N, C, H, W]`, with the statistics of the file. */
export function batchNorm(x: Value, name: string, eps = 1e-5): Value {
  const dims = [Number(x.dims[1])];
  const [weight, bias, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map((part) => x.net.parameter(`${name}.${part}`, dims));
  return x.net.op(name, 'BatchNormalization', [x, weight, bias, mean, variance], x.dims, { epsilon: eps });
}

/** LayerNorm over the last axis; `name.bias` only where the file has it. */
export function layerNorm(x: Value, name: string, eps = 1e-5): Value {
  const dims = [Number(x.dims.at(-1))];
  const weight = x.net.parameter(`${name}.weight`, dims);
  const bias = x.net.has(`${name}.bias`) || x.net.mayBeNew(`${name}.bias`) ? x.net.parameter(`${name}.bias`, dims) : undefined;
  return x.net.op(name, 'LayerNormalization', bias ? [x, weight, bias] : [x, weight], x.dims, { axis: -1, epsilon: eps });
}

/** LayerNorm over the channels of `[N, C, H, W]`: torchvision's `LayerNorm2d`. */
export function layerNormOfChannels(x: Value, name: string, eps: number): Value {
  return transpose(layerNorm(transpose(x, [0, 2, 3, 1]), name, eps), [0, 3, 1, 2]);
}

/** RMSNorm over the last axis: x / √(mean(x²) + eps) · weight. */
export function rmsNorm(x: Value, name: string, eps: number): Value {
  const weight = x.net.parameter(`${name}.weight`, [Number(x.dims.at(-1))]);
  const square = x.net.op(within(x, 'square'), 'Mul', [x, x], x.dims);
  const axes = x.net.constant(within(x, 'axes'), { type: 'int64', dims: [1], data: BigInt64Array.of(-1n) });
  const meanDims = [...x.dims.slice(0, -1), 1];
  const mean = x.net.op(within(x, 'mean'), 'ReduceMean', [square, axes], meanDims, { keepdims: 1 });
  const raised = x.net.op(within(x, 'raised'), 'Add', [mean, number(x, eps)], meanDims);
  const root = x.net.op(within(x, 'root'), 'Sqrt', [raised], meanDims);
  const normal = x.net.op(within(x, 'normal'), 'Div', [x, root], x.dims);
  return x.net.op(name, 'Mul', [normal, weight], x.dims);
}

/** x / max(‖x‖, 10⁻¹²) along the last axis, as `F.normalize`. The bound lies under the root, which has no gradient at 0. */
export function normalize(x: Value): Value {
  const axes = ints(x, 'axes', [-1]);
  const dims = [...x.dims.slice(0, -1), 1];
  const square = x.net.op(within(x, 'square_sum'), 'ReduceSumSquare', [x, axes], dims, { keepdims: 1 });
  const bounded = x.net.op(within(x, 'bounded'), 'Max', [square, number(x, 1e-24)], dims);
  return x.net.op(within(x, 'normalized'), 'Div', [x, x.net.op(within(x, 'norm'), 'Sqrt', [bounded], dims)], x.dims);
}
