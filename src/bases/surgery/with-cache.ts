import type { Model } from '../../engine/graph/index.js';
import type { CachedModel } from './cache/with-cache.js';

/**
 * A causal language model that computes new tokens only, and keeps the keys and values of its attention for the next. It is derived from the plain
 * graph, whoever wrote it and whatever was trained in it: around each attention the products with keys and values are split into cached and new; masks,
 * rotations and position tables are computed for all tokens, and cut to the rows of the new ones. Texts of a batch may be padded in front.
 *
 * @param model as `prepareModel` returns it, with inputs `input_ids` and maybe `attention_mask` and `position_ids` `[N, T]`, and scores
 * `[N, T, V]` as first output
 * @throws CACHE_NOT_FOUND naming what has no known place in it
 */
export async function withCache(model: Model): Promise<CachedModel> {
  // The rules are many; a page loads them with its first language model.
  const { cachedModel } = await import('./cache/with-cache.js');
  return cachedModel(model);
}
