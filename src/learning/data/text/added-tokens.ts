import { fail } from '../../../core/index.js';
import { isObject, readObject, type Settings, type TokenizerFiles } from './files.js';
import type { SpecialTokens } from './special-tokens.js';

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

/** In the order in which transformers adds those that a vocabulary lacks. */
const ROLES = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'] as const;

/**
 * The tokens, those of `added_tokens.json`, and behind the vocabulary the special tokens that are nowhere yet: transformers adds them when it opens
 * a tokenizer.
 * @param size of the vocabulary without added tokens
 * @throws TOKENIZER_INVALID, DATA_FORMAT_BROKEN
 */
export function appendedTokens(files: TokenizerFiles, tokens: readonly Settings[], size: number, special: SpecialTokens): Settings[] {
  const all = [...tokens];
  const has = (content: string): boolean => all.some((token) => token['content'] === content);
  const roles = ROLES.flatMap((role) => special[role] ?? []);
  for (const [content, id] of listed(files)) {
    if (has(content)) continue;
    const next = nextId(all, size);
    if (id > next) fail('TOKENIZER_INVALID', { file: 'added_tokens.json', reason: `"${content}" is number ${id}, where ${next} is next` });
    all.push({ ...PLAIN, id, content, special: roles.includes(content) });
  }
  for (const content of roles) if (!has(content)) all.push({ ...PLAIN, id: nextId(all, size), content });
  return all;
}

/** Tokens that were added, in the order of their numbers: the libraries count on without gaps. */
function listed(files: TokenizerFiles): [string, number][] {
  const tokens = Object.entries(readObject(files, 'added_tokens.json'));
  return tokens.map(([content, id]): [string, number] => [content, Number(id)]).sort((a, b) => a[1] - b[1]);
}

function nextId(tokens: readonly Settings[], size: number): number {
  return tokens.reduce((next, { id }) => Math.max(next, Number(id) + 1), size);
}

const PLAIN: Settings = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
