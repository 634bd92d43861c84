import type { OpConverter, OpConverters, OpScope } from '../scope.js';
import { channelsFirst } from './layout.js';

const IMAGES = { channelsLast: true, spatial: [1, 2] };

function coordinates(op: OpScope): string {
  if (op.flag('align_corners')) return 'align_corners';
  return op.flag('half_pixel_centers') ? 'half_pixel' : 'asymmetric';
}

/** Resizes `[N, H, W, C]` to the height and width in input 1. */
function resize(attributes: (op: OpScope) => Readonly<Record<string, string | number>>, result: 'float32' | undefined): OpConverter {
  return (op) => {
    const image = result ? op.cast(op.input(0), result) : op.input(0);
    return channelsFirst(op, IMAGES, image, (x) => {
      const kept = op.emit('Slice', [op.emit('Shape', [x]), op.ints([0]), op.ints([2])]);
      const sizes = op.emit('Concat', [kept, op.vector(1, 2)], { axis: 0 });
      return op.emit('Resize', [x, '', '', sizes], attributes(op));
    });
  };
}

/** Which pixel is the nearest: rounded with aligned corners and at pixel centres, the one to the left of corners. */
function nearest(op: OpScope): Readonly<Record<string, string>> {
  const mode = coordinates(op);
  return { mode: 'nearest', coordinate_transformation_mode: mode, nearest_mode: mode === 'asymmetric' ? 'floor' : 'round_prefer_ceil' };
}

/** Blocks of `block_size`² channels as pixels, channels in the order block row, block column, depth. */
const depthToSpace: OpConverter = (op) => {
  const blocksize = op.int('block_size', 1);
  const layout = { channelsLast: op.text('data_format', 'NHWC') === 'NHWC', spatial: [1, 2] };
  return channelsFirst(op, layout, op.input(0), (x) => op.emit('DepthToSpace', [x], { blocksize, mode: 'DCR' }));
};

const spaceToDepth: OpConverter = (op) => {
  const blocksize = op.int('block_size', 1);
  const layout = { channelsLast: op.text('data_format', 'NHWC') === 'NHWC', spatial: [1, 2] };
  return channelsFirst(op, layout, op.input(0), (x) => op.emit('SpaceToDepth', [x], { blocksize }));
};

export const resizeOps: OpConverters = {
  DepthToSpace: depthToSpace,
  ResizeBicubic: resize((op) => ({ mode: 'cubic', coordinate_transformation_mode: coordinates(op), ...cubic(op) }), 'float32'),
  ResizeBilinear: resize((op) => ({ mode: 'linear', coordinate_transformation_mode: coordinates(op) }), 'float32'),
  ResizeNearestNeighbor: resize(nearest, undefined),
  SpaceToDepth: spaceToDepth,
};

/** Keys' kernel at pixel centres, without what lies outside; the older one everywhere else. */
function cubic(op: OpScope): Readonly<Record<string, number>> {
  return op.flag('half_pixel_centers') ? { cubic_coeff_a: -0.5, exclude_outside: 1 } : { cubic_coeff_a: -0.75, exclude_outside: 0 };
}
