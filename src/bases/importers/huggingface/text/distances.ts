import { fromNumbers } from '../../../../core/index.js';
import { type Network, unsqueeze, type Value } from '../../torch-layers/index.js';

/**
 * For every pair of places of a sequence what a function says of their distance, query − key: whole numbers `[T, T]`. What it says of distances beyond
 * `reach` must be what it says at `reach`.
 */
export function byDistance(ids: Value, reach: number, entryOf: (distance: number) => number): Value {
  const { net } = ids;
  const entries = Array.from({ length: 2 * reach + 1 }, (_, i) => entryOf(i - reach));
  const table = net.constant('distances/table', fromNumbers('int64', [entries.length], entries));
  const index = distances(ids, reach);
  return net.op('distances/entries', 'Gather', [table, index], index.dims, { axis: 0 });
}

/** What there is for every pair of places `[T, T]`, for each head of each text: `[N, heads, T, T]`. */
export function forHeads(entries: Value, ids: Value, heads: number): Value {
  const { net } = ids;
  const size = (start: number): Value => net.op('distances/size', 'Shape', [ids], [1], { start, end: start + 1 }, 'int64');
  const [batch, length, all] = [size(0), size(1), net.constant('distances/heads', fromNumbers('int64', [1], [heads]))];
  const shape = net.op('distances/shape', 'Concat', [batch, all, length, length], [4], { axis: 0 });
  return net.op('distances/of_heads', 'Expand', [entries, shape], [ids.dims[0] ?? null, heads, ...entries.dims]);
}

/** Distances from −reach to reach, counted from 0. */
function distances(ids: Value, reach: number): Value {
  const { net } = ids;
  const length = net.op('distances/length', 'Shape', [ids], [1], { start: 1, end: 2 }, 'int64');
  const size = ids.dims[1] ?? null;
  const count = net.op('distances/count', 'Squeeze', [length], []);
  const places = net.op('distances/places', 'Range', [number(net, 0), count, number(net, 1)], [size]);
  const between = net.op('distances/between', 'Sub', [unsqueeze(places, [1]), unsqueeze(places, [0])], [size, size]);
  const near = net.op('distances/near', 'Clip', [between, number(net, -reach), number(net, reach)], [size, size]);
  return net.op('distances/index', 'Add', [near, number(net, reach)], [size, size]);
}

function number(net: Network, value: number): Value {
  return net.constant('distances/number', fromNumbers('int64', [], [value]));
}
