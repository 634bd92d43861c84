import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CacheEntry, createSharedEntry, type NewEntry } from './cache/entry.node.js';
import { readManifest } from './cache/manifest.node.js';
import { obtain, openChecked } from './cache/obtain.node.js';
import { type Checksum, digestFile } from './digest.node.js';
import { diskFolder } from './disk.node.js';
import { download } from './download/download.node.js';
import type { HubFolder } from './folder.js';
import { moveFile } from './move.node.js';
import type { ResolveOptions } from './options.node.js';

/** One file that another program downloads, too, and where that keeps it. */
export interface SharedFile {
  readonly entry: NewEntry;
  readonly url: string;
  readonly folder: string;
  readonly name: string;
  /** What its source says its hash is. */
  readonly expected: Checksum | undefined;
  /** What somebody who may not have it can do, for messages. */
  readonly access?: string;
}

/**
 * A file where the other program keeps it, so that neither downloads what the other has.
 * @throws HUB_OFFLINE and the errors of the download
 */
export async function resolveSharedFile(shared: SharedFile, options: ResolveOptions): Promise<Omit<HubFolder, 'kind'>> {
  const { uri, path } = shared.entry;
  const wanted = { uri, path, find: () => find(shared, options), fetch: () => fetchFile(shared, options) };
  const { folder, manifest, from } = await obtain(wanted, options);
  options.events?.emit('ready', { uri, from });
  const { integrity, licence } = manifest;
  return { root: diskFolder(folder, uri), entry: shared.name, source: { uri, integrity, ...(licence !== undefined && { licence }) } };
}

async function find(shared: SharedFile, options: ResolveOptions): Promise<CacheEntry | undefined> {
  const { uri, path } = shared.entry;
  const manifest = await readManifest(path);
  return manifest?.folder === shared.folder ? openChecked(uri, path, options) : adopt(shared, options);
}

/** Takes over what the other program downloaded, if it is what its source says. */
async function adopt({ folder, name, expected, entry }: SharedFile, options: ResolveOptions): Promise<CacheEntry | undefined> {
  const file = join(folder, name);
  if (!(await stat(file).catch(() => undefined))?.isFile()) return undefined;
  if (expected && !(await digestFile(file, expected.algorithm)).startsWith(expected.hex)) {
    options.events?.emit('mend', { uri: entry.uri, file });
    return undefined;
  }
  return createSharedEntry(entry, folder, [name]);
}

function fetchFile({ entry, url, folder, name, expected, access }: SharedFile, options: ResolveOptions): Promise<CacheEntry> {
  return download({ uri: entry.uri, url, partial: `${entry.path}.partial.tmp`, expected, access }, options, async ({ file }) => {
    await moveFile(file, join(folder, name));
    return createSharedEntry(entry, folder, [name]);
  });
}

/** The address of a file below a storage, or below the mirror of it that `mirror` names. */
export function urlBelow(storage: string, path: string, mirror: string | undefined): string {
  const base = mirror || storage;
  return new URL(path, base.endsWith('/') ? base : `${base}/`).href;
}
