import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Archive, unpack } from '../archive/unpack.node.js';
import { type CacheEntry, createSharedEntry, type NewEntry } from '../cache/entry.node.js';
import { cacheFailure, readManifest } from '../cache/manifest.node.js';
import { openChecked } from '../cache/obtain.node.js';
import type { ResolveOptions } from '../options.node.js';

/** A model's folder in the cache of another program. */
export interface SharedFolder {
  readonly entry: NewEntry;
  readonly folder: string;
  /** Whether the other program counts the folder as whole. */
  readonly isComplete: () => Promise<boolean>;
  /** Takes back, or says, that the folder is whole, in the other program's way. */
  readonly mark: (complete: boolean) => Promise<void>;
}

/** The folder, if it is whole and what it was when it was first seen. */
export async function findShared(shared: SharedFolder, options: ResolveOptions): Promise<CacheEntry | undefined> {
  const { entry, folder, isComplete } = shared;
  if (!(await isComplete())) return undefined;
  const manifest = await readManifest(entry.path);
  if (manifest?.folder === folder) return openChecked(entry.uri, entry.path, options);
  const names = await readdir(folder).catch(() => []);
  return names.length === 0 ? undefined : createSharedEntry(entry, folder);
}

/** Unpacks a downloaded archive into the folder in one step. */
export async function fillShared(shared: SharedFolder, archive: Archive, options: ResolveOptions): Promise<CacheEntry> {
  const { entry, folder, mark } = shared;
  const staging = `${folder}.${randomUUID()}.tmp`;
  try {
    await mkdir(staging, { recursive: true }).catch(cacheFailure(staging));
    options.events?.emit('unpack', { uri: entry.uri, ...(await unpack(archive, staging, options.limits)) });
    await mkdir(dirname(folder), { recursive: true }).catch(cacheFailure(folder));
    await mark(false);
    await rm(folder, { recursive: true, force: true });
    await rename(staging, folder).catch(cacheFailure(folder));
    await mark(true);
  } finally {
    // An archive that is refused may still be written for a moment.
    await rm(staging, { recursive: true, force: true, maxRetries: 5 });
  }
  return createSharedEntry(entry, folder);
}
