import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fail } from '../../../core/index.js';
import { type CacheEntry, createEntry } from '../cache/entry.node.js';
import type { ResolveOptions } from '../options.node.js';
import { NetworkFailure, packPackage } from './pack.node.js';
import { unpack, verifyIntegrity } from './tarball.node.js';

export interface FetchRequest {
  readonly uri: string;
  readonly name: string;
  /** Version, range or tag. */
  readonly version: string | undefined;
  /** Where the entry of a version goes. */
  readonly place: (version: string) => string;
}

/** Downloads a package into the cache, again after a failure of the network. @throws HUB_NETWORK and the errors of the steps */
export async function fetchPackage(request: FetchRequest, options: ResolveOptions): Promise<CacheEntry> {
  const attempts = options.attempts ?? 3;
  for (let attempt = 1; ; attempt++) {
    options.events?.emit('fetch', { uri: request.uri, attempt });
    try {
      return await fetchOnce(request, options);
    } catch (error) {
      if (!(error instanceof NetworkFailure)) throw error;
      if (attempt >= attempts) fail('HUB_NETWORK', { uri: request.uri, attempts, reason: error.message }, error);
      const delay = (options.retryDelay ?? 500) * 2 ** (attempt - 1);
      options.events?.emit('retry', { uri: request.uri, reason: error.message, delay });
      await pause(delay, undefined, options.signal ? { signal: options.signal } : {});
    }
  }
}

async function fetchOnce(request: FetchRequest, options: ResolveOptions): Promise<CacheEntry> {
  const { uri, name, version } = request;
  const destination = await mkdtemp(join(tmpdir(), 'regraft-npm-'));
  try {
    const spec = version === undefined ? name : `${name}@${version}`;
    const packed = await packPackage({ spec, destination, cwd: resolve(options.baseDir ?? '.'), signal: options.signal });
    const bytes = await verifyIntegrity(packed.file, packed.integrity);
    options.events?.emit('verified', { uri, integrity: packed.integrity, bytes });
    const entry = { uri, version: packed.version, integrity: packed.integrity, path: request.place(packed.version) };
    return await createEntry(entry, async (folder) => {
      const size = await unpack(packed.file, folder, options.limits);
      options.events?.emit('unpack', { uri, ...size });
    });
  } finally {
    await rm(destination, { recursive: true, force: true });
  }
}
