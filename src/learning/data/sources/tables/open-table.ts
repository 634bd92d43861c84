import type { ColumnsFound } from './columns.js';
import type { Table, TableRow } from './table.js';

/** A table and what is known of it. */
export interface OpenTable {
  readonly table: Table;
  readonly columns: ColumnsFound;
  /** The first rows. */
  readonly first: readonly TableRow[];
}
