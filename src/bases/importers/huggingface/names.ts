import type { StateDict, StoredWeight } from '../state-dict/index.js';

/** Names of earlier versions, the first two from TensorFlow checkpoints, which old files have kept. */
const OLD_NAMES: readonly (readonly [RegExp, string])[] = [
  [/LayerNorm\.gamma$/, 'LayerNorm.weight'],
  [/LayerNorm\.beta$/, 'LayerNorm.bias'],
  [/\.grn\.gamma$/, '.grn.weight'],
  [/\.grn\.beta$/, '.grn.bias'],
];

/** What files hold beside the weights, and layers compute themselves: masks of GPT-2, places, frequencies of Llama, pairs of Swin, counters. */
const COMPUTED = /(?:^|\.)(?:h\.\d+\.attn\.(?:masked_)?bias|position_ids|rotary_emb\.inv_freq|relative_position_index|num_batches_tracked)$/;

/** The weights alone, under the names that transformers gives them today. */
export function withoutOldNames(weights: StateDict): StateDict {
  const kept = [...weights].filter(([name]) => !COMPUTED.test(name));
  return new Map(kept.map(([name, weight]) => [OLD_NAMES.reduce((text, [old, now]) => text.replace(old, now), name), weight]));
}

/**
 * What stands before the names of the weights of the model without its head: `bert.` in a file that was saved with a head, nothing in one that
 * was saved without.
 */
function basePrefix(weights: StateDict, base: string): string {
  return [...weights.keys()].some((name) => name.startsWith(`${base}.`)) ? `${base}.` : '';
}

/** The weights as the class is to find them, of a file that was saved with a head or without. */
export function withPrefix(weights: StateDict, base: string, hasHead: boolean): StateDict {
  if (base === '') return weights;
  const present = basePrefix(weights, base);
  const wanted = hasHead ? `${base}.` : '';
  if (present === wanted) return weights;
  if (present === '') return new Map([...weights].map(([name, weight]) => [wanted + name, weight]));
  return new Map([...weights].map(([name, weight]) => [name.startsWith(present) ? name.slice(present.length) : name, weight]));
}

/**
 * The weights without those that hold the same numbers as another, as files of `torch.save` have tied weights under each of their names. What a file
 * has under the name of the copy only is found under the other.
 * @param copies the name of the other by that of the copy
 */
export async function withoutCopies(weights: StateDict, copies: Readonly<Record<string, string>>): Promise<StateDict> {
  const kept = new Map(weights);
  for (const [copy, name] of Object.entries(copies)) {
    const [a, b] = [weights.get(copy), weights.get(name)];
    if (!a || (b && !(await isSame(a, b)))) continue;
    kept.delete(copy);
    kept.set(name, b ?? a);
  }
  return kept;
}

async function isSame(a: StoredWeight, b: StoredWeight): Promise<boolean> {
  if (a.type !== b.type || a.dims.join() !== b.dims.join()) return false;
  const [{ data: left }, { data: right }] = [await a.read(), await b.read()];
  return left.every((value: unknown, i: number) => value === right[i]);
}
