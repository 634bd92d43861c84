import { addedTokens, idOf, type Vocabulary } from './added-tokens.js';
import { readObject, readText, type Settings, type TokenizerFiles } from './files.js';
import { readSpecialTokens } from './special-tokens.js';
import { template } from './template.js';
import { classOf } from './tokenizer-class.js';

/** Classes of transformers that read text as BERT does. */
const CLASSES = ['BertTokenizer', 'DistilBertTokenizer', 'ElectraTokenizer', 'MobileBertTokenizer', 'ConvBertTokenizer', 'LayoutLMTokenizer'];

/** What BERT calls its special tokens where no file does. */
const BERT = { unk: '[UNK]', sep: '[SEP]', pad: '[PAD]', cls: '[CLS]', mask: '[MASK]' };

/** `vocab.txt` (a piece a line, its id the number of the line) as the `tokenizer.json` that transformers' `BertTokenizer` makes of it. */
export function readWordPiece(files: TokenizerFiles): Settings {
  const settings = readObject(files, 'tokenizer_config.json');
  classOf(settings, CLASSES, 'vocab.txt');
  const lines = readText(files, 'vocab.txt').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const vocab: Vocabulary = Object.fromEntries(lines.map((line, id) => [line.replace(/\r$/, ''), id]));
  const special = { ...BERT, ...readSpecialTokens(files) };
  idOf(vocab, special.unk, 'vocab.txt');
  return {
    added_tokens: addedTokens(settings, vocab, Object.values(special)),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: settings['tokenize_chinese_chars'] ?? true,
      strip_accents: settings['strip_accents'] ?? null,
      lowercase: settings['do_lower_case'] ?? true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: template('cls A sep', 'cls A sep B:1 sep:1', special, (token) => idOf(vocab, token, 'vocab.txt')),
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: special.unk, continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab },
  };
}
