import { fromNumbers } from '../../../../core/index.js';
import { unsqueeze, type Value } from '../../torch-layers/index.js';

const INT32 = 6;

/** The first place at which a text `[N, T]` has a token: `[N]`; 0 where it has none. */
export function firstPlaceOf(ids: Value, token: number): Value {
  const wanted = ids.net.constant('end/token', fromNumbers('int64', [], [token]));
  return largest(ids.net.op('end/equal', 'Equal', [ids, wanted], ids.dims, {}, 'bool'));
}

/** The place of the token with the largest number, in each text `[N, T]`: `[N]`. */
export function placeOfLargest(ids: Value): Value {
  return largest(ids);
}

/** The first place of the largest number along the last axis; not every runtime finds that of int64. */
function largest(x: Value): Value {
  const narrow = x.net.op('end/numbers', 'Cast', [x], x.dims, { to: INT32 }, 'int32');
  return x.net.op('end/place', 'ArgMax', [narrow], x.dims.slice(0, 1), { axis: 1, keepdims: 0 }, 'int64');
}

/** What stands at one place of each sequence: `[N, T, width]` and `[N]` to `[N, width]`. */
export function rowAt(x: Value, places: Value): Value {
  return x.net.op('end/state', 'GatherND', [x, unsqueeze(places, [1])], [x.dims[0] ?? null, x.dims[2] ?? null], { batch_dims: 1 });
}

/** The places 0, 1, … of the tokens `[N, T]` in their sequence: `[T]`. */
export function places(ids: Value): Value {
  const { net } = ids;
  const number = (value: number): Value => net.constant('places/number', fromNumbers('int64', [], [value]));
  const length = net.op('places/length', 'Shape', [ids], [1], { start: 1, end: 2 }, 'int64');
  const count = net.op('places/count', 'Squeeze', [length], []);
  return net.op('places', 'Range', [number(0), count, number(1)], [ids.dims[1] ?? null]);
}
