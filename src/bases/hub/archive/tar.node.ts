import { x as extract, type ReadEntry } from 'tar';
import type { ArchiveGuard } from './guard.js';

/** Unpacks a tar archive, gzipped or not, without its first `strip` folders. */
export async function unpackTar(file: string, folder: string, guard: ArchiveGuard, strip: number): Promise<void> {
  const filter = (path: string, entry: unknown): boolean => {
    const { type, size } = entry as ReadEntry;
    return guard.admit({ path, kind: kindOf(type), bytes: size });
  };
  await extract({ file, cwd: folder, strip, strict: true, noMtime: true, filter });
}

function kindOf(type: ReadEntry['type']): 'file' | 'folder' | 'other' {
  if (type === 'Directory') return 'folder';
  return type === 'File' || type === 'OldFile' ? 'file' : 'other';
}
