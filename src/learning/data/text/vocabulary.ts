import { fail } from '../../../core/index.js';
import type { TextTokenizer } from './encoding.js';

/**
 * Checks that a model has a row of its embedding for each token. More rows than tokens are usual: they are padded to a round number.
 * @param rows of the embedding
 * @throws TOKENIZER_VOCABULARY
 */
export function checkVocabulary({ vocabularySize, largestId }: TextTokenizer, rows: number): void {
  if (largestId >= rows) fail('TOKENIZER_VOCABULARY', { vocabularySize, largestId, rows });
}
