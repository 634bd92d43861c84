import type { DataType, Tensor } from '../../../core/index.js';

/** A tensor of a weights file, read when it is asked for. */
export interface StoredWeight {
  readonly type: DataType;
  readonly dims: readonly number[];
  read(): Promise<Tensor>;
}

/** The tensors of a model by name, in the order of the file. */
export type StateDict = ReadonlyMap<string, StoredWeight>;
