import { float32 } from '../../../core/index.js';
import { type Loss, meanOver, unitRows } from './loss.js';
import { checkRows, cosineAhead } from './roles.js';

/**
 * Mean of (cos(first, second) − score)² over pairs of texts (Reimers & Gurevych, Sentence-BERT, arXiv 1908.10084). Embeddings `[R, D]`, rows 2k and 2k + 1
 * being a pair, and scores `[R, 1]`, the same for both.
 */
const build: Loss['build'] = (b, { output, target, mask }) => {
  checkRows('cosine-similarity', output, target, 1);
  const [rows = 0] = output.dims;
  const firsts = Float32Array.from({ length: rows }, (_, row) => (row % 2 === 0 && row + 1 < rows ? 1 : 0));
  const difference = b.sub(cosineAhead(b, unitRows(b, output), 1), b.reshape(b.cast(target, output.type), [rows]));
  return meanOver(b, b.mul(difference, difference), b.mul(b.cast(b.constant(float32([rows], firsts)), output.type), mask));
};

export const cosineSimilarity: Loss = { build, weight: (_, rows) => rows / 2 };
