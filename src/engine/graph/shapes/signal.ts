import { attribute } from '../attributes.js';
import { axisOf, dimAt, elementType, invalid } from './dims.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './rule.js';

function first(values: readonly number[] | undefined): number | undefined {
  return values?.[0];
}

/** Real [N, …, 1] or complex [N, …, 2] signals to complex spectra; half of them with onesided. */
const dft: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  // The last dimension holds the real and imaginary parts.
  const axis = axisOf(c.node, first(c.optionalNumbers(2)) ?? -2, dims.length);
  const length = first(c.optionalNumbers(1)) ?? dimAt(dims, axis);
  const onesided = attribute.int(c.node, 'onesided', 0) === 1;
  const inverse = attribute.int(c.node, 'inverse', 0) === 1;
  if (onesided && inverse) return [{ type, dims: dims.with(axis, length).with(-1, 1) }];
  return [{ type, dims: dims.with(axis, onesided ? Math.floor(length / 2) + 1 : length).with(-1, 2) }];
};

/** Signal [N, T, 1 or 2] to [N, frames, bins, 2]. */
const stft: ShapeRule = (c) => {
  const { type, dims } = c.input(0);
  const step = first(c.numbers(1)) ?? invalid(c.node, 'its frame_step is empty');
  const length = c.optional(2)?.dims[0] ?? first(c.optionalNumbers(3)) ?? invalid(c.node, 'it has neither window nor frame_length');
  const bins = attribute.int(c.node, 'onesided', 1) === 1 ? Math.floor(length / 2) + 1 : length;
  return [{ type, dims: [dimAt(dims, 0), Math.floor((dimAt(dims, 1) - length) / step) + 1, bins, 2] }];
};

function outputType(c: ShapeContext): ReturnType<typeof elementType> {
  return elementType(c.node, attribute.int(c.node, 'output_datatype', 1));
}

const window: ShapeRule = (c) => [{ type: outputType(c), dims: [first(c.numbers(0)) ?? 0] }];

/** [spectrogram bins, mel bins]. */
const melWeightMatrix: ShapeRule = (c) => [{ type: outputType(c), dims: [Math.floor((first(c.numbers(1)) ?? 0) / 2) + 1, first(c.numbers(0)) ?? 0] }];

export const signalShapes = {
  BlackmanWindow: window,
  DFT: dft,
  HammingWindow: window,
  HannWindow: window,
  MelWeightMatrix: melWeightMatrix,
  STFT: stft,
} satisfies ShapeRules;
