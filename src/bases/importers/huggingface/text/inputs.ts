import { fromNumbers } from '../../../../core/index.js';
import { add, addNumber, embedding, multiply, type Network, number, scale, slice, squeeze, unsqueeze, type Value } from '../../torch-layers/index.js';

/** The lowest float32, which transformers adds to the scores of what must not be seen. */
export const LOWEST = -3.4028234663852886e38;

/** Token numbers `[batch, sequence]`. */
export function tokenInput(net: Network, name: 'input_ids' | 'attention_mask' | 'token_type_ids'): Value {
  return net.input(name, 'int64', ['batch', 'sequence']);
}

/** What is added to scores `[N, heads, T, S]` so that padding (0 in the mask `[N, S]`) is not seen: `[N, 1, 1, S]`. */
export function paddingBias(mask: Value): Value {
  return unsqueeze(scale(addNumber(scale(maskOf(mask), -1), 1), LOWEST), [1, 2]);
}

/** Whether query and key are both words, of a mask `[N, T]`: `[N, 1, T, T]`. */
export function pairsOfWords(mask: Value): Value {
  const kept = mask.net.op('attention_bias/is_word', 'Cast', [mask], mask.dims, { to: 9 }, 'bool');
  const [n = null, size = null] = mask.dims;
  return mask.net.op('attention_bias/seen', 'And', [unsqueeze(kept, [1, 3]), unsqueeze(kept, [1, 2])], [n, 1, size, size]);
}

/** Scores `[N, heads, T, T]`, the lowest number where a key is not to be seen; who sees nothing sees all alike. */
export function onlySeen(scores: Value, seen: Value): Value {
  return scores.net.op('attention_bias/masked', 'Where', [seen, scores, number(scores, LOWEST)], scores.dims, {}, 'float32');
}

/** A mask of numbers 0 and 1 to multiply with. */
export function maskOf(mask: Value): Value {
  return mask.net.op('attention_bias/kept', 'Cast', [mask], mask.dims, { to: 1 }, 'float32');
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

/** The rows of a position table for the first, second, … token that is not padding, from `padding + 1` on; padding has row `padding`: `[N, T, width]`. */
export function positionRowsWithoutPadding(ids: Value, weight: string, padding: number): Value {
  const { net } = ids;
  const constant = (hint: string, value: number): Value => net.constant(`positions/${hint}`, fromNumbers('int64', [], [value]));
  const pad = constant('padding', padding);
  const isPadding = net.op('positions/is_padding', 'Equal', [ids, pad], ids.dims, {}, 'bool');
  const isToken = net.op('positions/is_token', 'Not', [isPadding], ids.dims);
  const counted = net.op('positions/counted', 'Cast', [isToken], ids.dims, { to: 7 }, 'int64');
  const place = net.op('positions/place', 'CumSum', [counted, constant('axis', 1)], ids.dims);
  return embedding(add(multiply(place, counted), pad), weight);
}

/** The first token of each sequence: `[N, T, width]` to `[N, width]`. */
export function firstToken(x: Value): Value {
  return squeeze(slice(x, 1, 0, 1), [1]);
}
