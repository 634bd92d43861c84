import type { Dataset } from './dataset.js';
import type { DecodeOptions } from './decode.js';
import { nodeDecoder } from './decode.node.js';
import { diskFiles } from './files.node.js';
import { openSource, type SourceSpec } from './open.js';

export interface OpenOptions {
  /** Folder that relative paths resolve against (default: the working directory). */
  readonly root?: string;
  /** How image files become pixels. */
  readonly decode?: DecodeOptions;
}

/**
 * Opens labelled data on disk: a folder with a sub-folder of images per class, a table, tensors or IDX files.
 * @throws what {@link openSource} throws
 */
export function openDataset(source: string | SourceSpec, { root, decode }: OpenOptions = {}): Promise<Dataset> {
  return openSource(typeof source === 'string' ? { path: source } : source, diskFiles(root), nodeDecoder(decode));
}
