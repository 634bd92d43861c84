import { attribute, type Convert } from '../../../../engine/graph/index.js';
import { become, type Expansions, pick } from './write.js';

const GRID_MODES: Readonly<Record<string, string>> = { bilinear: 'linear', bicubic: 'cubic' };

const gridSample: Convert = (node) => {
  const mode = attribute.string(node, 'mode', 'bilinear');
  return become(node, 'GridSample', node.inputs, { ...pick(node, 'align_corners', 'padding_mode'), mode: GRID_MODES[mode] ?? mode });
};

/** Operators that the standard took over later under the same name. */
export const plainExpansions: Expansions = {
  GatherND: (node) => become(node, 'GatherND', node.inputs),
  GridSample: gridSample,
  Range: (node) => become(node, 'Range', node.inputs),
  Trilu: (node) => become(node, 'Trilu', node.inputs, pick(node, 'upper')),
};
