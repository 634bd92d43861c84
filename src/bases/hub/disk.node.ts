import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fail } from '../../core/index.js';
import type { VirtualFolder } from './folder.js';
import { normalizePath } from './uri.js';

/** A folder on disk. Reading cannot leave it. */
export function diskFolder(path: string, uri: string): VirtualFolder {
  return {
    path,
    list: () => listFiles(path),
    read: async (file) => {
      const inside = normalizePath(file) ?? fail('HUB_FILE_MISSING', { path: file, uri });
      return readFile(join(path, inside)).catch((error: unknown) => fail('HUB_FILE_MISSING', { path: file, uri }, error));
    },
  };
}

/** Every file below `folder`, relative and sorted. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')).sort();
}
