import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { cacheDirectory } from '../cache/directory.node.js';
import { type CacheEntry, createSharedEntry, type NewEntry } from '../cache/entry.node.js';
import { readManifest } from '../cache/manifest.node.js';
import { openChecked } from '../cache/obtain.node.js';
import type { ResolveOptions } from '../options.node.js';
import type { ModelUri } from '../uri.js';
import { isSnapshotIntact, keptSnapshot } from './kept.node.js';
import { sharedRepository, snapshotFolder } from './shared-cache.node.js';

/** An address at one commit. */
export interface Pinned {
  readonly address: Extract<ModelUri, { kind: 'hf' }>;
  readonly commit: string;
}

/** Regraft's own entry for it: which files were chosen, and what they were. */
export function entryOf({ address: { repo, file }, commit }: Pinned, { cacheDir = cacheDirectory() }: ResolveOptions): NewEntry {
  const name = file === undefined ? 'repository' : createHash('sha256').update(file).digest('hex').slice(0, 32);
  const path = join(cacheDir, 'hf', basename(sharedRepository(repo).folder), commit, name);
  return { uri: `hf:${repo}@${commit}${file === undefined ? '' : `/${file}`}`, version: commit, path };
}

/** The same for what looked whole while the Hub could not be asked. */
export function offlineEntryOf(pinned: Pinned, options: ResolveOptions): NewEntry {
  const entry = entryOf(pinned, options);
  return { ...entry, path: `${entry.path}-offline` };
}

/** The entry, if it is there and sound, and the cache of the Hub's clients still where it was. */
export async function openKept(pinned: Pinned, entry: NewEntry, options: ResolveOptions): Promise<CacheEntry | undefined> {
  const manifest = await readManifest(entry.path);
  return manifest?.folder === folderOf(pinned) ? openChecked(entry.uri, entry.path, options) : undefined;
}

/** Something of a commit that is on this machine. */
export interface Kept {
  readonly commit: string;
  /** `undefined` where something is missing or damaged, or may be, so that the Hub is asked for this commit. */
  readonly entry: CacheEntry | undefined;
}

/** What this machine has for an address, whoever downloaded it; `undefined` for nothing. */
export async function findKept(pinned: Pinned, options: ResolveOptions): Promise<Kept | undefined> {
  const { address, commit } = pinned;
  const shared = sharedRepository(address.repo);
  const own = entryOf(pinned, options);
  const offline = offlineEntryOf(pinned, options);
  const opened = (await openKept(pinned, own, options)) ?? (options.offline ? await openKept(pinned, offline, options) : undefined);
  if (opened) return { commit, entry: opened };
  const snapshot = await keptSnapshot(shared, commit, address.file);
  if (!snapshot) return (await readManifest(own.path)) && { commit, entry: undefined };
  const isEnough = snapshot.isWhole || options.offline;
  if (!isEnough || !(await isSnapshotIntact(shared, commit, snapshot.paths))) return { commit, entry: undefined };
  const entry = { ...(snapshot.isWhole ? own : offline), ...(snapshot.licence !== undefined && { licence: snapshot.licence }) };
  return { commit, entry: await createSharedEntry(entry, folderOf(pinned), snapshot.paths) };
}

function folderOf({ address, commit }: Pinned): string {
  return snapshotFolder(sharedRepository(address.repo), commit);
}
