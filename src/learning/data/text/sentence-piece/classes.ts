import type { Settings } from '../files.js';
import type { SpecialTokens } from '../special-tokens.js';
import type { Piece, SentencePieceModel } from './model.js';
import { bytesDecoder, type Entries, metaspace, type PrependScheme, precompiled, replace, SPACE, sequence } from './parts.js';

/** How a class of transformers uses a model of SentencePiece. Source: transformers, convert_slow_tokenizer.py, and the classes in version 4. */
export interface SentencePieceClass {
  /** What `config.json` calls the models that use it. */
  readonly modelTypes: readonly string[];
  readonly special: SpecialTokens;
  /** Its vocabulary, where that is not the pieces. */
  readonly entries?: (pieces: readonly Piece[], settings: Settings) => Entries;
  /** The number of the unknown piece, where it is not the model's. */
  readonly unkId?: number;
  readonly normalizer: (model: SentencePieceModel, settings: Settings) => Settings | null;
  readonly preTokenizer: (settings: Settings) => Settings | null;
  /** Where not the usual one. */
  readonly decoder?: (settings: Settings) => Settings;
  readonly byteFallback?: true;
  /** Whether spaces before the mask belong to it. */
  readonly maskTakesSpace?: true;
  /** Special tokens around a text and a pair, as `template` reads them; none where undefined. */
  readonly around: (settings: Settings) => readonly [single: string, pair: string] | undefined;
}

const BRACKETS = { cls: '[CLS]', sep: '[SEP]', mask: '[MASK]', bos: '[CLS]', eos: '[SEP]' };
const FAIRSEQ = { bos: '<s>', eos: '</s>', sep: '</s>', cls: '<s>', unk: '<unk>', pad: '<pad>', mask: '<mask>' };
const BERT_PAIR = ['cls A sep', 'cls A sep B:1 sep:1'] as const;
const ROBERTA_PAIR = ['cls A sep', 'cls A sep sep B sep'] as const;
const SPACES = { regex: ' {2,}' };

const entry = ({ piece, score }: Piece): Entries[number] => [piece, score];

export const CLASSES: Readonly<Record<string, SentencePieceClass>> = {
  AlbertTokenizer: {
    modelTypes: ['albert'],
    special: { ...BRACKETS, unk: '<unk>', pad: '<pad>' },
    // A number and the comma behind it are two pieces in ALBERT.
    entries: (pieces) => pieces.map(({ piece, score }) => [piece, /\p{Nd},$/u.test(piece) ? score - 100 : score]),
    normalizer: (model, { keep_accents: keep = false, do_lower_case: lower = true }) =>
      sequence('normalizers', [
        replace('``', '"'),
        replace("''", '"'),
        ...(keep ? [] : [{ type: 'NFKD' }, { type: 'StripAccents' }]),
        ...(lower ? [{ type: 'Lowercase' }] : []),
        ...precompiled(model),
        replace(SPACES, ' '),
      ]),
    preTokenizer: (settings) => metaspace(schemeOf(settings)),
    maskTakesSpace: true,
    around: () => BERT_PAIR,
  },
  XLMRobertaTokenizer: {
    modelTypes: ['xlm-roberta'],
    special: FAIRSEQ,
    entries: (pieces) => [['<s>', 0], ['<pad>', 0], ['</s>', 0], ['<unk>', 0], ...pieces.slice(3).map(entry), ['<mask>', 0]],
    unkId: 3,
    normalizer: trimmed,
    preTokenizer: (settings) => metaspace(schemeOf(settings)),
    maskTakesSpace: true,
    around: () => ROBERTA_PAIR,
  },
  CamembertTokenizer: {
    modelTypes: ['camembert'],
    special: FAIRSEQ,
    entries: (pieces) => [
      ['<s>NOTUSED', 0],
      ['<pad>', 0],
      ['</s>NOTUSED', 0],
      ['<unk>', 0],
      ['<unk>NOTUSED', -100],
      ...pieces.slice(1).map(entry),
      ['<mask>', 0],
    ],
    unkId: 3,
    normalizer: trimmed,
    preTokenizer: (settings) => metaspace(schemeOf(settings)),
    maskTakesSpace: true,
    around: () => ROBERTA_PAIR,
  },
  T5Tokenizer: {
    modelTypes: ['t5', 'mt5'],
    special: { eos: '</s>', unk: '<unk>', pad: '<pad>' },
    entries: (pieces, settings) => [...pieces.map(entry), ...extraIds(settings).map((token) => [token, 0] as const)],
    normalizer: trimmed,
    preTokenizer: (settings) => metaspace(schemeOf(settings)),
    around: () => ['A eos', 'A eos B eos'],
  },
  DebertaV2Tokenizer: {
    modelTypes: ['deberta-v2'],
    special: { ...BRACKETS, unk: '[UNK]', pad: '[PAD]' },
    normalizer: (model, { do_lower_case: lower = false }) =>
      sequence('normalizers', [
        ...(lower ? [{ type: 'Lowercase' }] : []),
        { type: 'Strip', strip_left: true, strip_right: true },
        ...precompiled(model),
        replace(SPACES, ' '),
      ]),
    preTokenizer: (settings) => {
      const words = metaspace(schemeOf(settings));
      return settings['split_by_punct'] ? sequence('pretokenizers', [{ type: 'Punctuation', behavior: 'Isolated' }, words]) : words;
    },
    around: () => BERT_PAIR,
  },
  LlamaTokenizer: {
    modelTypes: ['llama', 'mistral'],
    special: { bos: '<s>', eos: '</s>', unk: '<unk>' },
    byteFallback: true,
    normalizer: (_, settings) => (isLegacy(settings) ? sequence('normalizers', llamaSpaces(settings)) : null),
    preTokenizer: (settings) => (isLegacy(settings) ? null : metaspace(schemeOf(settings), false)),
    decoder: (settings) => bytesDecoder(hasPrefix(settings)),
    around: llamaEnds,
  },
};

/** The tokens `<extra_id_99>` to `<extra_id_0>` of T5. */
export function extraIds({ extra_ids: count = 100 }: Settings): readonly string[] {
  return Array.from({ length: Number(count) }, (_, index) => `<extra_id_${Number(count) - 1 - index}>`);
}

function trimmed(model: SentencePieceModel): Settings {
  return sequence('normalizers', [...precompiled(model), { type: 'Strip', strip_left: false, strip_right: true }, replace(SPACES, SPACE)]);
}

function hasPrefix({ add_prefix_space: prefix }: Settings): boolean {
  return prefix !== false;
}

/** Before a correction in 2023, a space was put before every part of a text between special tokens. Not stated means before. */
function isLegacy({ legacy }: Settings): boolean {
  return legacy !== false;
}

export function schemeOf(settings: Settings): PrependScheme {
  if (!hasPrefix(settings)) return 'never';
  return isLegacy(settings) ? 'always' : 'first';
}

function llamaSpaces(settings: Settings): Settings[] {
  return [...(hasPrefix(settings) ? [{ type: 'Prepend', prepend: SPACE }] : []), replace(' ', SPACE)];
}

function llamaEnds({ add_bos_token: bos = true, add_eos_token: eos = false }: Settings): readonly [string, string] | undefined {
  if (!(bos || eos)) return undefined;
  const around = (text: string, type: string): string => `${bos ? `bos${type} ` : ''}${text}${type}${eos ? ` eos${type}` : ''}`;
  return [around('A', ''), `${around('A', '')} ${around('B', ':1')}`];
}
