import { fromBinary } from '@bufbuild/protobuf';
import { fail } from '../../../../core/index.js';
import { type ModelProto, ModelProtoSchema } from './generated/sentencepiece_pb.js';

/** What a piece is for. Source: SentencePiece, sentencepiece_model.proto. */
export const PIECE_TYPE = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

export interface Piece {
  readonly piece: string;
  /** Log probability, or the negated rank of a merge. */
  readonly score: number;
  readonly type: number;
}

/** A model that SentencePiece trained: https://github.com/google/sentencepiece. */
export interface SentencePieceModel {
  readonly file: string;
  readonly algorithm: 'Unigram' | 'BPE';
  readonly pieces: readonly Piece[];
  readonly unkId: number;
  readonly byteFallback: boolean;
  /** How characters are rewritten; empty for not at all. */
  readonly charsmap: Uint8Array;
  /** Whether a space goes before the text. */
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
}

const ALGORITHMS: Readonly<Record<number, SentencePieceModel['algorithm']>> = { 1: 'Unigram', 2: 'BPE' };
const REFUSED: Readonly<Record<number, string>> = { 3: 'whole words', 4: 'single characters' };

/** @throws DATA_FORMAT_BROKEN, TOKENIZER_INVALID for what is not built: pieces that are words or characters, spaces behind words, or kept */
export function parseModel(bytes: Uint8Array, file: string): SentencePieceModel {
  const { pieces, trainerSpec: trainer, normalizerSpec: normalizer } = decode(bytes, file);
  const type = trainer?.modelType ?? 1;
  const refuse = (reason: string): never => fail('TOKENIZER_INVALID', { file, reason });
  const algorithm = ALGORITHMS[type] ?? refuse(`its pieces are ${REFUSED[type] ?? `of type ${type}`}, not of a unigram or BPE model`);
  if (trainer?.treatWhitespaceAsSuffix) refuse('its spaces belong to the word before (treat_whitespace_as_suffix)');
  if (normalizer?.escapeWhitespaces === false) refuse('its spaces are no pieces (escape_whitespaces is off)');
  const unkId = trainer?.unkId ?? 0;
  if (unkId < 0 || unkId >= pieces.length) refuse(`its unknown piece is number ${unkId} of ${pieces.length}`);
  return {
    file,
    algorithm,
    pieces: pieces.map(({ piece, score, type }) => ({ piece, score, type })),
    unkId,
    byteFallback: trainer?.byteFallback ?? false,
    charsmap: normalizer?.precompiledCharsmap ?? new Uint8Array(0),
    addDummyPrefix: normalizer?.addDummyPrefix ?? true,
    removeExtraWhitespaces: normalizer?.removeExtraWhitespaces ?? true,
  };
}

function decode(bytes: Uint8Array, file: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    fail('DATA_FORMAT_BROKEN', { file, format: 'SentencePiece', reason: error instanceof Error ? error.message : String(error) }, error);
  }
}
