import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ByteSource, memoryBytes } from '../../../../core/index.js';
import { allIndices, type Dataset, samplesOf } from '../../dataset.js';
import { blobFiles } from '../../files.js';
import { openDataset } from '../../open.node.js';
import { cachedBlocks } from './blocks.js';
import { openCsv } from './csv.js';
import { openJsonl } from './jsonl.js';
import { fileRecords, lineEnd } from './records.js';
import type { Table } from './table.js';

/** Cells with all that is special to CSV, and characters of one to four bytes. */
const cell = fc.string({
  unit: fc.constantFrom('a', ' ', '"', ',', ';', '\t', '\n', '\r\n', 'é', '中', '😀', '\\', "'", '#', '\u2028'),
  maxLength: 8,
});
const rows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 });
/** Longer than what is read at once, so that records of any size lie across its border. */
const filler = fc.oneof({ arbitrary: fc.constant(''), weight: 19 }, fc.constant('x'.repeat(2 ** 20 - 40)));

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function filesOf(content: string) {
  return blobFiles(new Map([['data', new Blob([content])]]));
}

/** All rows read in order, and one by one from the last to the first. */
async function readBoth(table: Table): Promise<[unknown[], unknown[]]> {
  const cells = (row: Awaited<ReturnType<Table['row']>>) => table.columns.map((column) => row.cell(column));
  const scanned: unknown[] = [];
  for await (const batch of table.batches()) scanned.push(...batch.map(cells));
  const single: unknown[] = [];
  for (let index = table.size - 1; index >= 0; index--) single.unshift(cells(await table.row(index)));
  return [scanned, single];
}

describe('rows come back as they were written, in order and one by one', () => {
  test('CSV', async () => {
    const check = async (pairs: readonly (readonly [string, string])[], fill: string, delimiter: string, newline: string, hasLast: boolean) => {
      const all = [['', fill] as const, ...pairs];
      const text = [`b${delimiter}a`, ...all.map((pair) => pair.map(quoted).join(delimiter))].join(newline) + (hasLast ? newline : '');
      const [scanned, single] = await readBoth(await openCsv(filesOf(text), 'data'));
      expect(scanned).toEqual(all);
      expect(single).toEqual(all);
    };
    const delimiter = fc.constantFrom(',', ';', '\t');
    const newline = fc.constantFrom('\n', '\r\n');
    await fc.assert(fc.asyncProperty(rows, filler, delimiter, newline, fc.boolean(), check), { numRuns: 40 });
  });

  test('JSONL', async () => {
    const check = async (pairs: readonly (readonly [string, string])[], fill: string, newline: string) => {
      const all = [['', fill] as const, ...pairs];
      const text = `\ufeff${all.map(([a, b]) => JSON.stringify({ a, b })).join(newline)}`;
      const [scanned, single] = await readBoth(await openJsonl(filesOf(text), 'data'));
      expect(scanned).toEqual(all);
      expect(single).toEqual(all);
    };
    await fc.assert(fc.asyncProperty(rows, filler, fc.constantFrom('\n', '\r\n', '\n \n'), check), { numRuns: 60 });
  });

  test('lines, wherever the parts of a file that are read at once end', async () => {
    const line = fc.uint8Array({ maxLength: 30 }).map((bytes) => bytes.map((byte) => (byte === 0x0a ? 0 : byte)));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), fc.integer({ min: 2 ** 20 - 60, max: 2 ** 20 }), async (lines, length) => {
        const bytes = Buffer.concat([new Uint8Array(length), ...lines].map((one) => Buffer.concat([one, Buffer.from('\n')])));
        const found: string[] = [];
        for await (const records of fileRecords(memoryBytes(new Uint8Array(bytes)), 'data', lineEnd)) {
          found.push(...records.map(({ line: number, start, bytes: { length } }) => `${number}: ${start} + ${length}`));
        }
        let start = 0;
        const expected = [new Uint8Array(length), ...lines].map((one, index) => {
          start += one.length + 1;
          return `${index + 1}: ${start - one.length - 1} + ${one.length + 1}`;
        });
        expect(found).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});

describe('CSV', () => {
  const read = async (text: string) => (await readBoth(await openCsv(filesOf(text), 'data')))[0];

  test('a quotation mark inside of a field stands for itself', async () => {
    expect(await read('a,b\nsay "x" or\n5\',4\n'.replace('or\n', 'or '))).toEqual([['say "x" or 5\'', '4']]);
  });

  test.each([
    ['a,b\n1,2\n\n"x\ny",3\n1,2,3\n', 6, 'it has 3 fields, the header 2'],
    ['a,b\n1,2\n1\n', 3, 'it has 1 fields, the header 2'],
    ['a,b\n1,2\n"x"y,3\n', 3, expect.stringContaining('Invalid Closing Quote')],
    ['a,b\n1,"2\n3\n', 2, expect.stringContaining('Quote Not Closed')],
  ])('%j', async (text, line, reason) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'DATA_ROW_INVALID', values: { reason } });
    await expect(read(text)).rejects.toSatisfy((error: { values: { line: number } }) => error.values.line >= line);
  });
});

test('rows in any order read each part of a file once, as long as there is room', async () => {
  let reads = 0;
  const bytes = Uint8Array.from({ length: 2 ** 18 }, (_, i) => i % 251);
  const read = async (offset: number, length: number) => {
    reads++;
    return bytes.slice(offset, offset + length);
  };
  const source: ByteSource = { ...memoryBytes(bytes), read };
  const blocks = cachedBlocks(source);
  for (let i = 0; i < 2000; i++) {
    const offset = (i * 7919) % (2 ** 18 - 300);
    expect(Buffer.compare(await blocks.read(offset, 300), bytes.subarray(offset, offset + 300))).toBe(0);
  }
  expect(reads).toBe(16);
});

describe('Parquet', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'regraft-parquet-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  const features = {
    label: { names: ['no', 'yes'], _type: 'ClassLabel' },
    ner_tags: { feature: { names: ['O', 'B-X'], _type: 'ClassLabel' }, _type: 'Sequence' },
  };
  const metadata = [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }];

  async function open(columns: Parameters<typeof parquetWriteBuffer>[0]['columnData'], rowGroupSize = 2): Promise<Dataset> {
    await writeFile(join(root, 'data.parquet'), new Uint8Array(parquetWriteBuffer({ columnData: columns, rowGroupSize, kvMetadata: metadata })));
    return openDataset('data.parquet', { root });
  }

  const facts = (data: Dataset) => [...samplesOf(data)].map(({ id, label, location }) => [id, label, location]);

  test('rows of several groups, class names from the metadata', async () => {
    const text = ['a', 'b', 'é', '', 'e'];
    const data = await open([
      { name: 'text', data: text, type: 'STRING' },
      { name: 'label', data: [1n, 0n, 1n, 0n, 0n], type: 'INT64' },
    ]);
    expect(data).toMatchObject({ kind: 'text', size: 5, target: { kind: 'classes', names: ['no', 'yes'] } });
    expect(facts(data)[4]).toEqual(['4', 0, 'data.parquet, row 5']);
    const read = await Promise.all(allIndices(data).map((index) => data.load(index).catch((error: { code: string }) => error.code)));
    expect(read).toEqual(text.map((one) => (one === '' ? 'TEXT_EMPTY' : { kind: 'text', text: one })));
    await data.close();
  });

  test('lists of words and of tags', async () => {
    const data = await open([
      { name: 'tokens', data: [['a', 'b'], ['c']] },
      { name: 'ner_tags', data: [[0, 1], [0]] },
    ]);
    expect([data.target, facts(data).map(([, label]) => label)]).toEqual([{ kind: 'tags', names: ['B-X', 'O'] }, [[1, 0], [1]]]);
    await data.close();
  });

  test('what is no Parquet is refused', async () => {
    await writeFile(join(root, 'broken.parquet'), 'PAR1 but not really, PAR1');
    await expect(openDataset('broken.parquet', { root })).rejects.toMatchObject({ code: 'DATA_FORMAT_BROKEN' });
    await writeFile(join(root, 'empty.parquet'), '');
    await expect(openDataset('empty.parquet', { root })).rejects.toMatchObject({ code: 'DATA_FORMAT_BROKEN' });
  });
});
