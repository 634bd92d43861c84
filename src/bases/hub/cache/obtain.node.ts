import { fail } from '../../../core/index.js';
import type { ResolveOptions } from '../options.node.js';
import { type CacheEntry, openEntry } from './entry.node.js';
import { withFileLock } from './file-lock.node.js';

export interface Wanted {
  /** For messages and events. */
  readonly uri: string;
  /** Where its entry lies, or will. */
  readonly path: string;
  /** What is there already and sound; default: the entry at `path`. */
  readonly find?: () => Promise<CacheEntry | undefined>;
  readonly fetch: () => Promise<CacheEntry>;
}

/**
 * The entry that is there, or else the one `fetch` makes. Of several processes one fetches, and the others wait for its result.
 * @throws HUB_OFFLINE where it would have to be fetched
 */
export async function obtain(wanted: Wanted, options: ResolveOptions): Promise<CacheEntry & { readonly from: 'cache' | 'network' }> {
  const find = wanted.find ?? (() => openChecked(wanted.uri, wanted.path, options));
  const found = options.refresh ? undefined : await find();
  if (found) return { ...found, from: 'cache' };
  if (options.offline) fail('HUB_OFFLINE', { uri: wanted.uri });
  const { uri, path } = wanted;
  return withFileLock(path, { uri, signal: options.signal, onWait: () => options.events?.emit('wait', { uri }) }, async () => {
    const meanwhile = options.refresh ? undefined : await find();
    return meanwhile ? { ...meanwhile, from: 'cache' } : { ...(await wanted.fetch()), from: 'network' };
  });
}

/** The entry at `path` when it is sound; says so where it is damaged. */
export function openChecked(uri: string, path: string, options: ResolveOptions, below = ''): Promise<CacheEntry | undefined> {
  const onCorrupt = (file: string): void => options.events?.emit('mend', { uri, file });
  return openEntry(path, { below, full: options.verify ?? false, onCorrupt });
}
