import { fromNumbers } from '../../../../core/index.js';
import type { Value } from '../../torch-layers/index.js';

/** The places 0, 1, … of the tokens `[N, T]` in their sequence: `[T]`. */
export function places(ids: Value): Value {
  const { net } = ids;
  const number = (value: number): Value => net.constant('places/number', fromNumbers('int64', [], [value]));
  const length = net.op('places/length', 'Shape', [ids], [1], { start: 1, end: 2 }, 'int64');
  const count = net.op('places/count', 'Squeeze', [length], []);
  return net.op('places', 'Range', [number(0), count, number(1)], [ids.dims[1] ?? null]);
}
