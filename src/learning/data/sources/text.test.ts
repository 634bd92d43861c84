import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alignTarget } from '../classes.js';
import { allIndices, type Dataset, NO_ANSWER, samplesOf, type TextContent } from '../dataset.js';
import { hashDataset } from '../hash.js';
import type { SourceSpec } from '../open.js';
import { openDataset } from '../open.node.js';
import { SkipLog } from '../skips.js';
import { split } from '../splits/split.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'regraft-text-'));
});
afterAll(() => rm(root, { recursive: true }));

/** Writes files under the test's folder, making folders where needed. */
async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

let written = 0;
/** The data of a new file. */
async function dataOf(extension: string, content: string | Uint8Array, spec: Partial<SourceSpec> = {}): Promise<Dataset> {
  const path = `file${written++}.${extension}`;
  await write({ [path]: content });
  return openDataset({ path, ...spec }, { root });
}

function jsonl(...rows: readonly object[]): string {
  return rows.map((row) => JSON.stringify(row)).join('\n');
}

/** All texts without their kind, or the codes of what is wrong with them; then closes the data. */
async function texts(data: Dataset): Promise<unknown[]> {
  const found = await Promise.all(
    allIndices(data).map((index) =>
      data.load(index).then(
        ({ kind: _, ...content }) => content,
        (error: { code: string }) => error.code,
      ),
    ),
  );
  await data.close();
  return found;
}

function labels(data: Dataset): unknown[] {
  return [...samplesOf(data)].map(({ label }) => label);
}

/** The words of each text. */
async function words(data: Dataset): Promise<(string[] | undefined)[]> {
  return Promise.all(
    allIndices(data).map(async (index) => {
      const content = (await data.load(index)) as TextContent;
      return content.words?.map((span) => content.text.slice(...span));
    }),
  );
}

describe('classes of texts', () => {
  test.each([
    ['csv', 'text,label\n"a, ""b""\nc",x\n é ,y\n'],
    ['tsv', 'sentence\tintent\n"a, ""b""\nc"\tx\né\ty\n'],
    ['csv', '\ufeff"Review";"Sentiment"\r\n"a, ""b""\nc";x\r\n\r\né;y'],
    ['csv', 'category,body\rx,"a, ""b""\nc"\ry,é\r'],
    ['jsonl', '\ufeff{"content":"a, \\"b\\"\\nc","class":"x"}\r\n\r\n{"content":"é","class":"y"}'],
    ['jsonl.gz', gzipSync('{"text":"a, \\"b\\"\\nc","label":"x"}\n{"text":"é","label":"y"}\n')],
  ])('%s: usual names of columns need no mapping (%#)', async (extension, content) => {
    const data = await dataOf(extension, content);
    expect(data).toMatchObject({ kind: 'text', size: 2, target: { kind: 'classes', names: ['x', 'y'] } });
    expect(labels(data)).toEqual([0, 1]);
    expect(await texts(data)).toEqual([{ text: 'a, "b"\nc' }, { text: 'é' }]);
  });

  test('columns may be mapped, ids and groups named; lines are those of the file', async () => {
    const data = await dataOf('csv', 'a,b,id,group\n"one\ntwo",x,n1,g\nthree,y,n2,\n', { columns: { text: 'a', label: 'b' } });
    expect([...samplesOf(data)]).toEqual([
      { id: 'n1', label: 0, group: 'g', location: expect.stringMatching(/, line 2$/) },
      { id: 'n2', label: 1, location: expect.stringMatching(/, line 4$/) },
    ]);
    await data.close();
  });

  test('a text without anything in it is one sample that cannot be read, and counted', async () => {
    const data = await dataOf('csv', 'text,label\nfull,x\n"  ",y\nfull too,y\n');
    const log = new SkipLog(3, 0.5);
    await data.load(1).catch((error: unknown) => log.add(data.sample(1), error));
    expect(log.skips).toEqual([
      { id: '1', location: expect.stringMatching(/line 3$/), reason: expect.stringContaining('line 3: the column "text" is empty') },
    ]);
    expect(await texts(data)).toEqual([{ text: 'full' }, 'TEXT_EMPTY', { text: 'full too' }]);
  });

  test('numbers stand for the names that are given, unless they are names themselves', async () => {
    const rows = 'text,label\na,1\nb,0\n';
    const data = await dataOf('csv', rows, { classes: ['negative', 'positive'] });
    expect([data.target, labels(data)]).toEqual([{ kind: 'classes', names: ['negative', 'positive'] }, [1, 0]]);
    const itself = await dataOf('csv', rows, { classes: ['1', '0'] });
    expect([itself.target, labels(itself)]).toEqual([{ kind: 'classes', names: ['1', '0'] }, [0, 1]]);
    await Promise.all([data.close(), itself.close()]);
  });

  test('without a column of labels there are none, unless a task wants them', async () => {
    const data = await dataOf('csv', 'text,other\na,1\n');
    expect([data.target, labels(data)]).toEqual([{ kind: 'none' }, [undefined]]);
    await data.close();
    await expect(dataOf('csv', 'text,other\na,1\n', { target: 'classes' })).rejects.toMatchObject({
      code: 'DATA_COLUMN_REQUIRED',
      values: { role: 'label' },
    });
    await expect(dataOf('jsonl', jsonl({ text: 'a', label: ['x'] }), { target: 'classes' })).rejects.toThrow('holds ["x"], which is not one class');
  });

  test('a table may hold images, too: the task says what is read', async () => {
    const rows = 'file_name,text,label\na.png,a cat,x\n';
    expect((await dataOf('csv', rows)).kind).toBe('image');
    expect(await texts(await dataOf('csv', rows, { content: 'text' }))).toEqual([{ text: 'a cat' }]);
  });

  test('a folder of text files by class', async () => {
    await write({
      'imdb/pos/1.txt': '\ufefffine',
      'imdb/neg/deep/2.txt': 'bad',
      'imdb/neg/3.txt': ' \n',
      'imdb/neg/notes.feat': '',
      'imdb/README.txt': 'x',
    });
    const data = await openDataset('imdb', { root });
    expect(data).toMatchObject({ kind: 'text', target: { kind: 'classes', names: ['neg', 'pos'] }, ignored: ['neg/notes.feat'] });
    expect([...samplesOf(data)].map(({ id, label }) => [id, label])).toEqual([
      ['neg/3.txt', 0],
      ['neg/deep/2.txt', 0],
      ['pos/1.txt', 1],
    ]);
    expect(await texts(data)).toEqual(['TEXT_EMPTY', { text: 'bad' }, { text: 'fine' }]);
    expect((await openDataset({ path: 'imdb', unlabelled: true }, { root })).size).toBe(4);
    await write({ 'hollow/pos/1.txt': 'a', 'hollow/neg/1.doc': 'b' });
    await expect(openDataset('hollow', { root })).rejects.toThrow(
      'The class folder "neg" of "hollow" holds no text. Its files are of the kinds .doc.',
    );
  });
});

describe('pairs of texts', () => {
  test.each([
    [
      { sentence1: 'a', sentence2: 'b' },
      { text: 'a', pair: 'b' },
    ],
    [
      { hypothesis: 'b', premise: 'a' },
      { text: 'a', pair: 'b' },
    ],
    [
      { question: 'a', sentence: 'b' },
      { text: 'a', pair: 'b' },
    ],
    [
      { prompt: 'a', completion: 'b' },
      { text: 'a', pair: 'b' },
    ],
    [
      { anchor: 'a', positive: 'b', negative: 'c' },
      { text: 'a', pair: 'b', negative: 'c' },
    ],
    [{ text: 'a', other: 'b' }, { text: 'a' }],
  ])('%j', async (row, content) => {
    const data = await dataOf('jsonl', jsonl(row));
    expect(data.target).toEqual({ kind: 'none' });
    expect(await texts(data)).toEqual([content]);
  });

  test('a mapping takes precedence, whatever the columns are called', async () => {
    const row = jsonl({ sentence1: 'a', sentence2: 'b', x: 'c' });
    expect(await texts(await dataOf('jsonl', row, { columns: { prompt: 'x', completion: 'sentence2' } }))).toEqual([{ text: 'c', pair: 'b' }]);
    expect(await texts(await dataOf('jsonl', row, { columns: { text: 'x' } }))).toEqual([{ text: 'c' }]);
    await expect(dataOf('jsonl', row, { columns: { text: 'y' } })).rejects.toMatchObject({ code: 'DATA_COLUMN_MISSING', values: { column: 'y' } });
  });

  test('scores are numbers: in a column of that name, or labels with fractions', async () => {
    const pair = { sentence1: 'a', sentence2: 'b' };
    for (const content of [jsonl({ ...pair, score: 5 }, { ...pair, score: 2.5 }), jsonl({ ...pair, label: 5 }, { ...pair, label: 2.5 })]) {
      const data = await dataOf('jsonl', content);
      expect([data.target.kind, labels(data)]).toEqual(['values', [[5], [2.5]]]);
      await data.close();
    }
  });
});

describe('several labels a text', () => {
  test.each([
    ['jsonl', jsonl({ text: 'a', labels: ['y', 'x'] }, { text: 'b', labels: [] }, { text: 'c', labels: ['z'] }), {}],
    ['csv', 'text,labels\na,y|x\nb,\nc,z\n', {}],
    ['csv', 'text,labels\na,"y, x"\nb,\nc,z\n', {}],
    ['csv', 'text,labels\na,"[""y"",""x""]"\nb,[]\nc,z\n', {}],
    ['csv', 'text,x,y,z\na,1,1,0\nb,0,0,0\nc,0,0,1\n', { labels: ['x', 'y', 'z'] }],
  ])('%s (%#)', async (extension, content, columns) => {
    const data = await dataOf(extension, content, { columns });
    expect(data.target).toEqual({ kind: 'labels', names: ['x', 'y', 'z'] });
    expect(labels(data)).toEqual([
      [1, 1, 0],
      [0, 0, 0],
      [0, 0, 1],
    ]);
    await data.close();
  });

  test('what divides them is the same in the whole column', async () => {
    const data = await dataOf('csv', 'text,labels\na,"food, drink|travel"\nb,"food, drink"\n');
    expect(data.target).toEqual({ kind: 'labels', names: ['food, drink', 'travel'] });
    await data.close();
  });

  test('a column of a label holds 0 or 1', async () => {
    await expect(dataOf('csv', 'text,x\na,2\n', { columns: { labels: ['x'] } })).rejects.toMatchObject({
      code: 'DATA_ROW_INVALID',
      values: { line: 2 },
    });
  });
});

describe('tags of words', () => {
  const tagged = jsonl(
    { tokens: ['U', 'N', 'Rome'], ner_tags: ['B-ORG', 'I-ORG', 'B-LOC'] },
    { tokens: ['a', 'b'], ner_tags: ['O'] },
    { tokens: [], ner_tags: [] },
  );

  test('a row needs as many tags as words', async () => {
    const data = await dataOf('jsonl', tagged);
    expect(data.target).toEqual({ kind: 'tags', names: ['B-LOC', 'B-ORG', 'I-ORG'] });
    expect(labels(data)).toEqual([[1, 2, 0], [], []]);
    const [first, ...others] = await texts(data);
    expect(first).toEqual({
      text: 'U N Rome',
      words: [
        [0, 1],
        [2, 3],
        [4, 8],
      ],
    });
    expect(others).toEqual(['TEXT_TAGS', 'TEXT_EMPTY']);
  });

  test('cells of a table are divided at blanks; numbers stand for given names', async () => {
    const data = await dataOf('csv', 'text,tags\nin  Rome,0 1\n', { target: 'tags', classes: ['O', 'LOC'] });
    expect([labels(data), await words(data)]).toEqual([[[0, 1]], [['in', 'Rome']]]);
    await data.close();
  });

  test.each([
    ['Doccano', { text: '😀 Anna Lee sings.', label: [[2, 10, 'PER']] }],
    ['Doccano, newer', { text: '😀 Anna Lee sings.', entities: [{ id: 1, label: 'PER', start_offset: 2, end_offset: 10 }] }],
    ['spaCy', { text: '😀 Anna Lee sings.', spans: [{ start: 2, end: 10, label: 'PER' }] }],
  ])('spans as %s writes them become BIO tags', async (_, row) => {
    const data = await dataOf('jsonl', jsonl(row, { text: 'none' }));
    expect(data.target).toEqual({ kind: 'tags', names: ['B-PER', 'I-PER', 'O'] });
    expect(labels(data)).toEqual([[2, 0, 1, 2, 2], [2]]);
    expect(await words(data)).toEqual([['😀', 'Anna', 'Lee', 'sings', '.'], ['none']]);
    await data.close();
  });

  test.each([
    [[0, 3, 'X'], 'the span 0 to 3 (X) ends inside of a word'],
    [[1, 4, 'X'], 'the span 1 to 4 (X) begins inside of a word'],
    [[0, 5, 'X'], 'the span 0 to 5 (X) ends at a blank'],
    [[4, 7, 'X'], 'the span 4 to 7 (X) begins at a blank'],
    [[5, 99, 'X'], 'the span 5 to 99 (X) does not lie in the text'],
    [[5, 12, 'X'], 'the span 5 to 12 (X) does not lie in the text'],
    [[5, 5, 'X'], 'the span 5 to 5 (X) is empty'],
  ])('the span %j is refused', async (span, reason) => {
    const data = await dataOf('jsonl', jsonl({ text: 'fine', label: [[0, 4, 'X']] }, { text: 'Anna is 😀', label: [span] }));
    await expect(data.load(1)).rejects.toMatchObject({ code: 'DATA_SPAN_INVALID', message: expect.stringContaining(`line 2: ${reason}.`) });
    expect(labels(data)).toEqual([[0], []]);
    await data.close();
  });

  test('spans may touch, but not overlap', async () => {
    const at = (...spans: unknown[]) => ({ text: "Anna's", label: spans });
    const data = await dataOf('jsonl', jsonl(at([4, 6, 'B'], [0, 4, 'A']), at([0, 5, 'A'], [4, 6, 'B'])));
    expect(labels(data)).toEqual([[0, 1, 3], []]);
    await expect(data.load(1)).rejects.toThrow('the span 4 to 6 (B) overlaps another');
    await data.close();
  });

  test('text to be tagged is divided as tagged text is', async () => {
    const data = await dataOf('jsonl', jsonl({ text: "Anna's 3.5 cats" }), { target: 'tags', unlabelled: true });
    expect(await words(data)).toEqual([['Anna', "'", 's', '3', '.', '5', 'cats']]);
    await data.close();
  });
});

describe('CoNLL', () => {
  const english = '-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n# NN I-NP O\n\n\nRome NNP B-NP B-LOC\n';

  test('of 2003: the first column and the last, or those named', async () => {
    const data = await dataOf('conll', english.replaceAll('\n', '\r\n'));
    expect([data.target, labels(data)]).toEqual([{ kind: 'tags', names: ['B-LOC', 'B-ORG', 'O'] }, [[1, 2, 2], [0]]]);
    expect(await words(data)).toEqual([['EU', 'rejects', '#'], ['Rome']]);
    expect([...samplesOf(data)].map(({ location }) => location.match(/line \d+$/)?.[0])).toEqual(['line 3', 'line 8']);
    for (const tags of ['pos', 1]) {
      const other = await dataOf('conll', english, { columns: { words: 0, tags } });
      expect(other.target).toMatchObject({ names: ['NN', 'NNP', 'VBZ'] });
      await other.close();
    }
    await data.close();
    await expect(dataOf('conll', english, { columns: { tags: 4 } })).rejects.toMatchObject({ code: 'DATA_COLUMN_MISSING' });
  });

  test('a line with fewer columns is named', async () => {
    await expect(dataOf('bio', 'a\tO\n\nb\tO\nc\n')).rejects.toMatchObject({ code: 'DATA_ROW_INVALID', values: { line: 4 } });
  });

  test('-U: comments, multiword tokens and empty nodes are no words', async () => {
    const line = (id: string, form: string, upos: string, xpos: string) => `${id}\t${form}\t_\t${upos}\t${xpos}\t_\t_\t_\t_\t_`;
    const lines = ['# sent_id = 1', '# text = im Haus', line('1-2', 'im', '_', '_'), line('1', 'in', 'ADP', 'APPR'), line('2', 'dem', 'DET', 'ART')];
    const content = [...lines, line('2.1', 'leer', 'X', 'X'), line('3', '#', 'SYM', 'S'), ''].join('\n');
    const data = await dataOf('conllu', content);
    expect([data.target, await words(data)]).toEqual([{ kind: 'tags', names: ['ADP', 'DET', 'SYM'] }, [['in', 'dem', '#']]]);
    await data.close();
    const other = await dataOf('conllu', content, { columns: { tags: 'XPOS' } });
    expect(other.target).toMatchObject({ names: ['APPR', 'ART', 'S'] });
    await other.close();
  });
});

describe('questions', () => {
  const context = '😀 Anna Lee sings in Rome.';
  const answer = { text: 'Rome', answer_start: 20 };
  const squad = (...qas: object[]): string => JSON.stringify({ version: '2', data: [{ title: 't', paragraphs: [{ context, qas }] }] });

  test('SQuAD: starts count code points there, and UTF-16 units here', async () => {
    const data = await dataOf(
      'json',
      squad({ id: 'a', question: 'Where?', answers: [answer] }, { id: 'b', question: 'Why?', answers: [answer], is_impossible: true }),
    );
    expect(data.target).toEqual({ kind: 'answers', names: [NO_ANSWER] });
    expect([...samplesOf(data)]).toEqual([
      { id: 'a', label: [{ text: 'Rome', start: 21 }], location: expect.stringMatching(/row 1$/) },
      { id: 'b', label: [], location: expect.stringMatching(/row 2$/) },
    ]);
    expect(await texts(data)).toEqual([
      { text: 'Where?', pair: context },
      { text: 'Why?', pair: context },
    ]);
  });

  test('an answer that does not stand where it is said to is not used', async () => {
    const data = await dataOf('json', squad({ id: 'a', question: 'Where?', answers: [{ text: 'Rome', answer_start: 19 }] }));
    expect([data.target, labels(data)]).toEqual([{ kind: 'answers', names: [] }, [[]]]);
    await expect(data.load(0)).rejects.toMatchObject({ code: 'DATA_ANSWER_MISPLACED', values: { answer: 'Rome', start: 19 } });
    await data.close();
  });

  test.each([
    ['jsonl', jsonl({ question: 'Where?', context, answers: { text: ['Rome'], answer_start: [20] } })],
    ['jsonl', jsonl({ question: 'Where?', context, answers: [answer] })],
    ['csv', `question,context,answers\nWhere?,${context},"{""text"":[""Rome""],""answer_start"":[20]}"\n`],
  ])('tables: %s (%#)', async (extension, content) => {
    const data = await dataOf(extension, content);
    expect([data.target.kind, labels(data)]).toEqual(['answers', [[{ text: 'Rome', start: 21 }]]]);
    expect(await texts(data)).toEqual([{ text: 'Where?', pair: context }]);
  });

  test.each(['[1]', '{"data":[{"paragraphs":[{"qas":[]}]}]}', '{"data":'])('%s is not SQuAD', async (content) => {
    await expect(dataOf('json', content)).rejects.toMatchObject({ code: 'DATA_FORMAT_BROKEN' });
  });
});

test('a file of texts has one a line', async () => {
  const data = await dataOf('txt', '\ufeffone\r\n\r\n two \nthree');
  expect([data.kind, data.target]).toEqual(['text', { kind: 'none' }]);
  expect(await texts(data)).toEqual([{ text: 'one' }, { text: ' two ' }, { text: 'three' }]);
  await expect(dataOf('txt', '\n')).rejects.toMatchObject({ code: 'DATA_EMPTY' });
  await expect(dataOf('txt', Uint8Array.of(0xff, 0xfe, 0x61))).rejects.toMatchObject({ code: 'DATA_UNREADABLE' });
});

describe('names of training', () => {
  test('tags and several labels are renumbered', async () => {
    const tags = await dataOf('jsonl', jsonl({ tokens: ['a', 'b'], tags: ['O', 'B'] }));
    const aligned = alignTarget(tags, { kind: 'tags', names: ['O', 'I', 'B'] });
    expect([aligned.target, labels(aligned)]).toEqual([{ kind: 'tags', names: ['O', 'I', 'B'] }, [[0, 2]]]);
    const several = await dataOf('jsonl', jsonl({ text: 'a', labels: ['y', 'x'] }, { text: 'b', labels: ['y'] }), { classes: ['z', 'y', 'x'] });
    expect([several.target, labels(several)]).toEqual([
      { kind: 'labels', names: ['z', 'y', 'x'] },
      [
        [0, 1, 1],
        [0, 1, 0],
      ],
    ]);
    await Promise.all([tags.close(), several.close()]);
  });

  test('one that training lacks is refused, and labels of another kind', async () => {
    const tags = await dataOf('jsonl', jsonl({ tokens: ['a', 'b'], tags: ['O', 'B'] }));
    expect(() => alignTarget(tags, { kind: 'tags', names: ['O'] })).toThrow('has the class "B", which is not among the classes O');
    expect(() => alignTarget(tags, { kind: 'labels', names: ['O', 'B'] })).toThrow(
      'has tags of words, but the training data has several classes a sample',
    );
    await tags.close();
  });
});

describe('fingerprints and splits', () => {
  test('fields are not taken for parts of each other', async () => {
    const rows = [
      { sentence1: 'ab', sentence2: 'c' },
      { sentence1: 'a', sentence2: 'bc' },
      { text: 'abc' },
      { text: 'abc', label: 'x' },
      { tokens: ['a', 'bc'] },
      { text: 'a bc' },
    ];
    const hashes = await Promise.all(
      rows.map(async (row) => {
        const data = await dataOf('jsonl', jsonl(row));
        return hashDataset(data).finally(() => data.close());
      }),
    );
    expect(new Set(hashes).size).toBe(rows.length);
    const again = await dataOf('csv', 'sentence1,sentence2\nab,c\n');
    expect(await hashDataset(again)).toBe(hashes[0]);
    await again.close();
  });

  test('texts with several labels are split by number, groups kept whole', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => ({ text: `${i}`, labels: i % 2 ? ['x'] : [], group: `${i >> 1}` }));
    const data = await dataOf('jsonl', jsonl(...rows));
    const { train, test } = split(data, { parts: { train: 'rest', test: { share: 0.2 } }, seed: 1 });
    expect([train.length, test.length]).toEqual([16, 4]);
    const groups = (indices: readonly number[]) => new Set(indices.map((index) => data.sample(index).group));
    expect([...groups(test)].filter((group) => groups(train).has(group))).toEqual([]);
    await data.close();
  });
});
