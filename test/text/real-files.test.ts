import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../src/index.js';
import { filesIn } from './golden.js';

const ROOT = join(process.env['REGRAFT_FIXTURES'] ?? '', 'tokenizers');
const present = Boolean(process.env['REGRAFT_FIXTURES']) && existsSync(ROOT);
if (!present) process.stderr.write('SKIPPED: real tokenizers; set REGRAFT_FIXTURES to the folder that has them under tokenizers/\n');

interface Reference {
  readonly text: string;
  readonly token_ids: readonly number[];
}

const FOLDERS = [
  ['bert-base-uncased', 'bert-base-uncased', 30522],
  ['bert-base-uncased-json', 'bert-base-uncased', 30522],
  ['gpt2', 'gpt2-encoding', 50257],
  ['t5-small', 't5-encoding', 32100],
] as const;

describe.runIf(present)('published tokenizers', () => {
  it.each(FOLDERS)('%s gives the ids that were published with it', async (folder, reference, size) => {
    const tokenizer = await loadTokenizer(filesIn(join(ROOT, folder)));
    const { text, token_ids: ids } = JSON.parse(readFileSync(join(ROOT, reference, 'encoded.json'), 'utf8')) as Reference;
    const found = await tokenizer.encode(text);
    expect(found.ids).toEqual(ids);
    expect(tokenizer.vocabularySize).toBe(size);
  });
});

const ALBERT = join(process.env['REGRAFT_FIXTURES'] ?? '', 'sentencepiece/albert-base-v1');

it.runIf(Boolean(process.env['REGRAFT_FIXTURES']) && existsSync(ALBERT))('the model of ALBERT gives the ids of SentencePiece 0.2.2', async () => {
  const tokenizer = await loadTokenizer(filesIn(ALBERT));
  expect((await tokenizer.encode("The dog doesn't jump.")).ids).toEqual([13, 1, 438, 1952, 1437, 22, 38, 3936, 9]);
  expect(tokenizer.vocabularySize).toBe(30_000);
});
