import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheDirectory } from '../cache/directory.node.js';
import { type CacheEntry, createEntry } from '../cache/entry.node.js';
import { obtain } from '../cache/obtain.node.js';
import { type Downloaded, download } from '../download/download.node.js';
import { checkedUrl } from '../download/request.node.js';
import { moveFile } from '../move.node.js';
import type { ResolveOptions } from '../options.node.js';

export interface FetchedEntry extends CacheEntry {
  readonly from: 'cache' | 'network';
}

/** A file behind an address, kept in the cache under its own name. `partOf`: the address of the model it belongs to. */
export function fetchFile(url: string, options: ResolveOptions, partOf?: string): Promise<FetchedEntry> {
  const keep = (downloaded: Downloaded, folder: string): Promise<void> => moveFile(downloaded.file, join(folder, fileName(url)));
  return fetchEntry({ url, ...(partOf !== undefined && { partOf }), keep }, options);
}

export interface FetchedBy {
  readonly url: string;
  readonly partOf?: string;
  /** Puts what was downloaded into the folder of the entry. */
  readonly keep: (downloaded: Downloaded, folder: string) => Promise<void>;
}

/** The cache entry of an address. */
export function fetchEntry({ url, partOf, keep }: FetchedBy, options: ResolveOptions): Promise<FetchedEntry> {
  const path = place(url, options);
  const entry = { uri: url, path, ...(partOf !== undefined && { partOf }) };
  const fetch = (): Promise<CacheEntry> =>
    download({ uri: url, url, partial: `${path}.partial.tmp` }, options, (downloaded) =>
      createEntry(entry, async (folder) => {
        await keep(downloaded, folder);
        return {};
      }),
    );
  return obtain({ uri: url, path, fetch }, options);
}

function place(url: string, options: ResolveOptions): string {
  const { host } = checkedUrl(url, url);
  const key = createHash('sha256').update(url).digest('hex').slice(0, 32);
  return join(options.cacheDir ?? cacheDirectory(), 'https', host.replace(':', '_'), key);
}

/** The last part of the path, as a name that every file system takes. */
export function fileName(url: string): string {
  const last = new URL(url).pathname.split('/').findLast((part) => part !== '') ?? '';
  const name = decode(last).replace(/[^\w.+@ -]/g, '_');
  return /^\.*$/.test(name) ? 'file' : name.slice(-200);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
