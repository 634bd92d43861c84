import { attribute } from '../attributes.js';
import { axesOf, type Dims, dimAt, invalid, range } from './dims.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './rule.js';

/** What a Resize node does along every axis. */
export interface ResizePlan {
  readonly output: Dims;
  /** Output elements an input element becomes; 1 along axes that are left alone. */
  readonly scales: Dims;
}

/** Rounds half up, as the keep_aspect_ratio_policy of the specification does. */
function roundHalfUp(value: number): number {
  return Math.floor(value + 0.5);
}

function bySizes(c: ShapeContext, axes: Dims, sizes: Dims): ResizePlan {
  const { dims } = c.input(0);
  const policy = attribute.string(c.node, 'keep_aspect_ratio_policy', 'stretch');
  const ratios = axes.map((axis, i) => dimAt(sizes, i) / dimAt(dims, axis));
  const output = [...dims];
  const scales = dims.map(() => 1);
  for (const [i, axis] of axes.entries()) {
    if (policy === 'stretch') {
      output[axis] = dimAt(sizes, i);
      scales[axis] = dimAt(ratios, i);
    } else {
      const ratio = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
      output[axis] = roundHalfUp(ratio * dimAt(dims, axis));
      scales[axis] = ratio;
    }
  }
  return { output, scales };
}

function byScales(c: ShapeContext, axes: Dims, given: Dims): ResizePlan {
  const scales = c.input(0).dims.map(() => 1);
  for (const [i, axis] of axes.entries()) scales[axis] = dimAt(given, i);
  // The specification multiplies in float32.
  return { scales, output: c.input(0).dims.map((dim, axis) => Math.floor(Math.fround(dim * dimAt(scales, axis)))) };
}

/** The output size and scale of a Resize node along every axis, from its scales or sizes. @throws SHAPE_NOT_STATIC */
export function resizePlan(c: ShapeContext): ResizePlan {
  const rank = c.input(0).dims.length;
  const axes = axesOf(c.node, attribute.ints(c.node, 'axes') ?? range(rank), rank);
  const scales = c.optionalNumbers(2) ?? [];
  const sizes = c.optionalNumbers(3) ?? [];
  const given = sizes.length > 0 ? sizes : scales;
  if (given.length !== axes.length) invalid(c.node, `it has ${given.length} scales or sizes for ${axes.length} axes`);
  return sizes.length > 0 ? bySizes(c, axes, sizes) : byScales(c, axes, scales);
}

const resize: ShapeRule = (c) => [{ type: c.input(0).type, dims: resizePlan(c).output }];

/** [N, C, …] and a grid [N, …, spatial rank] to [N, C, …]. */
const gridSample: ShapeRule = (c) => {
  const [x, grid] = [c.input(0), c.input(1)];
  return [{ type: x.type, dims: [...x.dims.slice(0, 2), ...grid.dims.slice(1, -1)] }];
};

/** Size [N, C, …] to a grid [N, …, spatial rank]. */
const affineGrid: ShapeRule = (c) => {
  const size = c.numbers(1);
  return [{ type: c.input(0).type, dims: [dimAt(size, 0), ...size.slice(2), size.length - 2] }];
};

const roiAlign: ShapeRule = (c) => {
  const [x, rois] = [c.input(0), c.input(1)];
  const window = [attribute.int(c.node, 'output_height', 1), attribute.int(c.node, 'output_width', 1)];
  return [{ type: x.type, dims: [dimAt(rois.dims, 0), dimAt(x.dims, 1), ...window] }];
};

const maxRoiPool: ShapeRule = (c) => {
  const [x, rois] = [c.input(0), c.input(1)];
  const window = attribute.ints(c.node, 'pooled_shape') ?? invalid(c.node, 'it has no pooled_shape');
  return [{ type: x.type, dims: [dimAt(rois.dims, 0), dimAt(x.dims, 1), ...window] }];
};

export const resizeShapes = {
  AffineGrid: affineGrid,
  GridSample: gridSample,
  MaxRoiPool: maxRoiPool,
  Resize: resize,
  RoiAlign: roiAlign,
} satisfies ShapeRules;
