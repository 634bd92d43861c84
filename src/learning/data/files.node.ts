import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type ByteSource, fail, openDisk } from '../../core/index.node.js';
import type { Files } from './files.js';

/** Files on disk; relative paths resolve against `root` (default: the working directory). */
export function diskFiles(root = '.'): Files {
  const at = (path: string): string => resolve(root, path);
  return {
    list: (folder) => listFolder(at(folder)),
    read: (path) => readWhole(at(path)),
    open: (path) => openFile(at(path)),
    isFolder: async (path) => (await statOf(at(path))).isDirectory(),
    resolveFrom: (file, path) => resolve(dirname(at(file)), path),
  };
}

/** @throws DATA_NOT_FOUND, DATA_UNREADABLE */
async function openFile(path: string): Promise<ByteSource> {
  return openDisk(path).catch((error: unknown) => failToRead(path, error));
}

async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await openFile(path);
  try {
    return await file.read(0, file.size);
  } finally {
    await file.close();
  }
}

async function listFolder(root: string): Promise<string[]> {
  const found: string[] = [];
  /** @param around the folders that hold this one: a link back to one of them is a circle */
  const walk = async (relative: string, around: readonly string[]): Promise<void> => {
    const folder = join(root, relative);
    const real = await realpath(folder).catch((error: unknown) => failToRead(folder, error));
    if (around.includes(real)) return;
    const all = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => failToRead(folder, error));
    const entries = all.filter(({ name }) => !name.startsWith('.'));
    if (entries.length === 0 && relative !== '') found.push(`${relative}/`);
    for (const entry of entries) {
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      // A link to nothing counts as a file: one that cannot be read.
      const kind = entry.isSymbolicLink() ? await stat(join(root, path)).catch(() => undefined) : entry;
      if (kind?.isDirectory()) await walk(path, [...around, real]);
      else if (kind?.isFile() ?? true) found.push(path);
    }
  };
  await walk('', []);
  return found;
}

function statOf(path: string) {
  return stat(path).catch((error: unknown) => failToRead(path, error));
}

function failToRead(path: string, error: unknown): never {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') fail('DATA_NOT_FOUND', { path }, error);
  fail('DATA_UNREADABLE', { file: path, reason: error instanceof Error ? error.message : String(error) }, error);
}
