import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contentIntegrity } from '../digest.node.js';
import { type CacheManifest, cacheFailure, describeFiles, FILES, filesFolder, findCorrupt, readManifest, writeManifest } from './manifest.node.js';

/** A finished entry of the cache. */
export interface CacheEntry {
  readonly manifest: CacheManifest;
  /** The folder with the files. */
  readonly folder: string;
}

export interface EntryCheck {
  /** Only files at or below this path are checked. */
  readonly below: string;
  readonly full: boolean;
  /** Called with the first file that is damaged. */
  readonly onCorrupt: (file: string) => void;
}

/** Opens the entry at `path` when it is there and sound. */
export async function openEntry(path: string, check: EntryCheck): Promise<CacheEntry | undefined> {
  const manifest = await readManifest(path);
  if (!manifest) return undefined;
  const corrupt = await findCorrupt(path, manifest, check.below, check.full);
  if (corrupt === undefined) return { manifest, folder: filesFolder(path, manifest) };
  check.onCorrupt(corrupt);
  return undefined;
}

export interface NewEntry extends Pick<CacheManifest, 'uri' | 'version' | 'licence' | 'partOf'> {
  /** What the source states; left out, that of the content. */
  readonly integrity?: string;
  /** Where the entry goes. */
  readonly path: string;
}

/** What is known of an entry once its files are there. */
export interface Filled {
  /** SPDX identifier, as the files state it. */
  readonly licence?: string | undefined;
}

/**
 * Fills a new entry in a folder of its own and moves it into place in one step, so that a killed process leaves nothing
 * that looks whole. Where another process was first, its entry is used; a damaged one is replaced.
 */
export async function createEntry(entry: NewEntry, fill: (folder: string) => Promise<Filled>): Promise<CacheEntry> {
  return placeEntry(entry.path, async (staging) => {
    const folder = join(staging, FILES);
    await mkdir(folder).catch(cacheFailure(folder));
    const { licence } = await fill(folder);
    return manifestOf({ ...entry, licence }, { files: await describeFiles(folder) });
  });
}

/** An entry for `paths` (default: all files) of a folder that another program keeps, too. */
export function createSharedEntry(entry: NewEntry, folder: string, paths?: readonly string[]): Promise<CacheEntry> {
  return placeEntry(entry.path, async () => manifestOf(entry, { folder, files: await describeFiles(folder, paths) }));
}

function manifestOf({ path: _, ...facts }: NewEntry, held: Pick<CacheManifest, 'folder' | 'files'>): CacheManifest {
  return { integrity: contentIntegrity(held.files), ...facts, fetched: new Date().toISOString(), ...held };
}

async function placeEntry(path: string, fill: (staging: string) => Promise<CacheManifest>): Promise<CacheEntry> {
  const staging = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(staging, { recursive: true }).catch(cacheFailure(staging));
    const manifest = await fill(staging);
    await writeManifest(staging, manifest).catch(cacheFailure(staging));
    const finished = await moveIntoPlace(staging, path, manifest);
    await removeAbandoned(dirname(path));
    return finished;
  } finally {
    // An archive that is refused may still be written for a moment.
    await rm(staging, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function moveIntoPlace(staging: string, path: string, manifest: CacheManifest): Promise<CacheEntry> {
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await rename(staging, path).then(() => true, isTaken)) return { manifest, folder: filesFolder(path, manifest) };
    const existing = await openEntry(path, { below: '', full: true, onCorrupt: () => undefined });
    if (existing?.manifest.integrity === manifest.integrity && existing.manifest.folder === manifest.folder) return existing;
    await removeEntry(path);
  }
  return cacheFailure(path)(new Error('other processes keep replacing it'));
}

/** Moves an entry away under a name of its own before deleting, so nobody sees it half deleted. */
export async function removeEntry(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}.tmp`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { recursive: true, force: true });
}

const ABANDONED_MS = 24 * 3600 * 1000;

/** What killed processes left behind. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const stats = name.endsWith('.tmp') ? await stat(path).catch(() => undefined) : undefined;
    if (stats && Date.now() - stats.mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
}

function isTaken(error: unknown): false {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (['ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOTDIR'].includes(code)) return false;
  return cacheFailure('the cache')(error);
}

/** Names of the finished entries beside `path`: the versions of a package. */
export async function siblings(path: string): Promise<string[]> {
  const names = await readdir(dirname(path)).catch(() => [] as string[]);
  return names.filter((name) => !name.endsWith('.tmp'));
}
