import type { TextTokenizer } from './encoding.js';

/**
 * The tokenizer among the files that came with a model (`ImportedModel.files`), run by Hugging Face's library in JavaScript, which is loaded on
 * demand. It tells no offsets.
 * @param files by name: `tokenizer.json`, a model of SentencePiece (`spiece.model`, `sentencepiece.bpe.model`, `spm.model`, `tokenizer.model`),
 * `vocab.txt`, `vocab.json` with `merges.txt`, or `vocab.json` with scores; settings beside them
 * @throws TOKENIZER_MISSING, TOKENIZER_FILE_MISSING, TOKENIZER_INVALID, DATA_FORMAT_BROKEN
 */
export async function loadTokenizer(files: ReadonlyMap<string, Uint8Array>): Promise<TextTokenizer> {
  return (await import('./library.browser.js')).openTokenizer(files);
}
