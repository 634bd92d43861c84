import { fromNumbers } from '../../../../core/index.js';
import { addNumber, type Network, scale, slice, squeeze, unsqueeze, type Value } from '../../torch-layers/index.js';

/** The lowest float32, which transformers adds to the scores of what must not be seen. */
export const LOWEST = -3.4028234663852886e38;

/** Token numbers `[batch, sequence]`. */
export function tokenInput(net: Network, name: 'input_ids' | 'attention_mask' | 'token_type_ids'): Value {
  return net.input(name, 'int64', ['batch', 'sequence']);
}

/** What is added to scores `[N, heads, T, S]` so that padding (0 in the mask `[N, S]`) is not seen: `[N, 1, 1, S]`. */
export function paddingBias(mask: Value): Value {
  const kept = mask.net.op('attention_bias/kept', 'Cast', [mask], mask.dims, { to: 1 }, 'float32');
  return unsqueeze(scale(addNumber(scale(kept, -1), 1), LOWEST), [1, 2]);
}

/** The rows of a position table for places 0, 1, … of a sequence, from `offset` on: `[T, width]`. */
export function positionRows(ids: Value, weight: string, offset = 0): Value {
  const { net } = ids;
  const table = net.parameter(weight, [undefined, undefined]);
  const length = net.op('positions/length', 'Shape', [ids], [1], { start: 1, end: 2 }, 'int64');
  const constant = (hint: string, value: number): Value => net.constant(`positions/${hint}`, fromNumbers('int64', [1], [value]));
  const start = constant('offset', offset);
  const end = offset === 0 ? length : net.op('positions/end', 'Add', [length, start], [1]);
  return net.op('positions', 'Slice', [table, start, end, constant('axis', 0)], [ids.dims[1] ?? null, table.dims[1] ?? null]);
}

/** The first token of each sequence: `[N, T, width]` to `[N, width]`. */
export function firstToken(x: Value): Value {
  return squeeze(slice(x, 1, 0, 1), [1]);
}
