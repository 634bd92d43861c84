import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fail, RegraftError } from '../../../core/index.js';
import { withFileLock } from '../cache/file-lock.node.js';
import { contentIntegrity, digestFile, type FileDigest } from '../digest.node.js';
import type { HubFolder, VirtualFolder } from '../folder.js';
import { findLockFile, LOCK_FILE, type LockedBase, readLockFile, writeLockFile } from './file.node.js';

/** What a lock file says of an address. */
export interface Lock extends LockedBase {
  readonly file: string;
}

/** What `regraft.lock` says of an address; `undefined` where there is none, or nothing in it. @throws HUB_LOCK_INVALID */
export async function findLock(uri: string, baseDir: string): Promise<Lock | undefined> {
  const file = await findLockFile(baseDir);
  const bases = file === undefined ? {} : await readLockFile(file);
  const base = Object.hasOwn(bases, uri) ? bases[uri] : undefined;
  return base && file !== undefined ? { ...base, file } : undefined;
}

/** @throws HUB_LOCK_MISMATCH */
export async function checkLock(uri: string, folder: HubFolder, { file, integrity: expected }: Lock): Promise<void> {
  const { integrity: actual } = await readContent(folder);
  if (actual !== expected) fail('HUB_LOCK_MISMATCH', { uri, file, expected, actual });
}

export interface Content {
  readonly integrity: string;
  readonly bytes: number;
}

/** Reads all that an address names: its file, or every file of its folder. */
export async function readContent({ root, entry }: HubFolder): Promise<Content> {
  const files: (FileDigest & { readonly bytes: number })[] = [];
  for (const path of entry === undefined ? await root.list() : [entry]) files.push(await digest(root, path));
  return { integrity: contentIntegrity(files), bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** On disk as a stream, since a file may be larger than one buffer. */
async function digest(root: VirtualFolder, path: string): Promise<FileDigest & { readonly bytes: number }> {
  if (root.path !== undefined) {
    const file = join(root.path, path);
    return { path, bytes: (await stat(file)).size, sha256: await digestFile(file, 'sha256') };
  }
  const bytes = await root.read(path);
  return { path, bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Writes what addresses stand for into the lock file of the project, or a new one in `baseDir`. Returns its path. @throws DATA_WRITE_FAILED, HUB_LOCK_INVALID */
export async function updateLock(bases: Readonly<Record<string, LockedBase>>, baseDir: string): Promise<string> {
  const file = (await findLockFile(baseDir)) ?? join(resolve(baseDir), LOCK_FILE);
  await withFileLock(file, { uri: file }, async () => {
    const before = (await findLockFile(baseDir)) === undefined ? {} : await readLockFile(file);
    await writeLockFile(file, { ...before, ...bases });
  }).catch(writeFailure(file));
  return file;
}

/** The project's folder is not the cache. */
function writeFailure(file: string): (error: unknown) => Promise<never> {
  return async (error) => {
    if (error instanceof RegraftError && error.code === 'HUB_CACHE_WRITE')
      fail('DATA_WRITE_FAILED', { file, reason: error.values['reason'] ?? '' }, error);
    throw error;
  };
}
