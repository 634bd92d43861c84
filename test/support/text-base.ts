import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSafetensorsFile } from '../../src/learning/data/index.node.js';
import { generatedWeight } from './generated-weights.js';
import { familyCases } from './huggingface-families.js';

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789.,!?-'];
/** Texts of these words and of any lower-case letters are within the vocabulary. */
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

/**
 * Writes a folder as transformers saves it: a small model with random weights, of the class of a family, that knows {@link VOCABULARY} and takes 64 tokens.
 * @returns the folder
 */
export async function writeTextBase(folder: string, type = 'bert', className = 'BertForMaskedLM'): Promise<string> {
  const golden = familyCases[type]?.[className];
  if (golden === undefined) throw new Error(`no ${className} of ${type}`);
  const { config, weights } = golden;
  const old = { vocabulary: Number(config['vocab_size']), positions: Number(config['max_position_embeddings'] ?? config['n_positions']) };
  const resized = (name: string, dims: readonly number[]): number[] =>
    dims.map((dim, axis) => {
      if (axis === 0 && dim === old.positions && /position|wpe/.test(name)) return POSITIONS;
      return axis === 0 && dim === old.vocabulary && /word_embed|wte|tok|decoder|lm_head|predictions|vocab|bias/.test(name) ? VOCABULARY.length : dim;
    });
  const tensors = Object.entries(weights).map(([name, dims]) => [name, generatedWeight(7, name, resized(name, dims), 1)] as const);
  mkdirSync(folder, { recursive: true });
  const sizes = { vocab_size: VOCABULARY.length, [config['n_positions'] ? 'n_positions' : 'max_position_embeddings']: POSITIONS };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, ...sizes, architectures: [className], pad_token_id: 0 }));
  await writeSafetensorsFile(join(folder, 'model.safetensors'), new Map(tensors));
  writeFileSync(join(folder, 'vocab.txt'), VOCABULARY.join('\n'));
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ tokenizer_class: 'BertTokenizer', do_lower_case: true }));
  return folder;
}
