import type { TextTokenizer } from './encoding.js';

/**
 * The tokenizer among the files that came with a model (`ImportedModel.files`), run by Hugging Face's library in JavaScript, which is loaded on
 * demand. It tells no offsets.
 * @param files by name: `tokenizer.json`, `vocab.txt`, or `vocab.json` with `merges.txt`; settings beside them
 * @throws TOKENIZER_MISSING, TOKENIZER_FILE_MISSING, TOKENIZER_INVALID, DATA_FORMAT_BROKEN
 */
export async function loadTokenizer(files: ReadonlyMap<string, Uint8Array>): Promise<TextTokenizer> {
  return (await import('./library.browser.js')).openTokenizer(files);
}
