import { fromNumbers } from '../../../../core/index.js';
import { number, unsqueeze, type Value } from '../../torch-layers/index.js';
import { LOWEST } from './inputs.js';
import { places } from './places.js';

/**
 * What is added to scores `[N, heads, T, T]` so that each token sees itself and what is before it but no padding (0 in the mask `[N, T]`); with a
 * `window` only the last so many tokens: `[N, 1, T, T]`. Padding that would see nothing sees all tokens alike.
 */
export function causalBias(mask: Value, window?: number): Value {
  const { net } = mask;
  const key = places(mask);
  const query = unsqueeze(key, [1]);
  const dims = [...key.dims, ...key.dims];
  const before = net.op('causal/before', 'LessOrEqual', [key, query], dims, {}, 'bool');
  const near = window === undefined ? before : net.op('causal/near', 'And', [before, isWithin(key, query, window)], dims);
  const kept = unsqueeze(net.op('causal/kept', 'Cast', [mask], mask.dims, { to: 9 }, 'bool'), [1, 2]);
  const seenDims = [mask.dims[0] ?? null, 1, ...dims];
  const seen = net.op('causal/seen', 'And', [kept, near], seenDims);
  return net.op('causal', 'Where', [seen, number(mask, 0), number(mask, LOWEST)], seenDims, {}, 'float32');
}

/** Whether a key is less than `window` places before the query. */
function isWithin(key: Value, query: Value, window: number): Value {
  const { net } = key;
  const first = net.op('causal/first', 'Sub', [query, net.constant('causal/window', fromNumbers('int64', [], [window]))], query.dims);
  return net.op('causal/within', 'Greater', [key, first], [...key.dims, ...key.dims], {}, 'bool');
}
