import { float32, int64, sizeOf } from '../../../../core/index.js';
import { attribute } from '../../attributes.js';
import { type Window, windowOf } from '../../shapes/window.js';
import { any, op } from '../pattern.js';
import type { Match, Replacement, RewriteRule } from '../rule.js';

const [x, kernel] = [any('x'), any('kernel')];

/** Largest number of entries of a channel's matrix, and of those for each sample that shares it. */
const ENTRIES = 36 * 36;
const ENTRIES_A_SAMPLE = 16 * 16;

/**
 * A depthwise convolution over few positions as a product of each channel, `[N, positions]`, with a matrix made of its kernel.
 * Conv takes a call a sample and channel there: the product needs 0.1 to 0.2 of its time up to 4×4 positions, 0.5 on 6×6
 * (ONNX Runtime 1.30, one thread, 16 samples), and its gradients are products as well.
 */
export const depthwiseProduct: RewriteRule = {
  name: 'depthwise-product',
  patterns: [op('Conv', [x, kernel, any('bias')], 'convolution'), op('Conv', [x, kernel], 'convolution')],
  check(match) {
    const [image, weight] = [match.type(match.value('x')), match.type(match.value('kernel'))];
    const group = attribute.int(match.node('convolution'), 'group', 1);
    if (group === 1 || group !== image.dims[1] || group !== weight.dims[0]) return 'it is not depthwise';
    if (image.type !== 'float32') return `it computes in ${image.type}`;
    const entries = sizeOf(image.dims.slice(2)) * sizeOf(windowOfMatch(match).output);
    return entries <= Math.min(ENTRIES, ENTRIES_A_SAMPLE * (image.dims[0] as number)) ? undefined : 'it has too many positions';
  },
  replace(match, make) {
    const { dims } = match.type(match.value('x'));
    const [n, channels, ...spatial] = dims as [number, number, ...number[]];
    const window = windowOfMatch(match);
    const [taps, inputs, outputs] = [sizeOf(window.kernel), sizeOf(spatial), sizeOf(window.output)];
    const reshape = (value: string, shape: readonly number[]): string => make.op('Reshape', [value, make.constant(int64([shape.length], shape))]);
    const turn = (value: string): string => make.op('Transpose', [value], { perm: [1, 0, 2] });
    const spread = make.constant(float32([taps, inputs * outputs], placement(window, spatial)));
    const matrix = reshape(make.op('MatMul', [reshape(match.value('kernel'), [channels, taps]), spread]), [channels, inputs, outputs]);
    const product = make.op('MatMul', [turn(reshape(match.value('x'), [n, channels, inputs])), matrix]);
    return reshape(turn(biased(match, make, product, reshape)), [n, channels, ...window.output]);
  },
};

function windowOfMatch(match: Match): Window {
  const [image, weight] = [match.type(match.value('x')), match.type(match.value('kernel'))];
  return windowOf(match.node('convolution'), image.dims.slice(2), weight.dims.slice(2));
}

function biased(match: Match, make: Replacement, value: string, reshape: (value: string, shape: readonly number[]) => string): string {
  return match.has('bias') ? make.op('Add', [value, reshape(match.value('bias'), [-1, 1, 1])]) : value;
}

/** `[taps, inputs, outputs]`: 1 where a tap at an output position reads an input position. */
function placement(window: Window, spatial: readonly number[]): Float32Array {
  const [taps, inputs, outputs] = [sizeOf(window.kernel), sizeOf(spatial), sizeOf(window.output)];
  const entries = new Float32Array(taps * inputs * outputs);
  for (let tap = 0; tap < taps; tap++) {
    const offset = coordinates(tap, window.kernel);
    for (let output = 0; output < outputs; output++) {
      const input = coordinates(output, window.output).map(
        (position, axis) =>
          position * (window.strides[axis] as number) +
          (offset[axis] as number) * (window.dilations[axis] as number) -
          (window.padsBegin[axis] as number),
      );
      const inside = input.every((position, axis) => position >= 0 && position < (spatial[axis] as number));
      const index = input.reduce((sum, position, axis) => sum * (spatial[axis] as number) + position, 0);
      if (inside) entries[(tap * inputs + index) * outputs + output] = 1;
    }
  }
  return entries;
}

/** The index tuple of a flat position, row-major. */
function coordinates(flat: number, dims: readonly number[]): number[] {
  let rest = flat;
  return dims
    .map((_, axis) => dims[dims.length - 1 - axis] as number)
    .map((dim) => {
      const position = rest % dim;
      rest = Math.floor(rest / dim);
      return position;
    })
    .reverse();
}
