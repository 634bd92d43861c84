import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fail } from '../../core/index.js';
import type { ByteSource, Files } from './files.js';

/** Largest single read: Node refuses more than 2 GiB at once. */
const CHUNK = 2 ** 30;

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

/** A file on disk as bytes that can be read in parts. @throws DATA_NOT_FOUND, DATA_UNREADABLE */
async function openFile(path: string): Promise<ByteSource> {
  try {
    const handle = await open(path, 'r');
    const { size } = await handle.stat();
    const read = async (offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
      // Checked before memory is taken: a damaged file may claim to be of any size.
      if (offset + length > size) failAtEnd(path, size);
      return readPart(handle, path, offset, length);
    };
    return { size, read, close: () => handle.close() };
  } catch (error) {
    return failToRead(path, error);
  }
}

async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await openFile(path);
  try {
    return await file.read(0, file.size);
  } finally {
    await file.close();
  }
}

async function readPart(handle: FileHandle, path: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle
      .read(bytes, done, Math.min(CHUNK, length - done), offset + done)
      .catch((error: unknown) => failToRead(path, error));
    if (bytesRead === 0) failAtEnd(path, offset + done);
    done += bytesRead;
  }
  return bytes;
}

function failAtEnd(file: string, size: number): never {
  fail('DATA_UNREADABLE', { file, reason: `it ends after ${size} bytes` });
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
