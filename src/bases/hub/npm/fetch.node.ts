import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { unpack } from '../archive/unpack.node.js';
import { type CacheEntry, createEntry } from '../cache/entry.node.js';
import type { ResolveOptions } from '../options.node.js';
import { withRetries } from '../retry.node.js';
import { verifyIntegrity } from './integrity.node.js';
import { packPackage } from './pack.node.js';
import { readPackageFile } from './package-file.node.js';

export interface FetchRequest {
  readonly uri: string;
  readonly name: string;
  /** Version, range or tag. */
  readonly version: string | undefined;
  /** Where the entry of a version goes. */
  readonly place: (version: string) => string;
}

/** Downloads a package into the cache, again after a failure of the network. @throws HUB_NETWORK and the errors of the steps */
export function fetchPackage(request: FetchRequest, options: ResolveOptions): Promise<CacheEntry> {
  return withRetries(request.uri, options, () => fetchOnce(request, options));
}

async function fetchOnce(request: FetchRequest, options: ResolveOptions): Promise<CacheEntry> {
  const { uri, name, version } = request;
  const destination = await mkdtemp(join(tmpdir(), 'regraft-npm-'));
  try {
    const spec = version === undefined ? name : `${name}@${version}`;
    const packed = await packPackage({ spec, destination, cwd: resolve(options.baseDir ?? '.'), signal: options.signal });
    const bytes = await verifyIntegrity(packed.file, packed.integrity);
    options.events?.emit('verified', { uri, integrity: packed.integrity, bytes });
    const resolved = `npm:${name}@${packed.version}`;
    const entry = { uri: resolved, version: packed.version, integrity: packed.integrity, path: request.place(packed.version) };
    return await createEntry(entry, async (folder) => {
      const size = await unpack({ file: packed.file, name: resolved, strip: 1 }, folder, options.limits);
      options.events?.emit('unpack', { uri, ...size });
      return { licence: (await readPackageFile(folder))?.licence };
    });
  } finally {
    await rm(destination, { recursive: true, force: true });
  }
}
