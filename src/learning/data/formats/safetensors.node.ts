import { readSafetensors, type Safetensors, safetensorsChunks, type Tensor } from '../../../core/index.js';
import { writeFileAtomically } from '../atomic-file.node.js';
import { diskFiles } from '../files.node.js';

/** Reads a `.safetensors` file into memory. @throws DATA_NOT_FOUND, DATA_UNREADABLE, DATA_FORMAT_BROKEN */
export async function readSafetensorsFile(path: string): Promise<Safetensors> {
  return readSafetensors(await diskFiles().read(path), path);
}

/**
 * Writes a `.safetensors` file without copying the tensors; the name holds either the whole new file or what it held before.
 * @throws DATA_WRITE_FAILED
 */
export async function writeSafetensorsFile(
  path: string,
  tensors: Iterable<readonly [string, Tensor]>,
  metadata?: Iterable<readonly [string, string]>,
): Promise<void> {
  await writeFileAtomically(path, safetensorsChunks(tensors, metadata));
}
