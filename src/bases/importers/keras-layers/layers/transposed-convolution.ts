import { permute } from '../../../../core/index.js';
import { activateConfigured } from '../activations.js';
import { emit, type LayerScope, needWeight, parameter, spatialDims, spatially, unary, withSpatial } from '../scope.js';
import { halves, padsOf } from '../windows.js';

/** Conv1DTranspose, Conv2DTranspose, Conv3DTranspose; kernel `[k…, out, in]` becomes `[in, out, k…]`. */
export const transposedConvolution = (rank: number) =>
  unary((scope, x) => {
    const kernel = needWeight(scope, rank + 2, 'kernel');
    const { dims } = kernel.tensor;
    const axes = Array.from({ length: rank }, (_, axis) => axis);
    const weight = parameter(scope, kernel, (tensor) => permute(tensor, [rank + 1, rank, ...axes]));
    const bias = scope.config.flag('use_bias', true) ? [parameter(scope, needWeight(scope, 1, 'bias'))] : [];
    const strides = scope.config.ints('strides', rank, 1);
    const dilations = scope.config.ints('dilation_rate', rank, 1);
    const reach = axes.map((axis) => ((dims[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1);
    const excess = excessOf(scope, reach, strides);
    return spatially(scope, x, (input) => {
      const name = emit(scope, 'ConvTranspose', [input, weight, ...bias], {
        kernel_shape: dims.slice(0, rank),
        strides,
        dilations,
        ...padsOf(excess.map((total) => halves(Math.max(total, 0)))),
        ...(excess.some((total) => total < 0) ? { output_padding: excess.map((total) => Math.max(-total, 0)) } : {}),
      });
      const sizes = spatialDims(input).map((size, i) => size && (size - 1) * (strides[i] ?? 1) + (reach[i] ?? 1) - (excess[i] ?? 0));
      return activateConfigured(scope, { ...input, name, shape: withSpatial(input, sizes, dims[rank] ?? 0) });
    });
  });

/**
 * How much longer than Keras' result the unpadded one is, by axis; negative where Keras' is longer. Keras' result has
 * stride × size steps for `same`, and no less for `valid`, unless `output_padding` says how many.
 */
function excessOf(scope: LayerScope, reach: readonly number[], strides: readonly number[]): number[] {
  const padding = scope.config.text('padding', 'valid').toLowerCase();
  const extra = scope.config.raw('output_padding') === undefined ? undefined : scope.config.ints('output_padding', reach.length);
  if (padding !== 'same' && padding !== 'valid') scope.config.refuse('padding');
  return reach.map((size, i) => {
    if (extra) return (padding === 'same' ? 2 * Math.floor(size / 2) : 0) - (extra[i] ?? 0);
    const difference = size - (strides[i] ?? 1);
    return padding === 'same' ? difference : Math.min(difference, 0);
  });
}
