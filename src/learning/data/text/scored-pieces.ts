import { fail } from '../../../core/index.js';
import type { Settings } from './files.js';
import { hidden } from './sentence-piece/hidden.js';
import { bytesDecoder, type Entries, replace, SPACE, sequence } from './sentence-piece/parts.js';

/**
 * Pieces that are kept for what is unknown, and for control; no text becomes one. Source: the Universal Sentence Encoder for TensorFlow.js, whose
 * vocabularies come as a list of pieces with their scores, in `vocab.json`.
 */
const RESERVED = 6;
const UNKNOWN = 0;

/** A unigram model as a list of pieces and scores. @throws TOKENIZER_INVALID */
export function readScoredPieces(pairs: readonly unknown[], file: string): Settings {
  const broken = pairs.findIndex((pair) => !isPair(pair));
  if (broken !== -1) fail('TOKENIZER_INVALID', { file, reason: `entry ${broken} is no piece with a score` });
  if (pairs.length <= RESERVED) fail('TOKENIZER_INVALID', { file, reason: `it has ${pairs.length} pieces, of which ${RESERVED} are reserved` });
  // A score that was lost counts as none in TensorFlow.js.
  const pieces: Entries = (pairs as [string, number | null][]).map(([piece, score], id) => [id < RESERVED ? hidden(piece) : piece, score ?? 0]);
  return {
    added_tokens: pieces.slice(UNKNOWN + 1, RESERVED).map(([content], index) => ({ ...CONTROL, id: UNKNOWN + 1 + index, content })),
    normalizer: sequence('normalizers', [{ type: 'NFKC' }, { type: 'Prepend', prepend: SPACE }, replace(' ', SPACE)]),
    pre_tokenizer: null,
    post_processor: null,
    decoder: bytesDecoder(true, [replace(pieces[UNKNOWN]?.[0] ?? '', '\ufffd')]),
    model: { type: 'Unigram', unk_id: UNKNOWN, vocab: pieces, byte_fallback: false },
  };
}

const CONTROL: Settings = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };

function isPair(pair: unknown): boolean {
  return Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string' && (typeof pair[1] === 'number' || pair[1] === null);
}
