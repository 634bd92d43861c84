import { SPECIAL_ROLES, type SpecialRole } from './encoding.js';
import { isObject, readObject, type Settings, type TokenizerFiles } from './files.js';

export type SpecialTokens = Readonly<Partial<Record<SpecialRole, string>>>;

/** The tokens with a role, as `special_tokens_map.json` and `tokenizer_config.json` name them: a text, or an object with `content`. */
export function readSpecialTokens(files: TokenizerFiles): SpecialTokens {
  const settings: Settings = { ...readObject(files, 'tokenizer_config.json'), ...readObject(files, 'special_tokens_map.json') };
  const found = SPECIAL_ROLES.map((role) => [role, contentOf(settings[`${role}_token`])] as const);
  return Object.fromEntries(found.filter(([, token]) => token !== undefined));
}

function contentOf(token: unknown): string | undefined {
  const content = isObject(token) ? token['content'] : token;
  return typeof content === 'string' ? content : undefined;
}

/** Roles of a `tokenizer.json` without files that name them: what its tokens are usually called. */
const USUAL: Readonly<Record<SpecialRole, readonly string[]>> = {
  pad: ['[PAD]', '<pad>'],
  unk: ['[UNK]', '<unk>'],
  cls: ['[CLS]'],
  sep: ['[SEP]'],
  mask: ['[MASK]', '<mask>'],
  bos: ['<s>'],
  eos: ['</s>', '<|endoftext|>'],
};

export function usualTokens(tokens: ReadonlySet<string>): SpecialTokens {
  const found = SPECIAL_ROLES.map((role) => [role, USUAL[role].find((token) => tokens.has(token))] as const);
  return Object.fromEntries(found.filter(([, token]) => token !== undefined));
}
