import { fromNumbers } from '../../../../core/index.js';
import { scale, unsqueeze, type Value } from '../../torch-layers/index.js';
import { LOWEST } from './inputs.js';

const INT32 = 6;
const FLOAT = 1;

/** What is added to scores `[N, heads, T, T]` so that no place sees a later one: `[T, T]`. */
export function causalBias(ids: Value): Value {
  const { net } = ids;
  const length = ids.dims[1] ?? null;
  const number = (hint: string, value: number): Value => net.constant(`causal_bias/${hint}`, fromNumbers('int64', [], [value]));
  const count = net.op('causal_bias/length', 'Gather', [net.op('causal_bias/shape', 'Shape', [ids], [2]), number('axis', 1)], [], { axis: 0 });
  const places = net.op('causal_bias/places', 'Range', [number('first', 0), count, number('step', 1)], [length]);
  const isLater = net.op('causal_bias/later', 'Greater', [unsqueeze(places, [0]), unsqueeze(places, [1])], [length, length], {}, 'bool');
  return scale(net.op('causal_bias/hidden', 'Cast', [isLater], isLater.dims, { to: FLOAT }, 'float32'), LOWEST);
}

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
