import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadTokenizer as loadInBrowser } from '../../src/browser.js';
import { loadTokenizer } from '../../src/index.js';
import { tokenizerFiles } from './golden.js';

/** What the package @energetic-ai/embeddings makes of texts. Written by bench/oracles/energetic_vocabulary.mjs. */
interface Row {
  readonly input: string;
  readonly part: readonly number[];
}
const rows = JSON.parse(gunzipSync(readFileSync(fileURLToPath(new URL('pairs.json.gz', import.meta.url)))).toString()) as readonly Row[];

describe.each([
  ['Node', loadTokenizer],
  ['a browser', loadInBrowser],
])('pieces with scores in %s', (_, load) => {
  it('give the ids that TensorFlow.js gives', async () => {
    const tokenizer = await load(tokenizerFiles('pairs'));
    const found = await tokenizer.encodeBatch(rows.map(({ input }) => input));
    expect(found.map(({ ids }, index) => ({ input: rows[index]?.input, ids }))).toEqual(rows.map(({ input, part }) => ({ input, ids: part })));
  });
});

it('refuses what is no list of pieces with scores', async () => {
  const files = (value: unknown): ReadonlyMap<string, Uint8Array> => new Map([['vocab.json', new TextEncoder().encode(JSON.stringify(value))]]);
  await expect(loadTokenizer(files([['a', 'b']]))).rejects.toMatchObject({ code: 'TOKENIZER_INVALID', message: expect.stringContaining('entry 0') });
  await expect(loadTokenizer(files([['a', 0]]))).rejects.toMatchObject({ code: 'TOKENIZER_INVALID', message: expect.stringContaining('1 pieces') });
});
