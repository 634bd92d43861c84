import { fail } from '../../../../core/index.js';
import type { Content, Dataset, Target } from '../../dataset.js';
import type { ImageDecoder } from '../../decode.js';
import type { Files } from '../../files.js';
import { type MaskOptions, maskSchema } from '../../masks/options.js';
import { hasTextColumns, namesText } from '../text-rows/columns.js';
import { textDataset } from '../text-rows/dataset.js';
import { type Columns, type ColumnsFound, columnsSchema, missingColumn } from './columns.js';
import { hasImageColumn, imageTable } from './image-table.js';
import { numericTable } from './numeric-table.js';
import type { OpenTable } from './open-table.js';
import { type RowLabels, rowLabels } from './row-labels.js';
import { closingOnFailure, type Table, type TableRow } from './table.js';

/** Rows that are looked at to tell what a table holds. */
const LOOKED_AT = 1000;

export interface TableOptions {
  readonly files: Files;
  readonly decoder: ImageDecoder;
  readonly columns?: Columns | undefined;
  /** Names that stand for the numbers a column of labels holds. */
  readonly classes?: readonly string[] | undefined;
  /** Whether to leave the labels out. */
  readonly unlabelled?: boolean | undefined;
  /** How masks are found and read, where they are what is learnt. */
  readonly masks?: MaskOptions | undefined;
  readonly content?: Content['kind'] | undefined;
  readonly target?: Target['kind'] | undefined;
}

/**
 * A data set whose samples are the rows of a table: texts, images by path or numeric inputs.
 * @throws DATA_EMPTY, DATA_COLUMN_MISSING, DATA_COLUMN_TWICE, DATA_COLUMN_REQUIRED, DATA_ROW_INVALID
 */
export function tableDataset(table: Table, options: TableOptions): Promise<Dataset> {
  return closingOnFailure(table, async () => {
    if (table.size === 0) fail('DATA_EMPTY', { path: table.path });
    const columns = columnsSchema.parse(options.columns ?? {});
    const open: OpenTable = { table, columns, first: await firstRows(table) };
    const content = options.content ?? contentOf(table, columns);
    if (content === 'text') return textDataset(open, options);
    const labels = labelsOf(open, options);
    const dataset = await (content === 'image' ? imageTable(open, labels, imageOptions(options)) : numericTable(open, labels));
    // All of it is in memory now.
    await table.close();
    return dataset;
  });
}

function imageOptions({ files, decoder, classes, target, unlabelled = false, masks }: TableOptions) {
  return { files, decoder, classes, ...(target === 'masks' && !unlabelled && { masks: maskSchema.parse(masks ?? {}) }) };
}

function contentOf(table: Table, columns: ColumnsFound): Content['kind'] {
  if (columns.inputs) return 'tensors';
  if (namesText(columns)) return 'text';
  if (hasImageColumn(table, columns)) return 'image';
  return hasTextColumns(table) ? 'text' : missingColumn(table, 'text or image');
}

async function firstRows(table: Table): Promise<readonly TableRow[]> {
  for await (const rows of table.batches()) return rows.slice(0, LOOKED_AT);
  return [];
}

function labelsOf({ table, columns, first }: OpenTable, { unlabelled = false, target, classes }: TableOptions): RowLabels {
  if (unlabelled || target === 'masks') return rowLabels(table, 'none', columns, first, classes);
  const usual = columns.targets ? 'values' : columns.labels ? 'labels' : 'classes';
  const wanted = target === 'labels' || target === 'values' || target === 'none' ? target : usual;
  return rowLabels(table, wanted, columns, first, classes);
}
