import { float32, memoryBytes, type StoredArray } from '../../../../core/index.js';
import type { Dataset } from '../../dataset.js';
import { rowDataset } from '../tensor-dataset.js';
import { findColumn, requireExisting } from './columns.js';
import { Floats, RepeatedTexts } from './growing.js';
import { GROUP_COLUMNS } from './image-table.js';
import type { OpenTable } from './open-table.js';
import type { RowLabels } from './row-labels.js';
import { numbersOf, textOf } from './table.js';

/** Rows of numbers that become input tensors. @throws DATA_COLUMN_MISSING, DATA_COLUMN_TWICE, DATA_ROW_INVALID */
export async function numericTable({ table, columns }: OpenTable, { list, read }: RowLabels): Promise<Dataset> {
  const inputs = Object.entries(columns.inputs ?? {}).map(([name, from]) => ({ name, from, values: new Floats() }));
  for (const name of inputs.flatMap(({ from }) => from)) requireExisting(table, name);
  const groupColumn = findColumn(table, GROUP_COLUMNS, columns.group);
  const groups = new RepeatedTexts();
  for await (const rows of table.batches()) {
    for (const row of rows) {
      list.push(read(row));
      groups.push(groupColumn && textOf(row.cell(groupColumn)));
      for (const { from, values } of inputs) for (const name of from) for (const number of numbersOf(table, row, name)) values.push(number);
    }
  }
  const arrays = new Map<string, StoredArray>();
  for (const { name, from, values } of inputs) {
    const dims = [table.size, from.length];
    const { data } = float32(dims, values.slice(0, values.length));
    arrays.set(name, { type: 'float32', dims, source: memoryBytes(new Uint8Array(data.buffer as ArrayBuffer)), offset: 0 });
  }
  return rowDataset({ name: table.path, inputs: arrays, labels: list.finish(), groupOf: (index) => groups.at(index), close: async () => {} });
}
