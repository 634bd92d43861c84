import type { Tokenizer } from '@huggingface/tokenizers';
import { fail } from '../../../core/index.js';
import { describeTokenizer, type TokenizerDescription } from './description.js';
import type { TextTokenizer } from './encoding.js';
import { isObject } from './files.js';
import { type Layout, layoutOf } from './pieces.js';
import { textTokenizer } from './tokenizer.js';

/** What `loadTokenizer` does in browsers; apart from it, so that pages without text do not load it. */
export async function openTokenizer(files: ReadonlyMap<string, Uint8Array>): Promise<TextTokenizer> {
  const description = describeTokenizer(files);
  const tokenizer = await open(description);
  const tokenId = (token: string): number | undefined => tokenizer.token_to_id(token);
  return textTokenizer(
    {
      hasOffsets: false,
      single: probe(tokenizer, null, description),
      pair: probe(tokenizer, SECOND, description),
      tokenId,
      split: async (texts) => texts.map((text) => ({ ids: tokenizer.encode(text, { add_special_tokens: false }).ids })),
      decode: async (ids) => tokenizer.decode([...ids], { skip_special_tokens: true }),
    },
    description,
  );
}

async function open({ file, json }: TokenizerDescription): Promise<Tokenizer> {
  const { Tokenizer } = await import('@huggingface/tokenizers');
  try {
    return new Tokenizer(json, { clean_up_tokenization_spaces: false });
  } catch (error) {
    fail('TOKENIZER_INVALID', { file, reason: error instanceof Error ? error.message : String(error) }, error);
  }
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
