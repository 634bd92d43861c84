import { fromNumbers } from '../../../../core/index.js';
import { ints, linear, tiedLinear, type Value } from '../../torch-layers/index.js';
import { places } from './places.js';

/** Embedding models made of decoders may look ahead. */
export const CAUSAL = { is_causal: true };

/** What a decoder computed, and what it was given. */
export interface Decoded {
  /** `[N, T, width]` */
  readonly last: Value;
  readonly ids: Value;
  readonly mask: Value;
}

/**
 * Scores of what may follow each token, `[N, T, V]`, by `lm_head`. Its weight is the embedding's where the two are tied, unless the file has another
 * for it: transformers believes the file then.
 */
export function nextTokenScores({ last }: Decoded, embedding: string, isTied: boolean): Value {
  const { net } = last;
  if (isTied && !net.has('lm_head.weight')) return tiedLinear(last, embedding, 'lm_head');
  return linear(last, 'lm_head', { units: Number(net.dimsOf(embedding)[0]) });
}

/** The copy of the embedding that files may hold for a tied head. */
export function tiedHead(
  { tie_word_embeddings: isTied }: { readonly tie_word_embeddings: boolean },
  embedding: string,
): Readonly<Record<string, string>> {
  return isTied ? { 'lm_head.weight': embedding } : {};
}

/** Scores of classes from the last token of each text, by `score`: `[N, labels]`. */
export function scoreText(decoded: Decoded, labels: number, padding: number | undefined): Value {
  return linear(lastToken(decoded, padding), 'score', { units: labels });
}

/**
 * The state of each text's last token that is not padding, `[N, width]`: the last other than the token `padding`. Where there is no such token, the
 * mask tells; transformers then takes single texts only.
 */
function lastToken({ last, ids, mask }: Decoded, padding: number | undefined): Value {
  const { net } = ids;
  const kept = padding === undefined ? mask : isOther(ids, padding);
  const counted = net.op('last/counted', 'Mul', [places(ids), kept], ids.dims);
  const index = net.op('last/index', 'ReduceMax', [counted, ints(counted, 'axes', [1])], [ids.dims[0] ?? null, 1], { keepdims: 1 });
  return net.op('last/state', 'GatherND', [last, index], last.dims.toSpliced(1, 1), { batch_dims: 1 });
}

/** 1 for tokens other than `token`, 0 for it. */
function isOther(ids: Value, token: number): Value {
  const { net } = ids;
  const same = net.op('last/is_padding', 'Equal', [ids, net.constant('last/padding', fromNumbers('int64', [], [token]))], ids.dims, {}, 'bool');
  return net.op('last/kept', 'Cast', [net.op('last/is_token', 'Not', [same], ids.dims)], ids.dims, { to: 7 }, 'int64');
}
