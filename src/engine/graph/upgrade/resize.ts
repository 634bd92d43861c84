import { float32, rowOf, toNumbers } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import type { Attribute } from '../model.js';
import { type Convert, type ConvertContext, edit, type UpgradeRow, withInputs } from './row.js';

/** Upsample 1 → 7: height and width had an attribute each. */
const upsampleSides: Convert = (node) => {
  const scales = [1, 1, attribute.float(node, 'height_scale', 1), attribute.float(node, 'width_scale', 1)];
  return edit(node, ['height_scale', 'width_scale', 'mode'], {
    scales: { kind: 'floats', value: scales },
    mode: linearMode(attribute.string(node, 'mode', 'nearest')),
  });
};

function linearMode(mode: string): Attribute {
  return { kind: 'string', value: mode === 'bilinear' ? 'linear' : mode };
}

/** Upsample 7 → 9: `scales` became an input. */
const upsampleScales: Convert = (node, c) => {
  const scales = attribute.floats(node, 'scales') ?? c.refuse(node, 'it has no "scales"');
  return edit({ ...node, inputs: [node.inputs[0] ?? '', c.constant(float32([scales.length], scales))] }, ['scales']);
};

/**
 * Resize 10 → 11: coordinates were x / scale. How nearest rounds was not stated; ONNX Runtime rounds down where it
 * enlarges and up where it shrinks.
 */
const resizeCoordinates: Convert = (node, c) => {
  const [x = '', scales = ''] = node.inputs;
  const known = c.constantOf(scales);
  const shrinks = known !== undefined && toNumbers(known).every((scale) => scale <= 1) && toNumbers(known).some((scale) => scale < 1);
  const modes = {
    mode: linearMode(attribute.string(node, 'mode', 'nearest')),
    coordinate_transformation_mode: { kind: 'string', value: 'asymmetric' },
    nearest_mode: { kind: 'string', value: shrinks ? 'ceil' : 'floor' },
  } as const;
  return edit({ ...node, inputs: [x, '', scales] }, [], modes);
};

/**
 * Resize 11 → 13: an empty tensor stood for an input left out, and `tf_half_pixel_for_nn` went away: it was `half_pixel` plus ½,
 * so another rounding of `half_pixel` is the same.
 */
const resizeOptional: Convert = (node, c) => {
  const inputs = node.inputs.map((input, index) => (index > 0 && isEmpty(input, c) ? '' : input));
  const result = withInputs(node, inputs);
  if (attribute.string(node, 'coordinate_transformation_mode', 'half_pixel') !== 'tf_half_pixel_for_nn') return result;
  const rounding = attribute.string(node, 'nearest_mode', 'round_prefer_floor');
  const value = rowOf(ROUNDING_OF_HALF_PIXEL, rounding) ?? c.refuse(node, `tf_half_pixel_for_nn with nearest_mode ${rounding} has no newer form`);
  return edit(result, [], { coordinate_transformation_mode: { kind: 'string', value: 'half_pixel' }, nearest_mode: { kind: 'string', value } });
};

/** floor(x + ½) rounds halves up; round_prefer_floor(x + ½) = ⌈x⌉. */
const ROUNDING_OF_HALF_PIXEL: Readonly<Record<string, string>> = { floor: 'round_prefer_ceil', round_prefer_floor: 'ceil' };

function isEmpty(name: string, c: ConvertContext): boolean {
  return name !== '' && (c.constantOf(name)?.data.length === 0 || c.dimsOf(name)?.[0] === 0);
}

export const resizeRows: readonly UpgradeRow[] = [
  { ops: ['Upsample'], from: 1, to: 7, convert: upsampleSides },
  { ops: ['Upsample'], from: 7, to: 9, convert: upsampleScales },
  { ops: ['Upsample'], from: 9, to: 10, convert: (node) => ({ ...node, op: 'Resize' }) },
  { ops: ['Resize'], from: 10, to: 11, convert: resizeCoordinates },
  { ops: ['Resize'], from: 11, to: 13, convert: resizeOptional },
];
