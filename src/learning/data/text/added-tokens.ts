import { fail } from '../../../core/index.js';
import { isObject, type Settings } from './files.js';

export type Vocabulary = Readonly<Record<string, number>>;

/** The id of a special token that the model cannot do without. @throws TOKENIZER_INVALID */
export function idOf(vocab: Vocabulary, token: string, file: string): number {
  const id = Object.hasOwn(vocab, token) ? vocab[token] : undefined;
  if (id === undefined) fail('TOKENIZER_INVALID', { file, reason: `its vocabulary has no token "${token}"` });
  return id;
}

/**
 * The tokens that are found in a text before it is divided: those of the settings (`added_tokens_decoder`), and special tokens of the vocabulary
 * that the settings do not list.
 */
export function addedTokens(settings: Settings, vocab: Vocabulary, special: readonly string[]): Settings[] {
  const listed = Object.entries(isObject(settings['added_tokens_decoder']) ? settings['added_tokens_decoder'] : {})
    .filter((entry): entry is [string, Settings] => isObject(entry[1]))
    .map(([id, token]) => ({ ...PLAIN, ...token, id: Number(id) }) as Settings);
  const known = new Set(listed.map(({ content }) => content));
  const others = [...new Set(special)].filter((content) => Object.hasOwn(vocab, content) && !known.has(content));
  return [...listed, ...others.map((content) => ({ ...PLAIN, id: vocab[content], content }))].sort((a, b) => Number(a['id']) - Number(b['id']));
}

const PLAIN: Settings = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
