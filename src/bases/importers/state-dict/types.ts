import type { DataType, Tensor } from '../../../core/index.js';

/** A tensor of a weights file, read when it is asked for. */
export interface StoredWeight {
  readonly type: DataType;
  readonly dims: readonly number[];
  /** The tensor in the type of the file, row-major, in memory of its own or of the folder's. */
  read(): Promise<Tensor>;
}

/** The tensors of a model by name, in the order of the file. */
export type StateDict = ReadonlyMap<string, StoredWeight>;

/** What a weights file holds. */
export interface Weights {
  readonly weights: StateDict;
  /** What the user should know: where in the file the weights were found, what was left out, how names were changed. */
  readonly notes: readonly string[];
}
