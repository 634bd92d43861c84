import { RegraftError } from '../../../../core/index.js';
import type { Dataset, Target, TextContent } from '../../dataset.js';
import { findColumn, uniqueIds } from '../tables/columns.js';
import { RepeatedTexts } from '../tables/growing.js';
import { GROUP_COLUMNS, ID_COLUMNS } from '../tables/image-table.js';
import type { OpenTable } from '../tables/open-table.js';
import { textOf } from '../tables/table.js';
import { textReader, unlabelledReader } from './reader.js';
import { textTarget } from './target.js';

interface TextOptions {
  /** Names that stand for the numbers a column of labels or tags holds. */
  readonly classes?: readonly string[] | undefined;
  readonly unlabelled?: boolean | undefined;
  readonly target?: Target['kind'] | undefined;
}

/**
 * Rows of text. Their labels are held in memory, the texts are read when asked for; reading one throws what is wrong with this row alone:
 * TEXT_EMPTY, TEXT_TAGS, DATA_SPAN_INVALID, DATA_ANSWER_MISPLACED.
 * @throws DATA_COLUMN_MISSING, DATA_COLUMN_TWICE, DATA_COLUMN_REQUIRED, DATA_ROW_INVALID
 */
export async function textDataset(open: OpenTable, { classes, unlabelled = false, target: wanted }: TextOptions): Promise<Dataset> {
  const { table, columns, first } = open;
  const reader = unlabelled ? unlabelledReader(open, wanted) : textReader(open, wanted ?? textTarget(table, columns, first), classes);
  const idColumn = findColumn(table, ID_COLUMNS, columns.id);
  const groupColumn = findColumn(table, GROUP_COLUMNS, columns.group);
  const names: string[] = [];
  const groups = new RepeatedTexts();
  for await (const rows of table.batches()) {
    for (const row of rows) {
      reader.list.push(reader.read(row).label);
      if (idColumn !== undefined) names.push(textOf(row.cell(idColumn)) ?? String(names.length));
      groups.push(groupColumn && textOf(row.cell(groupColumn)));
    }
  }
  const ids = idColumn === undefined ? undefined : uniqueIds(names);
  const labels = reader.list.finish();
  const load = async (index: number): Promise<TextContent> => {
    const { content } = reader.read(await table.row(index));
    if (content instanceof RegraftError) throw content;
    return content;
  };
  return {
    name: table.path,
    kind: 'text',
    size: table.size,
    target: labels.target,
    sample: (index) => {
      const group = groups.at(index);
      const location = `${table.path}, ${table.unit} ${table.lineOf(index)}`;
      return { id: ids?.[index] ?? String(index), label: labels.of(index), ...(group !== undefined && { group }), location };
    },
    load,
    bytes: async (index) => textBytes(await load(index)),
    close: () => table.close(),
  };
}

/** The fields of a text in UTF-8, written as JSON so that none can be taken for a part of another. */
export function textBytes({ text, pair, negative, words }: TextContent): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify([text, pair ?? null, negative ?? null, words ?? null]));
}
