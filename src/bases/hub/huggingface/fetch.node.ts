import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { didYouMean, fail } from '../../../core/index.js';
import { type CacheEntry, createSharedEntry, type NewEntry, removeEntry } from '../cache/entry.node.js';
import { obtain } from '../cache/obtain.node.js';
import type { ResolveOptions } from '../options.node.js';
import { type Choice, choose, filesOf } from './choose.js';
import { entryOf, offlineEntryOf, openKept, type Pinned } from './entry.node.js';
import { obtainFile, type Snapshot } from './file.node.js';
import { askHub, type Listing } from './listing.node.js';
import { rememberCommit, sharedRepository, snapshotFolder } from './shared-cache.node.js';

/**
 * Asks the Hub what a revision is, and downloads what of it is not there yet.
 * @throws HUB_FILE_NOT_IN_REPOSITORY, HUB_WEIGHTS_MISSING and the errors of the download
 */
export async function fetchFromHub(
  address: Pinned['address'],
  revision: string,
  options: ResolveOptions,
): Promise<CacheEntry & { from: 'cache' | 'network' }> {
  const { uri, repo } = address;
  const listing = await askHub({ uri, repo, revision }, options);
  const choice = choose([...listing.files.keys()], address.file) ?? refuse(address, listing);
  const pinned = { address, commit: listing.commit };
  const entry = { ...entryOf(pinned, options), ...(listing.licence !== undefined && { licence: listing.licence }) };
  const wanted = { uri: entry.uri, path: entry.path, find: () => openKept(pinned, entry, options) };
  const found = await obtain({ ...wanted, fetch: () => fetchSnapshot(entry, choice, { pinned, listing, options }) }, options);
  if (revision !== listing.commit) await rememberCommit(sharedRepository(repo), revision, listing.commit);
  await removeEntry(offlineEntryOf(pinned, options).path);
  return found;
}

interface Fetch {
  readonly pinned: Pinned;
  readonly listing: Listing;
  readonly options: ResolveOptions;
}

async function fetchSnapshot(entry: NewEntry, choice: Choice, { pinned, listing, options }: Fetch): Promise<CacheEntry> {
  const { address, commit } = pinned;
  const snapshot: Snapshot = { repo: address.repo, commit, shared: sharedRepository(address.repo), work: dirname(entry.path) };
  const folder = snapshotFolder(snapshot.shared, commit);
  const obtainOne = (path: string): Promise<void> =>
    obtainFile(listing.files.get(path) ?? refuse({ ...address, file: path }, listing), snapshot, options);
  // First, since it may name others.
  await obtainOne(choice.main);
  const paths = await filesOf(choice, () => readFile(join(folder, choice.main)));
  for (const path of paths) if (path !== choice.main) await obtainOne(path);
  return createSharedEntry(entry, folder, paths);
}

function refuse({ repo, file }: Pinned['address'], { commit, files }: Listing): never {
  const names = [...files.keys()];
  if (file === undefined)
    return fail('HUB_WEIGHTS_MISSING', { repo, files: shortList(names), example: `hf:${repo}@${commit}/${names.at(-1) ?? 'PATH'}` });
  const hint = didYouMean(file, names);
  return fail('HUB_FILE_NOT_IN_REPOSITORY', { repo, path: file, commit, hint, files: shortList(names) });
}

function shortList(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.slice(0, 20).join(', ') + (names.length > 20 ? ` and ${names.length - 20} more` : '');
}
