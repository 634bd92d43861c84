import type { Encoding as RustEncoding, Tokenizer } from 'tokenizers';
import { describeTokenizer, type TokenizerDescription } from './description.js';
import type { TextTokenizer } from './encoding.js';
import { toUtf16 } from './offsets.js';
import { type Layout, layoutOf, type Pieces } from './pieces.js';
import { openWith, type TokenizerEngine } from './tokenizer.js';

/**
 * The tokenizer among the files that came with a model (`ImportedModel.files`), run by Hugging Face's library in Rust, which is loaded here.
 * @param files by name: `tokenizer.json`, a model of SentencePiece (`spiece.model`, `sentencepiece.bpe.model`, `spm.model`, `tokenizer.model`),
 * `vocab.txt`, `vocab.json` with `merges.txt`, or `vocab.json` with scores; settings beside them
 * @throws TOKENIZER_MISSING, TOKENIZER_FILE_MISSING, TOKENIZER_INVALID, DATA_FORMAT_BROKEN
 */
export async function loadTokenizer(files: ReadonlyMap<string, Uint8Array>): Promise<TextTokenizer> {
  return openWith(describeTokenizer(files), openEngine);
}

async function openEngine({ json }: TokenizerDescription): Promise<TokenizerEngine> {
  const { Tokenizer } = await import('tokenizers');
  const tokenizer = Tokenizer.fromString(JSON.stringify(json));
  const encodeAll = (texts: readonly string[]): Promise<RustEncoding[]> => tokenizer.encodeBatch([...texts], { addSpecialTokens: false });
  return {
    hasOffsets: true,
    single: await probe(tokenizer, null),
    pair: await probe(tokenizer, PROBE),
    tokenId: (token) => tokenizer.tokenToId(token) ?? undefined,
    split: async (texts) => (await encodeAll(texts)).map((encoding, index) => piecesOf(encoding, texts[index] as string)),
    splitIds: async (texts) => (await encodeAll(texts)).map((encoding) => ({ ids: encoding.getIds() })),
    decode: (ids) => tokenizer.decode([...ids], true),
  };
}

/** Some of this is in any vocabulary, or becomes its unknown token. */
const PROBE = 'a 0 あ .';

async function probe(tokenizer: Tokenizer, pair: string | null): Promise<Layout> {
  const encoding = await tokenizer.encode(PROBE, pair);
  const [types, sequences] = [encoding.getTypeIds(), encoding.getSequenceIds()];
  return layoutOf(
    encoding.getIds().map((id, index) => ({ id, typeId: types[index] as number, sequence: (sequences[index] ?? null) as 0 | 1 | null })),
  );
}

function piecesOf(encoding: RustEncoding, text: string): Pieces {
  return {
    ids: encoding.getIds(),
    offsets: toUtf16(text, encoding.getOffsets()),
    wordIds: encoding.getWordIds().map((word) => word ?? null),
  };
}
