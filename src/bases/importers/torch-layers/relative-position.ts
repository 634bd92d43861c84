import { fail, fromNumbers } from '../../../core/index.js';
import type { Network, Value } from './network.js';
import { transpose } from './shape.js';

/** Windows of published models have sides up to 24; the index holds side⁴ numbers. */
const LARGEST_SIDE = 32;

/**
 * Where each pair of places in a square of `side²` finds its bias in a table of the `(2·side − 1)²` distances: `[side², side²]`.
 * @throws IMPORT_TOPOLOGY where the square is larger than any model's
 */
export function relativePositionIndex(net: Network, side: number): Value {
  if (side > LARGEST_SIDE) fail('IMPORT_TOPOLOGY', { reason: `windows of ${side}×${side} places are larger than ${LARGEST_SIDE}×${LARGEST_SIDE}` });
  const places = Array.from({ length: side * side }, (_, i) => ({ row: Math.floor(i / side), column: i % side }));
  const index = places.flatMap((a) => places.map((b) => (a.row - b.row + side - 1) * (2 * side - 1) + (a.column - b.column + side - 1)));
  return net.constant('relative_position_index', fromNumbers('int64', [side * side, side * side], index));
}

/** What is added to the scores of each head `[heads, T, T]`, from a table `[distances, heads]`. */
export function relativePositionBias(table: Value, index: Value): Value {
  const heads = table.dims[1] ?? null;
  return transpose(table.net.op(`${table.name}/pairs`, 'Gather', [table, index], [...index.dims, heads], { axis: 0 }), [2, 0, 1]);
}
