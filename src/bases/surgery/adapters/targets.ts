import { fail } from '../../../core/index.js';
import { regularExpression } from '../freeze.js';
import { nearest } from '../nearest.js';
import type { Layer } from './layers.js';
import type { Targets } from './spec.js';

/** Projections of queries and values, as in PEFT's defaults; where one layer makes all three, that one. */
export const QUERY_AND_VALUE = [
  ...['query', 'value', 'q_proj', 'v_proj', 'query_proj', 'value_proj', 'q_lin', 'v_lin', 'q', 'v', 'to_q', 'to_v'],
  ...['c_attn', 'qkv', 'query_key_value', 'in_proj', 'Wqkv', 'qkv_proj'],
];

/** Projections of keys and values. */
export const KEY_AND_VALUE = [
  ...['key', 'value', 'k_proj', 'v_proj', 'key_proj', 'value_proj', 'k_lin', 'v_lin', 'k', 'v', 'to_k', 'to_v'],
  ...['c_attn', 'qkv', 'query_key_value', 'in_proj', 'Wqkv', 'qkv_proj'],
];

/** The second layers of feed-forward networks. */
export const FEED_FORWARD = ['output.dense', 'mlp.c_proj', 'ffn.lin2', 'down_proj', 'mlp.fc2', 'fc2', 'wo', 'mlp.2', 'linear2', 'mlp.lin2'];

/** Whether a list names a layer, as PEFT's `target_modules` does: by its whole name or its last parts. */
export function isNamed(layer: Pick<Layer, 'name'>, names: readonly string[]): boolean {
  return names.some((name) => layer.name === name || layer.name.endsWith(`.${name}`) || layer.name.endsWith(`/${name}`));
}

/**
 * The layers that `targets` names.
 * @param possible those that the method can change, without the head
 * @param usual names of those that `auto` means, where the graph has any; else all linear ones, or without these all convolutions
 * @throws ADAPTER_NO_TARGET, REGEX_INVALID
 */
export function chosen(targets: Targets, possible: readonly Layer[], usual: readonly string[]): readonly Layer[] {
  const layers = among(targets, possible, usual);
  if (layers.length > 0) return layers;
  const stated = typeof targets === 'string' ? targets : 'match' in targets ? targets.match : targets.join(', ');
  return fail('ADAPTER_NO_TARGET', {
    targets: stated,
    near:
      nearest(
        stated,
        possible.map(({ name }) => name),
      ) || '(there is none)',
  });
}

function among(targets: Targets, possible: readonly Layer[], usual: readonly string[]): readonly Layer[] {
  const linear = possible.filter(({ kind }) => kind === 'linear');
  if (targets === 'all-linear') return linear;
  if (targets === 'auto') {
    const named = linear.filter((layer) => isNamed(layer, usual));
    return named.length > 0 ? named : linear.length > 0 ? linear : possible.filter(({ kind }) => kind === 'convolution');
  }
  if ('match' in targets) {
    const pattern = regularExpression(targets.match);
    return possible.filter(({ weight, name }) => pattern.test(weight) || pattern.test(name));
  }
  return possible.filter((layer) => isNamed(layer, targets));
}
