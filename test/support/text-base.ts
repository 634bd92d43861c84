import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSafetensorsFile } from '../../src/learning/data/index.node.js';
import { generatedWeight } from './generated-weights.js';
import { familyCases } from './huggingface-families.js';

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789.,!?-'];
/** Texts of these words and of any lower-case letters are within the vocabulary of bases that divide words as BERT does. */
export const VOCABULARY = [
  ...SPECIAL,
  ...LETTERS,
  ...LETTERS.map((letter) => `##${letter}`),
  'the',
  'cat',
  'dog',
  'bank',
  'money',
  'runs',
  '##s',
  '##ing',
];
const POSITIONS = 64;

/** Families whose tokenizer is that of a folder beside the tests: bytes, merged in pairs. */
const BYTE_LEVEL: Readonly<Record<string, { readonly files: readonly string[]; readonly padId: number }>> = {
  gpt2: { files: ['vocab.json', 'merges.txt', 'tokenizer_config.json'], padId: 5 },
  roberta: { files: ['vocab.json', 'merges.txt', 'tokenizer_config.json'], padId: 1 },
};

export interface TextBaseOptions {
  /** Configuration that differs, such as the number of labels. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * Writes a folder as transformers saves it: a small model with random weights, of the class of a family, that takes 64 tokens; by its family it knows
 * {@link VOCABULARY} or any bytes.
 * @returns the folder
 */
export async function writeTextBase(
  folder: string,
  type = 'bert',
  className = 'BertForMaskedLM',
  { config: other = {} }: TextBaseOptions = {},
): Promise<string> {
  const golden = familyCases[type]?.[className];
  if (golden === undefined) throw new Error(`no ${className} of ${type}`);
  const { config, weights } = golden;
  const old = { vocabulary: Number(config['vocab_size']), positions: Number(config['max_position_embeddings'] ?? config['n_positions']) };
  const vocabulary = writeTokenizer(folder, type);
  const resized = (name: string, dims: readonly number[]): number[] =>
    dims.map((dim, axis) => {
      if (axis === 0 && dim === old.positions && /position|wpe/.test(name)) return POSITIONS;
      return axis === 0 && dim === old.vocabulary && /word_embed|wte|tok|decoder|lm_head|predictions|vocab|bias/.test(name) ? vocabulary : dim;
    });
  const tensors = Object.entries(weights).map(([name, dims]) => [name, generatedWeight(7, name, resized(name, dims), 1)] as const);
  const sizes = { vocab_size: vocabulary, [config['n_positions'] ? 'n_positions' : 'max_position_embeddings']: POSITIONS };
  const written = { ...config, ...sizes, architectures: [className], pad_token_id: BYTE_LEVEL[type]?.padId ?? 0, ...other };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(written));
  await writeSafetensorsFile(join(folder, 'model.safetensors'), new Map(tensors));
  return folder;
}

/** @returns the number of tokens */
function writeTokenizer(folder: string, type: string): number {
  mkdirSync(folder, { recursive: true });
  const known = BYTE_LEVEL[type];
  if (known === undefined) {
    writeFileSync(join(folder, 'vocab.txt'), VOCABULARY.join('\n'));
    writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ tokenizer_class: 'BertTokenizer', do_lower_case: true }));
    return VOCABULARY.length;
  }
  const at = (name: string): URL => new URL(`../text/${type}/${name}`, import.meta.url);
  for (const name of known.files) copyFileSync(at(name), join(folder, name));
  return Object.keys(JSON.parse(readFileSync(at('vocab.json'), 'utf8')) as object).length;
}
