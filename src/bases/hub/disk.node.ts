import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type ByteSource, fail, openDisk } from '../../core/index.node.js';
import { digestFile } from './digest.node.js';
import type { VirtualFolder } from './folder.js';
import { normalizePath } from './uri.js';

/** A folder on disk. Reading cannot leave it. */
export function diskFolder(path: string, uri: string): VirtualFolder {
  const missing = (file: string, cause?: unknown): never => fail('HUB_FILE_MISSING', { path: file, uri }, cause);
  const inside = (file: string): string => join(path, normalizePath(file) ?? missing(file));
  return {
    path,
    list: () => listFiles(path),
    read: async (file) => readRange(inside(file), 0).catch((error: unknown) => missing(file, error)),
    open: async (file) => openRanges(inside(file)).catch((error: unknown) => missing(file, error)),
    sha256: async (file) => digestFile(inside(file), 'sha256').catch((error: unknown) => missing(file, error)),
  };
}

/** The file is opened for each read anew: weights are read tensor by tensor, for as long as somebody holds on to one. */
async function openRanges(path: string): Promise<ByteSource> {
  const { size } = await stat(path);
  const read = (offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> => readRange(path, offset, length);
  return { size, read, close: async () => {} };
}

/** @param length up to the end of the file where it is left out */
async function readRange(path: string, offset: number, length?: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await openDisk(path);
  try {
    return await file.read(offset, length ?? file.size - offset);
  } finally {
    await file.close();
  }
}

/** Every file below `folder`, relative and sorted. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')).sort();
}
