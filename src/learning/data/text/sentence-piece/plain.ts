import type { Settings } from '../files.js';
import { hidden } from './hidden.js';
import { PIECE_TYPE, type Piece, type SentencePieceModel } from './model.js';
import { bytesDecoder, modelOf, precompiled, replace, SPACE, sequence } from './parts.js';

/** A model on its own: its ids are those of SentencePiece, and nothing goes around a text. */
export function plainDescription(model: SentencePieceModel): Settings {
  const { pieces, unkId, byteFallback, algorithm } = model;
  const named = pieces.map((piece, id) => (isHidden(piece, id, unkId) ? { ...piece, piece: hidden(piece.piece) } : piece));
  const symbols = pieces.filter(({ type }) => type === PIECE_TYPE.userDefined).map(({ piece }) => piece);
  const scored = algorithm === 'Unigram' ? withSymbols(named) : named;
  const bpe = algorithm === 'BPE' && symbols.length > 0;
  return {
    added_tokens: named.flatMap(({ piece, type }, id) =>
      type === PIECE_TYPE.control || id === unkId ? [{ id, content: piece, ...EXACT, special: type === PIECE_TYPE.control }] : [],
    ),
    normalizer: sequence('normalizers', [...precompiled(model), ...spaces(model)]),
    // Symbols of the user are never joined with what is beside them.
    pre_tokenizer: bpe ? { type: 'Split', pattern: { Regex: anyOf(symbols) }, behavior: 'Isolated', invert: false } : null,
    post_processor: null,
    decoder: bytesDecoder(model.addDummyPrefix, [replace(named[unkId]?.piece ?? '', UNKNOWN)]),
    model: {
      ...modelOf(
        model,
        scored.map(({ piece, score }) => [piece, score]),
        unkId,
        byteFallback,
      ),
      ...(bpe && { ignore_merges: true }),
    },
  };
}

/** What SentencePiece writes for what it did not know. */
const UNKNOWN = ' ⁇ ';

const EXACT = { single_word: false, lstrip: false, rstrip: false, normalized: false };

function isHidden({ type }: Piece, id: number, unkId: number): boolean {
  return id === unkId || type === PIECE_TYPE.control || type === PIECE_TYPE.unknown || type === PIECE_TYPE.unused;
}

/** Symbols of the user get a score that beats any other way to read them. Source: SentencePiece, unigram_model.cc, `EncodeOptimized`. */
function withSymbols(pieces: readonly Piece[]): readonly Piece[] {
  const best = pieces.reduce((max, { type, score }) => (type === PIECE_TYPE.normal ? Math.max(max, score) : max), Number.NEGATIVE_INFINITY);
  return pieces.map((piece) =>
    piece.type === PIECE_TYPE.userDefined ? { ...piece, score: [...piece.piece].length * Math.max(best, -1e6) - 0.1 } : piece,
  );
}

/** A space goes before the text, runs of spaces become one, and spaces become pieces. The end is cut behind that, so that of spaces alone nothing is left. */
function spaces({ addDummyPrefix, removeExtraWhitespaces }: SentencePieceModel): Settings[] {
  const prefix = addDummyPrefix ? [{ type: 'Prepend', prepend: ' ' }] : [];
  if (!removeExtraWhitespaces) return [...prefix, replace(' ', SPACE)];
  const start = addDummyPrefix ? [] : [replace({ regex: '^ ' }, '')];
  return [...prefix, replace({ regex: ' {2,}' }, ' '), ...start, replace(' ', SPACE), replace({ regex: `${SPACE}+$` }, '')];
}

/** The longest first: a symbol may begin like another. */
function anyOf(symbols: readonly string[]): string {
  const escaped = symbols.map((symbol) => symbol.replaceAll(' ', SPACE).replace(/[\\^$.*+?()[\]{}|/#-]/g, '\\$&'));
  return [...escaped].sort((a, b) => b.length - a.length).join('|');
}
