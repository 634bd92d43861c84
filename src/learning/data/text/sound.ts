import { fail } from '../../../core/index.js';
import { charsmapOf, isSound } from './charsmap.js';
import { isObject, type Settings } from './files.js';

/**
 * Refuses what would end the whole process: the library in Rust does not return an error for it.
 * @throws TOKENIZER_INVALID
 */
export function checkSound(json: Settings, file: string): void {
  const broken = brokenMerge(json['model']) ?? (isBrokenMap(json['normalizer']) ? 'the map of its normalizer is damaged' : undefined);
  if (broken !== undefined) fail('TOKENIZER_INVALID', { file, reason: broken });
}

/** Merges must make a token of the vocabulary; those that are no pair at all the library refuses itself. */
function brokenMerge(model: unknown): string | undefined {
  if (!isObject(model) || !Array.isArray(model['merges']) || !isObject(model['vocab'])) return undefined;
  const { vocab, merges, continuing_subword_prefix: given } = model;
  const prefix = typeof given === 'string' ? given : '';
  const broken = (merges as unknown[]).find((merge) => {
    const pair = typeof merge === 'string' ? merge.split(' ') : merge;
    if (!Array.isArray(pair) || pair.length !== 2) return false;
    const [first, second] = pair as [string, string];
    return !(String(second).startsWith(prefix) && Object.hasOwn(vocab as object, first + String(second).slice(prefix.length)));
  });
  return broken === undefined ? undefined : `the merge ${JSON.stringify(broken)} makes no token of the vocabulary`;
}

/** A library follows a precompiled map wherever it leads. */
function isBrokenMap(normalizer: unknown): boolean {
  if (!isObject(normalizer)) return false;
  if (Array.isArray(normalizer['normalizers'])) return normalizer['normalizers'].some(isBrokenMap);
  const text = normalizer['precompiled_charsmap'];
  if (typeof text !== 'string' || text === '') return normalizer['type'] === 'Precompiled';
  const map = charsmapOf(text);
  return map === undefined || !isSound(map);
}
