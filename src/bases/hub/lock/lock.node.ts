import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { fail } from '../../../core/index.js';
import { withFileLock } from '../cache/file-lock.node.js';
import { contentIntegrity, type FileDigest } from '../digest.node.js';
import type { HubFolder } from '../folder.js';
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
  const files: FileDigest[] = [];
  let total = 0;
  for (const path of entry === undefined ? await root.list() : [entry]) {
    const bytes = await root.read(path);
    total += bytes.byteLength;
    files.push({ path, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  return { integrity: contentIntegrity(files), bytes: total };
}

/** Writes what addresses stand for into the lock file of the project, or a new one in `baseDir`. Returns its path. */
export async function updateLock(bases: Readonly<Record<string, LockedBase>>, baseDir: string): Promise<string> {
  const file = (await findLockFile(baseDir)) ?? join(resolve(baseDir), LOCK_FILE);
  await withFileLock(file, { uri: file }, async () => {
    const before = (await findLockFile(baseDir)) === undefined ? {} : await readLockFile(file);
    await writeLockFile(file, { ...before, ...bases });
  });
  return file;
}
