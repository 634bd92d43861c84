import type { Dataset } from '../../dataset.js';
import type { ImageDecoder } from '../../decode.js';
import type { Files } from '../../files.js';
import { imageDataset } from '../image-dataset.js';
import { type ColumnsFound, findColumn, requireColumn, uniqueIds } from './columns.js';
import { RepeatedTexts } from './growing.js';
import type { OpenTable } from './open-table.js';
import type { RowLabels } from './row-labels.js';
import { requireText, type Table, textOf } from './table.js';

const IMAGE_COLUMNS = ['image', 'file', 'file_name', 'filename', 'path', 'image_path'];
export const ID_COLUMNS = ['id'];
export const GROUP_COLUMNS = ['group'];

interface ImageAccess {
  readonly files: Files;
  readonly decoder: ImageDecoder;
}

export function hasImageColumn(table: Table, columns: ColumnsFound): boolean {
  return findColumn(table, IMAGE_COLUMNS, columns.image ?? columns.file) !== undefined;
}

/** Rows that name image files. @throws DATA_COLUMN_MISSING, DATA_COLUMN_TWICE, DATA_COLUMN_REQUIRED, DATA_ROW_INVALID */
export async function imageTable({ table, columns }: OpenTable, { list, read }: RowLabels, { files, decoder }: ImageAccess): Promise<Dataset> {
  const imageColumn = requireColumn(table, 'image', IMAGE_COLUMNS, columns.image ?? columns.file);
  const idColumn = findColumn(table, ID_COLUMNS, columns.id);
  const groupColumn = findColumn(table, GROUP_COLUMNS, columns.group);
  const groups = new RepeatedTexts();
  const images: string[] = [];
  const names: string[] = [];
  for await (const rows of table.batches()) {
    for (const row of rows) {
      list.push(read(row));
      const image = requireText(table, row, imageColumn);
      images.push(image);
      names.push((idColumn && textOf(row.cell(idColumn))) ?? image);
      groups.push(groupColumn && textOf(row.cell(groupColumn)));
    }
  }
  const labels = list.finish();
  const ids = uniqueIds(names);
  const pathOf = (index: number): string => files.resolveFrom(table.path, images[index] as string);
  return imageDataset({
    name: table.path,
    files,
    decoder,
    size: images.length,
    target: labels.target,
    pathOf,
    sample: (index) => {
      const group = groups.at(index);
      return { id: ids[index] as string, label: labels.of(index), ...(group !== undefined && { group }), location: pathOf(index) };
    },
  });
}
