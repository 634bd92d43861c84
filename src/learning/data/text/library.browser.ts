import type { Tokenizer } from '@huggingface/tokenizers';
import { charsmapOf, rewrite } from './charsmap.js';
import { describeTokenizer, type TokenizerDescription } from './description.js';
import type { TextTokenizer } from './encoding.js';
import { isObject } from './files.js';
import { type Layout, layoutOf, type Pieces } from './pieces.js';
import { openWith, type TokenizerEngine } from './tokenizer.js';

/** What `loadTokenizer` does in browsers; apart from it, so that pages without text do not load it. */
export function openTokenizer(files: ReadonlyMap<string, Uint8Array>): Promise<TextTokenizer> {
  return openWith(describeTokenizer(files), openEngine);
}

async function openEngine(description: TokenizerDescription): Promise<TokenizerEngine> {
  const { Tokenizer } = await import('@huggingface/tokenizers');
  const tokenizer = new Tokenizer(description.json, { clean_up_tokenization_spaces: false });
  // The library does what most maps do, whatever the map at hand says.
  if (tokenizer.normalizer) followMaps(tokenizer.normalizer as unknown as NormalizerPart);
  const unknown = unknownOf(description);
  const split = async (texts: readonly string[]): Promise<Pieces[]> => texts.map((text) => ({ ids: idsIn(tokenizer, text, unknown) }));
  return {
    hasOffsets: false,
    single: probe(tokenizer, null, description),
    pair: probe(tokenizer, SECOND, description),
    tokenId: (token) => tokenizer.token_to_id(token),
    split,
    splitIds: split,
    decode: async (ids) => (ids.length === 0 ? '' : tokenizer.decode([...ids], { skip_special_tokens: true })),
  };
}

/** A normalizer of the library, as far as it matters here. */
interface NormalizerPart {
  readonly config: { readonly precompiled_charsmap?: string };
  readonly normalizers?: readonly NormalizerPart[];
  normalize: (text: string) => string;
}

function followMaps(part: NormalizerPart): void {
  for (const inner of part.normalizers ?? []) followMaps(inner);
  const map = charsmapOf(part.config.precompiled_charsmap ?? '');
  if (map) part.normalize = (text) => rewrite(map, text);
}

/** The unknown piece of a unigram model that gives the bytes of what it does not know instead, which the library leaves out. */
function unknownOf({ json }: TokenizerDescription): number | undefined {
  const model = json['model'];
  return isObject(model) && model['type'] === 'Unigram' && model['byte_fallback'] === true ? (model['unk_id'] as number) : undefined;
}

function idsIn(tokenizer: Tokenizer, text: string, unknown: number | undefined): number[] {
  const { ids, tokens } = tokenizer.encode(text, { add_special_tokens: false });
  return unknown === undefined
    ? ids
    : ids.flatMap((id: number, index: number) => (id === unknown ? bytesOf(tokenizer, tokens[index] as string, id) : [id]));
}

function bytesOf(tokenizer: Tokenizer, token: string, unknown: number): number[] {
  const bytes = [...new TextEncoder().encode(token)].map((byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const ids = bytes.map((byte) => tokenizer.token_to_id(byte));
  return ids.every((id) => id !== undefined) ? ids : [unknown];
}

/** Two tokens that no vocabulary has: they stand for the texts. */
const FIRST = '\u{f0000}';
const SECOND = '\u{f0001}';

/** Where the library puts special tokens around tokens it is given. RoBERTa knows one type alone, which this library does not tell. */
function probe(tokenizer: Tokenizer, pair: string | null, { json }: TokenizerDescription): Layout {
  const given = pair === null ? [FIRST] : [FIRST, pair];
  const { tokens, token_type_ids: types } = tokenizer.post_processor?.([FIRST], pair === null ? null : [pair], true) ?? { tokens: given };
  const oneType = isObject(json['post_processor']) && json['post_processor']['type'] === 'RobertaProcessing';
  return layoutOf(
    (tokens as string[]).map((token, index) => {
      const sequence = token === FIRST ? 0 : token === SECOND ? 1 : null;
      return { id: tokenizer.token_to_id(token) ?? 0, typeId: oneType ? 0 : (types?.[index] ?? sequence ?? 0), sequence };
    }),
  );
}
