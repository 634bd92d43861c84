import { fail } from '../../../core/index.js';
import { addedTokens, idOf, type Vocabulary } from './added-tokens.js';
import { readObject, readText, requireFile, type Settings, type TokenizerFiles } from './files.js';
import { readSpecialTokens, type SpecialTokens } from './special-tokens.js';
import { classOf } from './tokenizer-class.js';

/** Classes of transformers that divide text as GPT-2 does: those that put nothing around it, and those that put RoBERTa's special tokens. */
const GPT2 = ['GPT2Tokenizer'];
const ROBERTA = ['RobertaTokenizer', 'LongformerTokenizer', 'BartTokenizer', 'LEDTokenizer'];

const ROBERTA_TOKENS = { bos: '<s>', eos: '</s>', sep: '</s>', cls: '<s>', unk: '<unk>', pad: '<pad>', mask: '<mask>' };
const GPT2_TOKENS = { bos: '<|endoftext|>', eos: '<|endoftext|>', unk: '<|endoftext|>' };

/** `vocab.json` and `merges.txt` (byte-level BPE) as the `tokenizer.json` that transformers' GPT-2 or RoBERTa tokenizer makes of them. */
export function readByteLevel(files: TokenizerFiles): Settings {
  requireFile(files, 'vocab.json', 'merges.txt');
  const settings = readObject(files, 'tokenizer_config.json');
  const vocab = readObject(files, 'vocab.json') as Vocabulary;
  const merges = readMerges(files);
  const roberta = isRoberta(settings, vocab);
  const special: SpecialTokens = { ...(roberta ? ROBERTA_TOKENS : GPT2_TOKENS), ...readSpecialTokens(files) };
  const prefix = settings['add_prefix_space'] ?? false;
  const trim = settings['trim_offsets'] ?? true;
  return {
    added_tokens: addedTokens(settings, vocab, Object.values(special)),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: prefix, trim_offsets: true, use_regex: true },
    post_processor: roberta ? { ...ends(vocab, special), trim_offsets: trim, add_prefix_space: prefix } : null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', unk_token: null, continuing_subword_prefix: '', end_of_word_suffix: '', fuse_unk: false, vocab, merges },
  };
}

/** Pairs that become one, a line each; a first line `#version` is none. @throws TOKENIZER_INVALID */
function readMerges(files: TokenizerFiles): readonly (readonly string[])[] {
  const lines = readText(files, 'merges.txt').split(/\r?\n/);
  const merges = lines.filter((line) => line !== '' && !line.startsWith('#version')).map((line) => line.split(' '));
  const broken = merges.find((merge) => merge.length !== 2);
  if (broken) fail('TOKENIZER_INVALID', { file: 'merges.txt', reason: `"${broken.join(' ')}" is no pair` });
  const clip = merges.find(([, second]) => second?.endsWith('</w>'));
  if (clip) fail('TOKENIZER_INVALID', { file: 'merges.txt', reason: 'its words end with </w>, which is not byte-level BPE' });
  return merges;
}

/** Whether RoBERTa's special tokens go around a text. Where no class is named, a vocabulary that has them says so. @throws TOKENIZER_INVALID */
function isRoberta(settings: Settings, vocab: Vocabulary): boolean {
  const name = classOf(settings, [...GPT2, ...ROBERTA], 'vocab.json');
  return name === undefined ? Object.hasOwn(vocab, '<s>') && Object.hasOwn(vocab, '</s>') : ROBERTA.includes(name);
}

function ends(vocab: Vocabulary, { sep = ROBERTA_TOKENS.sep, cls = ROBERTA_TOKENS.cls }: SpecialTokens): Settings {
  const entry = (token: string): readonly [string, number] => [token, idOf(vocab, token, 'vocab.json')];
  return { type: 'RobertaProcessing', sep: entry(sep), cls: entry(cls) };
}
