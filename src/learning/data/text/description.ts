import { fail } from '../../../core/index.js';
import { readByteLevel } from './byte-level.js';
import { isObject, readJson, readObject, type Settings, type TokenizerFiles } from './files.js';
import { readScoredPieces } from './scored-pieces.js';
import { shown } from './sentence-piece/hidden.js';
import { MODEL_FILES, readSentencePiece } from './sentence-piece/index.js';
import { checkSound } from './sound.js';
import { readSpecialTokens, type SpecialTokens, usualTokens } from './special-tokens.js';
import { readWordPiece } from './word-piece.js';

/** A tokenizer as the libraries read it. */
export interface TokenizerDescription {
  /** The file it comes from, for messages. */
  readonly file: string;
  /** What `tokenizer.json` holds, without truncation and padding, which are the caller's. */
  readonly json: Settings;
  readonly vocabularySize: number;
  readonly largestId: number;
  readonly specialTokens: SpecialTokens;
}

/** The ways a vocabulary is kept, the most complete first: the file that tells, and what makes a `tokenizer.json` of it. */
const READERS: readonly (readonly [file: string, read: (files: TokenizerFiles) => Settings])[] = [
  ['tokenizer.json', (files) => readObject(files, 'tokenizer.json')],
  ...MODEL_FILES.map((file) => [file, (files: TokenizerFiles) => readSentencePiece(files, file)] as const),
  ['vocab.txt', readWordPiece],
  ['vocab.json', readVocabularyJson],
];

/** Pieces with scores are a list; pieces with numbers are an object, and merges lie beside them. */
function readVocabularyJson(files: TokenizerFiles): Settings {
  const content = readJson(files, 'vocab.json');
  return Array.isArray(content) ? readScoredPieces(content, 'vocab.json') : readByteLevel(files);
}

/**
 * The tokenizer among the files of a model.
 * @throws TOKENIZER_MISSING, TOKENIZER_FILE_MISSING, TOKENIZER_INVALID, DATA_FORMAT_BROKEN
 */
export function describeTokenizer(files: TokenizerFiles): TokenizerDescription {
  const reader = READERS.find(([file]) => files.has(file));
  if (!reader) fail('TOKENIZER_MISSING', { found: [...files.keys()].join(', ') || 'none', known: READERS.map(([file]) => file).join(', ') });
  const [file, read] = reader;
  const json: Settings = { ...read(files), truncation: null, padding: null };
  checkAdded(json, file);
  const ids = idsOf(json, file);
  checkSound(json, file);
  const specialTokens = { ...usualTokens(addedOf(json)), ...readSpecialTokens(files) };
  return { file, json, vocabularySize: ids.size, largestId: [...ids].reduce((largest, id) => Math.max(largest, id), -1), specialTokens };
}

/** The ids of the vocabulary and of the added tokens. @throws TOKENIZER_INVALID */
function idsOf(json: Settings, file: string): Set<number> {
  const vocabulary = isObject(json['model']) ? json['model']['vocab'] : undefined;
  if (typeof vocabulary !== 'object' || vocabulary === null) fail('TOKENIZER_INVALID', { file, reason: 'it has no model with a vocabulary' });
  const ids = Array.isArray(vocabulary) ? vocabulary.keys() : (Object.values(vocabulary) as number[]);
  return new Set([...ids, ...addedTokens(json).map(({ id }) => id as number)]);
}

/** @throws TOKENIZER_INVALID */
function checkAdded(json: Settings, file: string): void {
  const broken = addedTokens(json).find(({ id, content }) => typeof content !== 'string' || !Number.isSafeInteger(id) || Number(id) < 0);
  if (broken) fail('TOKENIZER_INVALID', { file, reason: `${JSON.stringify(broken)} is no token with a number` });
}

function addedOf(json: Settings): ReadonlySet<string> {
  return new Set(addedTokens(json).map(({ content }) => shown(content as string)));
}

function addedTokens({ added_tokens: tokens }: Settings): readonly Settings[] {
  return Array.isArray(tokens) ? tokens.filter(isObject) : [];
}
