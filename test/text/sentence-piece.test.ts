import { describe, expect, it } from 'vitest';
import { loadTokenizer as loadInBrowser } from '../../src/browser.js';
import { loadTokenizer } from '../../src/index.js';
import { asGolden } from './golden.js';
import { classModels, modelFiles, plainModels } from './models.js';

/** The library in Rust takes the first rule for a letter with marks, where SentencePiece takes the longest; it loses marks by that. */
const isComposed = (text: string): boolean => text === text.normalize('NFC');

describe.each(plainModels)('the model %s on its own', (name, { texts, long }) => {
  it('gives the ids and the text of SentencePiece', async () => {
    const tokenizer = await loadTokenizer(modelFiles(name));
    const known = texts.filter(({ input }) => isComposed(input));
    const encodings = await tokenizer.encodeBatch(known.map(({ input }) => input));
    expect(encodings.map(({ ids }, index) => ({ input: known[index]?.input, ids }))).toEqual(known.map(({ input, ids }) => ({ input, ids })));
    // Of spaces that were typed as pieces, SentencePiece drops those at the beginning.
    for (const { input, ids, decoded } of known) if (!input.includes('▁')) expect(await tokenizer.decode(ids)).toBe(decoded);
  });

  it('gives the ids of SentencePiece in a browser, for letters with marks too', async () => {
    const tokenizer = await loadInBrowser(modelFiles(name));
    for (const { input, ids } of texts) expect({ input, ids: (await tokenizer.encode(input)).ids }).toEqual({ input, ids });
    expect(await tokenizer.decode([])).toBe('');
  });

  it('reads a line of a megabyte', async () => {
    const { ids } = await (await loadTokenizer(modelFiles(name))).encode(long.text.repeat(long.repeats));
    expect([ids.length, ids.reduce((sum, id) => sum + id, 0), ids.slice(-8)]).toEqual([long.count, long.sum, long.end]);
  });
});

it('finds the end of a text under its name, and never in a text', async () => {
  const tokenizer = await loadTokenizer(modelFiles('unigram'));
  expect(tokenizer.tokenId('</s>')).toBe(2);
  expect(tokenizer.specialIds).toMatchObject({ bos: 1, eos: 2, unk: 0 });
  expect((await tokenizer.encode('a </s> b')).ids).not.toContain(2);
});

/** What the library in JavaScript does in another way: it cuts a byte order mark off, and takes symbols such as < for no punctuation. */
const OTHERWISE: Readonly<Record<string, RegExp>> = { 'deberta-v2': /\ufeff/, 'deberta-v2-punctuation': /\ufeff|</, albert: /한/ };

describe.each(classModels)('a model of class %s', (name, golden) => {
  it('gives what the converter of transformers gives', async () => {
    const tokenizer = await loadTokenizer(modelFiles(name));
    const inputs = golden.texts.map(({ input }) => input);
    const encodings = await tokenizer.encodeBatch(inputs);
    const decoded = await Promise.all(encodings.map(({ ids }) => tokenizer.decode(ids)));
    expect(encodings.map((encoding, index) => asGolden(inputs[index] ?? '', encoding, decoded[index] ?? ''))).toEqual(golden.texts);
  });

  it('gives the same ids, types and special tokens in a browser', async () => {
    const tokenizer = await loadInBrowser(modelFiles(name));
    const known = golden.texts.filter(({ input }) => !OTHERWISE[name]?.test(String(input)));
    expect(known.length).toBeGreaterThan(20);
    for (const { input, ids, typeIds, special } of known) {
      const found = await tokenizer.encode(input);
      expect({ input, ids: found.ids, types: found.typeIds }).toEqual({ input, ids, types: typeIds });
      expect(found.sequenceIds.map((id) => Number(id === null))).toEqual(special);
    }
  });

  it('cuts texts and pairs as the library does', async () => {
    const tokenizer = await loadTokenizer(modelFiles(name));
    const inputs = golden.cut.map(({ input }) => input);
    const encodings = await tokenizer.encodeBatch(inputs, { maxLength: 12 });
    expect(encodings.map(({ ids }) => ids)).toEqual(golden.cut.map(({ ids }) => ids));
  });
});

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const model = modelFiles('bpe-rules').get('tokenizer.model') as Uint8Array;
/** A part of a model, written behind the whole: field 2 is what training was told, field 3 how texts are rewritten. */
const part = (field: number, ...content: readonly number[]): Uint8Array => Uint8Array.from([...model, field * 8 + 2, content.length, ...content]);

it.each([
  ['cut off', model.subarray(0, 1000), {}, 'DATA_FORMAT_BROKEN', /SentencePiece/],
  ['empty', new Uint8Array(0), {}, 'TOKENIZER_INVALID', /unknown piece is number 0 of 0/],
  ['of whole words', part(2, 0x18, 3), {}, 'TOKENIZER_INVALID', /whole words/],
  ['with spaces behind words', part(2, 0xc0, 1, 1), {}, 'TOKENIZER_INVALID', /treat_whitespace_as_suffix/],
  ['with spaces as they are', part(3, 0x28, 0), {}, 'TOKENIZER_INVALID', /escape_whitespaces/],
  ['with a map that is cut off', part(3, 0x12, 6, 8, 0, 0, 0, 1, 2), {}, 'TOKENIZER_INVALID', /map of its normalizer/],
  ['with a map that leads out of itself', part(3, 0x12, 9, 4, 0, 0, 0, 0, 4, 0, 0, 0), {}, 'TOKENIZER_INVALID', /map of its normalizer/],
  ['of another class', model, { 'tokenizer_config.json': { tokenizer_class: 'XLNetTokenizer' } }, 'TOKENIZER_INVALID', /XLNetTokenizer/],
  ['of another type', model, { 'config.json': { model_type: 'xlnet' } }, 'TOKENIZER_INVALID', /xlnet.*albert/],
] as const)('refuses a model %s', async (_, content, others, code, message) => {
  const files = new Map([['tokenizer.model', content], ...Object.entries(others).map(([name, value]) => [name, bytes(value)] as const)]);
  await expect(loadTokenizer(files)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

it('adds the tokens that are kept beside the model, and those it lacks behind it', async () => {
  const files = new Map([...modelFiles('deberta-v2'), ['added_tokens.json', bytes({ '<x>': 500 })]]);
  const tokenizer = await loadTokenizer(files);
  expect([tokenizer.tokenId('<x>'), tokenizer.specialIds.mask, tokenizer.largestId]).toEqual([500, 501, 501]);
  expect((await tokenizer.encode('a<x>b', { addSpecialTokens: false })).ids).toContain(500);
  files.set('added_tokens.json', bytes({ '<x>': 502 }));
  await expect(loadTokenizer(files)).rejects.toMatchObject({
    code: 'TOKENIZER_INVALID',
    message: expect.stringContaining('number 502, where 500 is next'),
  });
});
