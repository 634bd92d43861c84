import { describe } from 'vitest';
import { gridSampled } from '../../src/engine/autodiff/rules/grid-sample.js';
import type { GraphBuilder, Value } from '../../src/engine/graph/index.js';
import { attributes } from '../../src/engine/graph/index.js';
import { float, gradient, ints } from './harness.js';

/** ONNX Runtime's float32 output is compared with the float64 reference, whose differences the gradients are compared with. */
function gridSample(image: readonly number[], grid: readonly number[], values: Readonly<Record<string, string | number>>): void {
  const node = { name: '', op: 'GridSample', domain: '', inputs: [], outputs: [], attributes: attributes(values) };
  const reference = (b: GraphBuilder, x: readonly (Value | undefined)[]): Value[] => [gridSampled(b, node, x[0] as Value, x[1] as Value)];
  // Positions in float32 are off by 1e-7 of the image size, which slopes of up to 10 a pixel multiply.
  gradient({ op: 'GridSample', inputs: [float(image), float(grid, -1.6, 1.6)], attributes: values, reference, tolerance32: 1e-4 });
}

describe('GridSample', () => {
  for (const padding_mode of ['zeros', 'border', 'reflection']) {
    for (const align_corners of [0, 1]) {
      for (const mode of ['linear', 'nearest', 'cubic']) gridSample([2, 3, 5, 4], [2, 3, 6, 2], { mode, padding_mode, align_corners });
      for (const mode of ['linear', 'nearest']) gridSample([2, 2, 3, 5, 4], [2, 2, 3, 3, 3], { mode, padding_mode, align_corners });
      gridSample([1, 2, 1, 4], [1, 2, 3, 2], { mode: 'linear', padding_mode, align_corners });
    }
  }
});

describe('AffineGrid', () => {
  for (const align_corners of [0, 1]) {
    gradient({ op: 'AffineGrid', inputs: [float([2, 2, 3]), ints(2, 3, 4, 5)], attributes: { align_corners }, linear: [0] });
    gradient({ op: 'AffineGrid', inputs: [float([2, 3, 4]), ints(2, 3, 4, 5, 2)], attributes: { align_corners }, linear: [0] });
  }
});

describe('Col2Im', () => {
  gradient({ op: 'Col2Im', inputs: [float([2, 12, 20]), ints(5, 6), ints(2, 2)], linear: [0] });
  gradient({ op: 'Col2Im', inputs: [float([2, 18, 9]), ints(5, 6), ints(3, 3)], attributes: { strides: [2, 2], pads: [1, 1, 2, 1] }, linear: [0] });
  gradient({ op: 'Col2Im', inputs: [float([1, 8, 15]), ints(5, 7), ints(2, 2)], attributes: { dilations: [2, 2] }, linear: [0] });
  gradient({ op: 'Col2Im', inputs: [float([1, 6, 4]), ints(9), ints(3)], attributes: { strides: [2] }, linear: [0] });
});
