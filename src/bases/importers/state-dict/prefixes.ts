import type { Weights } from './types.js';

/** What wrappers of a model put before each name in its state dict. */
const WRAPPERS: readonly (readonly [prefix: string, wrapper: string])[] = [
  ['module.', 'DataParallel'],
  ['_orig_mod.', 'torch.compile'],
];

/** The weights by their names in the model itself, where a wrapper around it put something before all of them. */
export function withoutWrappers({ weights, notes }: Weights): Weights {
  const names = [...weights.keys()];
  const found = WRAPPERS.find(([prefix]) => names.length > 0 && names.every((name) => name.startsWith(prefix) && name.length > prefix.length));
  if (!found) return { weights, notes };
  const [prefix, wrapper] = found;
  const renamed = new Map([...weights].map(([name, weight]) => [name.slice(prefix.length), weight]));
  return withoutWrappers({ weights: renamed, notes: [...notes, `The prefix "${prefix}" of ${wrapper} was taken off the names of the weights.`] });
}
