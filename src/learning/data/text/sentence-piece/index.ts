import { fail } from '../../../../core/index.js';
import { addedTokens, appendedTokens, idOf } from '../added-tokens.js';
import { readObject, type Settings, type TokenizerFiles } from '../files.js';
import { readSpecialTokens } from '../special-tokens.js';
import { template } from '../template.js';
import { classOf } from '../tokenizer-class.js';
import { CLASSES, extraIds, type SentencePieceClass, schemeOf } from './classes.js';
import { PIECE_TYPE, parseModel, type SentencePieceModel } from './model.js';
import { metaspace, modelOf } from './parts.js';
import { plainDescription } from './plain.js';

/** The names under which models of SentencePiece are saved. */
export const MODEL_FILES = ['spiece.model', 'sentencepiece.bpe.model', 'spm.model', 'tokenizer.model'] as const;

/**
 * A model of SentencePiece as a `tokenizer.json`: as the class of transformers uses it that `tokenizer_config.json` names, or the type of model in
 * `config.json`, or in its own settings; on its own where neither does.
 * @throws TOKENIZER_INVALID, DATA_FORMAT_BROKEN
 */
export function readSentencePiece(files: TokenizerFiles, file: string): Settings {
  const settings = readObject(files, 'tokenizer_config.json');
  const row = classIn({ ...readObject(files, 'config.json'), ...settings }, file);
  const model = parseModel(files.get(file) as Uint8Array, file);
  return row ? describe(files, settings, row, model) : plainDescription(model);
}

/** @throws TOKENIZER_INVALID for a class or a type of model that is not known */
function classIn(settings: Settings, file: string): SentencePieceClass | undefined {
  const named = classOf(settings, [...Object.keys(CLASSES), 'MT5Tokenizer'], file);
  if (named !== undefined) return CLASSES[named.replace(/^MT5/, 'T5')];
  const type = settings['model_type'];
  if (type === undefined) return undefined;
  const rows = Object.values(CLASSES);
  const known = rows.flatMap(({ modelTypes }) => modelTypes).join(', ');
  const row = rows.find(({ modelTypes }) => modelTypes.includes(String(type)));
  return row ?? fail('TOKENIZER_INVALID', { file, reason: `it is of a model of type ${String(type)}, unlike ${known}` });
}

function describe(files: TokenizerFiles, settings: Settings, row: SentencePieceClass, model: SentencePieceModel): Settings {
  const entries = row.entries?.(model.pieces, settings) ?? model.pieces.map(({ piece, score }) => [piece, score] as const);
  const vocab = Object.fromEntries(entries.map(([piece], id) => [piece, id]));
  const special = { ...row.special, ...readSpecialTokens(files) };
  const extra = row === CLASSES['T5Tokenizer'] ? extraIds(settings) : [];
  const typed = model.pieces.filter(({ type }) => type === PIECE_TYPE.control || type === PIECE_TYPE.userDefined);
  const control = typed.flatMap(({ piece, type }) => (type === PIECE_TYPE.control ? [piece] : []));
  const tokens = appendedTokens(files, addedTokens(settings, vocab, [...Object.values(special), ...extra, ...control]), entries.length, special);
  const known = new Set(tokens.map(({ content }) => content));
  const symbols = typed.filter(({ piece }) => Object.hasOwn(vocab, piece) && !known.has(piece));
  const added = [...tokens, ...symbols.map(({ piece }) => ({ ...SYMBOL, id: vocab[piece], content: piece }))];
  const ids = Object.fromEntries(added.map(({ content, id }) => [content as string, id as number]));
  const around = row.around(settings);
  return {
    added_tokens: row.maskTakesSpace ? added.map((token) => (token['content'] === special.mask ? { ...token, lstrip: true } : token)) : added,
    normalizer: row.normalizer(model, settings),
    pre_tokenizer: row.preTokenizer(settings),
    post_processor: around ? template(...around, special, (token) => idOf({ ...vocab, ...ids }, token, model.file)) : null,
    decoder: row.decoder?.(settings) ?? metaspace(schemeOf(settings)),
    model: modelOf(model, entries, row.unkId ?? model.unkId, row.byteFallback ?? false),
  };
}

const SYMBOL: Settings = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: false };
