import { describe, expect, it } from 'vitest';
import { checkVocabulary, loadTokenizer } from '../../src/index.js';
import { asGolden, goldens, tokenizerFiles } from './golden.js';

const text = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

describe.each(Object.entries(goldens))('%s', (name, golden) => {
  it('gives the ids, types, offsets and words of the library in Python', async () => {
    const tokenizer = await loadTokenizer(tokenizerFiles(name));
    const inputs = golden.texts.map(({ input }) => input);
    const encodings = await tokenizer.encodeBatch(inputs);
    const decoded = await Promise.all(encodings.map(({ ids }) => tokenizer.decode(ids)));
    expect(encodings.map((encoding, index) => asGolden(inputs[index] ?? '', encoding, decoded[index] ?? ''))).toEqual(golden.texts);
  });

  it('cuts texts and pairs as the library does', async () => {
    const tokenizer = await loadTokenizer(tokenizerFiles(name));
    const encodings = await tokenizer.encodeBatch(
      golden.cut.map(({ input }) => input),
      { maxLength: 12 },
    );
    expect(encodings.map(({ ids }) => ids)).toEqual(golden.cut.map(({ ids }) => ids));
    expect(encodings.map(({ offsets }) => offsets)).toEqual(golden.cut.map(({ offsets }) => offsets));
  });

  it('gives the ids alone', async () => {
    const tokenizer = await loadTokenizer(tokenizerFiles(name));
    const inputs = golden.texts.map(({ input }) => input);
    expect(await tokenizer.encodeIds(inputs)).toEqual(golden.texts.map(({ ids }) => Int32Array.from(ids)));
    expect(await tokenizer.encodeIds(inputs, { maxLength: 12 })).toEqual(golden.cut.map(({ ids }) => Int32Array.from(ids)));
  });

  it('divides long texts, and the second of a pair, into windows', async () => {
    const tokenizer = await loadTokenizer(tokenizerFiles(name));
    for (const { input, ids } of golden.windows) {
      const windows = await tokenizer.encodeWindows(input, { maxLength: 12, stride: 4 });
      expect(windows.map((window) => window.ids)).toEqual(ids);
    }
    const windows = await tokenizer.encodeWindows(golden.pairWindows.input, { maxLength: 24, stride: 3 });
    expect(windows.map((window) => window.ids)).toEqual(golden.pairWindows.ids);
  });

  it.runIf(golden.long)('reads a line of a megabyte', async () => {
    const { text: part = '', repeats = 0, count, sum, end } = golden.long ?? {};
    const { ids, offsets } = await (await loadTokenizer(tokenizerFiles(name))).encode(part.repeat(repeats));
    expect([ids.length, ids.reduce((total, id) => total + id, 0), ids.slice(-8)]).toEqual([count, sum, end]);
    expect(Math.max(...(offsets ?? []).slice(-8).map(([, last]) => last))).toBeGreaterThan(part.length * (repeats - 1));
  });
});

it('leaves special tokens out when asked to', async () => {
  const tokenizer = await loadTokenizer(tokenizerFiles('word-piece'));
  const [whole, bare] = [await tokenizer.encode('The dog'), await tokenizer.encode('The dog', { addSpecialTokens: false })];
  expect(bare.ids).toEqual(whole.ids.slice(1, -1));
});

it('counts half a surrogate pair as the one unit it is', async () => {
  const tokenizer = await loadTokenizer(tokenizerFiles('byte-level'));
  const input = 'a \ud83d dog 😀 \ude00x';
  const { offsets = [] } = await tokenizer.encode(input);
  expect(offsets.map(([start, end]) => input.slice(start, end))).toEqual(expect.arrayContaining(['dog', '😀', 'x', '\ud83d', '\ude00']));
});

it('tells the special tokens, the size and the largest id', async () => {
  const { specialIds, vocabularySize, largestId } = await loadTokenizer(tokenizerFiles('word-piece'));
  expect(specialIds).toEqual({ pad: 0, unk: 1, cls: 2, sep: 3, mask: 4 });
  expect([vocabularySize, largestId]).toEqual([330, 329]);
});

it('takes the names of special tokens from the files that hold them', async () => {
  const settings = { pad_token: { content: '[SEP]', lstrip: false }, unk_token: 'not in the vocabulary', cls_token: '[CLS]' };
  const files = new Map([...tokenizerFiles('word-piece'), ['tokenizer_config.json', text(settings)]]);
  files.set('special_tokens_map.json', text({ cls_token: '[MASK]' }));
  expect((await loadTokenizer(files)).specialIds).toEqual({ pad: 3, cls: 4, sep: 3, mask: 4 });
});

const MERGE_WITHOUT_PREFIX = { model: { type: 'BPE', continuing_subword_prefix: '##', vocab: { a: 0, b: 1, ab: 2 }, merges: [['a', 'b']] } };

describe('what cannot be used', () => {
  it('is named when there is no tokenizer', async () => {
    const files = new Map([['preprocessor_config.json', text({})]]);
    await expect(loadTokenizer(files)).rejects.toMatchObject({
      code: 'TOKENIZER_MISSING',
      message: expect.stringContaining('preprocessor_config.json'),
    });
    await expect(loadTokenizer(new Map())).rejects.toMatchObject({ code: 'TOKENIZER_MISSING' });
  });

  it.each([
    ['cut off', '{"model": {', 'DATA_FORMAT_BROKEN'],
    ['no object', '[]', 'DATA_FORMAT_BROKEN'],
    ['no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 'DATA_FORMAT_BROKEN'],
    ['without a model', '{}', 'TOKENIZER_INVALID'],
    ['of an unknown kind', { model: { type: 'Syllables', vocab: { a: 0 } } }, 'TOKENIZER_INVALID'],
    [
      'whose map is cut off',
      { normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAA' }, model: { type: 'Unigram', vocab: [['a', 0]] } },
      'TOKENIZER_INVALID',
    ],
    ['whose merge is shorter than its prefix', MERGE_WITHOUT_PREFIX, 'TOKENIZER_INVALID'],
    ['with ids that are no numbers', { model: { type: 'WordLevel', vocab: { a: 'b' }, unk_token: 'a' } }, 'TOKENIZER_INVALID'],
  ])('is refused: a tokenizer.json %s', async (_, value, code) => {
    const files = new Map([['tokenizer.json', value instanceof Uint8Array ? value : text(value)]]);
    await expect(loadTokenizer(files)).rejects.toMatchObject({ code });
  });

  it.each([
    ['merges.txt is missing', { 'vocab.json': { a: 0 } }, 'TOKENIZER_FILE_MISSING', /merges\.txt beside vocab\.json/],
    ['a merge is no pair', { 'vocab.json': { a: 0 }, 'merges.txt': '#version: 0.2\na b c\n' }, 'TOKENIZER_INVALID', /"a b c" is no pair/],
    ['words end as in CLIP', { 'vocab.json': { a: 0 }, 'merges.txt': 'a b</w>\n' }, 'TOKENIZER_INVALID', /<\/w>/],
    ['a merge is not in the vocabulary', { 'vocab.json': { a: 0, b: 1 }, 'merges.txt': 'a b\n' }, 'TOKENIZER_INVALID', /vocab\.json/],
    [
      'the class is another',
      { 'vocab.json': { a: 0 }, 'merges.txt': '', 'tokenizer_config.json': { tokenizer_class: 'Qwen2Tokenizer' } },
      'TOKENIZER_INVALID',
      /Qwen2Tokenizer/,
    ],
    [
      'the class reads pieces in another way',
      { 'vocab.txt': '[UNK]\n[CLS]\n[SEP]\n', 'tokenizer_config.json': { tokenizer_class: 'BertJapaneseTokenizer' } },
      'TOKENIZER_INVALID',
      /BertJapaneseTokenizer/,
    ],
    ['[UNK] is missing', { 'vocab.txt': '[CLS]\n[SEP]\nthe\n' }, 'TOKENIZER_INVALID', /vocab\.txt.*no token "\[UNK\]"/],
    ['[CLS] is missing', { 'vocab.txt': '[UNK]\n[SEP]\nthe\n' }, 'TOKENIZER_INVALID', /no token "\[CLS\]"/],
    ['the settings are cut off', { 'vocab.txt': '[UNK]\n', 'tokenizer_config.json': '{"do_lower' }, 'DATA_FORMAT_BROKEN', /tokenizer_config\.json/],
  ])('is a vocabulary where %s', async (_, contents, code, message) => {
    const files = new Map(Object.entries(contents).map(([name, value]) => [name, text(value)]));
    await expect(loadTokenizer(files)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('is a length that leaves no room', async () => {
    const tokenizer = await loadTokenizer(tokenizerFiles('word-piece'));
    await expect(tokenizer.encode('The dog', { maxLength: 2 })).rejects.toMatchObject({ code: 'TOKENIZER_LENGTH' });
    await expect(tokenizer.encodeWindows('The dog', { maxLength: 6, stride: 4 })).rejects.toMatchObject({ code: 'TOKENIZER_LENGTH' });
    await expect(tokenizer.encodeWindows(['The dog jumps', 'over'], { maxLength: 6 })).rejects.toMatchObject({ code: 'TOKENIZER_LENGTH' });
  });

  it('is a vocabulary that is larger than what the model embeds', async () => {
    const tokenizer = await loadTokenizer(tokenizerFiles('word-piece'));
    expect(() => checkVocabulary(tokenizer, 330)).not.toThrow();
    expect(() => checkVocabulary(tokenizer, 329)).toThrow(/330 tokens with ids up to 329.*below 329/);
  });
});
