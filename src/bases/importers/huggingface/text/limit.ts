import type { JsonObject } from '../../json.js';

/** Families that count positions from behind the padding token's id. */
const OFFSET = new Set(['roberta', 'xlm-roberta', 'camembert', 'mpnet']);
const DEFAULT_PAD = 1;

/** Tokens that a text model takes at most; `undefined` where its positions have no end, or it reads no text. */
export function tokenLimit(config: JsonObject): number | undefined {
  const { model_type: type, max_position_embeddings: positions = config['n_positions'], pad_token_id: pad = DEFAULT_PAD } = config;
  if (typeof positions !== 'number' || positions < 1) return undefined;
  return OFFSET.has(String(type)) ? positions - Number(pad) - 1 : positions;
}
