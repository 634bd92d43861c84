import { rowOf } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import { type Convert, edit, type UpgradeRow, withInputs } from './row.js';

/** Clip 6 → 11: the bounds became inputs. A bound at the end of the float range is none. */
const clip: Convert = (node, c) => {
  const [x = ''] = node.inputs;
  const bound = (name: string, none: number): string => {
    const value = attribute.float(node, name, none);
    return Math.abs(value) >= Math.fround(3.4028234e38) && value * none > 0 ? '' : c.scalarLike(value, x);
  };
  return withInputs(edit(node, ['min', 'max']), [x, bound('min', -3.4028234663852886e38), bound('max', 3.4028234663852886e38)]);
};

/** GridSample 16 → 20: the interpolation modes were renamed. */
const gridSample: Convert = (node) => {
  const names: Readonly<Record<string, string>> = { bilinear: 'linear', bicubic: 'cubic' };
  const mode = attribute.string(node, 'mode', 'bilinear');
  return edit(node, [], { mode: { kind: 'string', value: rowOf(names, mode) ?? mode } });
};

/** RoiAlign 10 → 16: what used to be the only coordinate transformation is no longer the default. */
const roiAlign: Convert = (node) => edit(node, [], { coordinate_transformation_mode: { kind: 'string', value: 'output_half_pixel' } });

export const elementwiseRows: readonly UpgradeRow[] = [
  { ops: ['Clip'], from: 6, to: 11, convert: clip },
  { ops: ['GridSample'], from: 16, to: 20, convert: gridSample },
  { ops: ['RoiAlign'], from: 10, to: 16, convert: roiAlign },
  { ops: ['Scatter'], from: 9, to: 11, convert: (node) => ({ ...node, op: 'ScatterElements' }) },
];
