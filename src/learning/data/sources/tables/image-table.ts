import { fail } from '../../../../core/index.js';
import type { Dataset, Sample } from '../../dataset.js';
import type { ImageDecoder } from '../../decode.js';
import type { Files } from '../../files.js';
import { twoNames } from '../../masks/choose.js';
import { maskFiles } from '../../masks/files.js';
import type { MaskOptionsFound } from '../../masks/options.js';
import { imageDataset } from '../image-dataset.js';
import { alphaDataset, maskedDataset } from '../masked-dataset.js';
import { type ColumnsFound, findColumn, requireColumn, uniqueIds } from './columns.js';
import { RepeatedTexts } from './growing.js';
import type { OpenTable } from './open-table.js';
import type { RowLabels } from './row-labels.js';
import { requireText, type Table, textOf } from './table.js';

const MASK_COLUMNS = ['mask', 'mask_path', 'mask_file', 'segmentation', 'annotation', 'label'];
const IMAGE_COLUMNS = ['image', 'file', 'file_name', 'filename', 'path', 'image_path'];
export const ID_COLUMNS = ['id'];
export const GROUP_COLUMNS = ['group'];

interface ImageAccess {
  readonly files: Files;
  readonly decoder: ImageDecoder;
  /** Where masks are learnt: how they are read. */
  readonly masks?: MaskOptionsFound | undefined;
  /** Class names in the order of the values of masks. */
  readonly classes?: readonly string[] | undefined;
}

export function hasImageColumn(table: Table, columns: ColumnsFound): boolean {
  return findColumn(table, IMAGE_COLUMNS, columns.image ?? columns.file) !== undefined;
}

/**
 * Rows that name image files, and files of masks where these are learnt.
 * @throws DATA_COLUMN_MISSING, DATA_COLUMN_TWICE, DATA_COLUMN_REQUIRED, DATA_ROW_INVALID, DATA_MASK_COLOURS, DATA_MASK_NAMES
 */
export async function imageTable({ table, columns }: OpenTable, { list, read }: RowLabels, access: ImageAccess): Promise<Dataset> {
  const { files, decoder, masks: options, classes } = access;
  const maskColumn = options && options.kind !== 'alpha' ? requireColumn(table, 'mask', MASK_COLUMNS, columns.mask) : undefined;
  const masks: (string | undefined)[] = [];
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
      if (maskColumn !== undefined) masks.push(textOf(row.cell(maskColumn)));
      names.push((idColumn && textOf(row.cell(idColumn))) ?? image);
      groups.push(groupColumn && textOf(row.cell(groupColumn)));
    }
  }
  const labels = list.finish();
  const ids = uniqueIds(names);
  const pathOf = (index: number): string => files.resolveFrom(table.path, images[index] as string);
  const sample = (index: number): Sample => {
    const group = groups.at(index);
    return { id: ids[index] as string, label: labels.of(index), ...(group !== undefined && { group }), location: pathOf(index) };
  };
  const facts = { name: table.path, files, decoder, size: images.length, pathOf, sample };
  if (options === undefined) return imageDataset({ ...facts, target: labels.target });
  if (options.kind === 'alpha') return alphaDataset({ ...facts, names: twoNames(table.path, classes), threshold: options.threshold });
  const maskOf = (index: number): string => {
    const mask = masks[index] ?? fail('DATA_MASK_MISSING', { file: pathOf(index), reason: `the column "${maskColumn}" is empty` });
    return files.resolveFrom(table.path, mask);
  };
  return maskedDataset({ ...facts, masks: await maskFiles({ ...facts, maskOf }, options, classes) });
}
