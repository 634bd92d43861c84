import { createHash } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../cache/directory.node.js';
import type { CacheEntry } from '../cache/entry.node.js';
import { cacheFailure } from '../cache/manifest.node.js';
import { obtain } from '../cache/obtain.node.js';
import { diskFolder } from '../disk.node.js';
import { download } from '../download/download.node.js';
import type { HubFolder } from '../folder.js';
import type { ResolveOptions } from '../options.node.js';
import { fillShared, findShared, type SharedFolder } from './shared-folder.node.js';

const FORMAT = 'tf-hub-format';

/** Whether an address is that of a TensorFlow Hub module: at tfhub.dev, or one that asks for the same answer elsewhere. */
export function isModuleUrl(url: string): boolean {
  const { hostname: host, searchParams } = new URL(url);
  return host === 'tfhub.dev' || searchParams.get(FORMAT) === 'compressed';
}

/**
 * A TensorFlow Hub module by its older address, `https://tfhub.dev/OWNER/MODEL/VERSION`: an archive, kept in a folder named after the hash of the
 * address. With TFHUB_CACHE_DIR the folder is shared with the library tensorflow_hub; without, it lies in Regraft's own cache, not in the
 * system's temporary folder, where that library would look and anybody could put something.
 * Source: tensorflow_hub, resolver.py and compressed_module_resolver.py.
 */
export async function resolveModule(url: string, options: ResolveOptions): Promise<HubFolder> {
  const handle = handleOf(url);
  const key = createHash('sha1').update(handle).digest('hex');
  const path = join(options.cacheDir ?? cacheDirectory(), 'tfhub.dev', key);
  const shared = sharedModule(handle, join(process.env['TFHUB_CACHE_DIR'] || join(path, '..', 'modules'), key), path);
  const request = { uri: handle, url: compressed(handle), partial: `${path}.partial.tmp` };
  const fetch = (): Promise<CacheEntry> => download(request, options, ({ file }) => fillShared(shared, { file, name: handle }, options));
  const { folder, manifest, from } = await obtain({ uri: handle, path, find: () => findShared(shared, options), fetch }, options);
  options.events?.emit('ready', { uri: handle, from });
  return { kind: 'https', root: diskFolder(folder, handle), source: { uri: handle, integrity: manifest.integrity } };
}

/** The address that names the module, as users of tensorflow_hub write it. */
function handleOf(url: string): string {
  const handle = new URL(url);
  handle.searchParams.delete(FORMAT);
  return handle.href;
}

function compressed(handle: string): string {
  const url = new URL(handle);
  url.searchParams.set(FORMAT, 'compressed');
  return url.href;
}

function sharedModule(handle: string, folder: string, path: string): SharedFolder {
  const descriptor = `${folder}.descriptor.txt`;
  const text = `Module: ${handle}\nDownload Time: ${new Date().toISOString()}\nDownloader Hostname: ${hostname()} (PID:${process.pid})`;
  return {
    entry: { uri: handle, path },
    folder,
    // The library takes every folder that is there and not empty; it moves them into place whole.
    isComplete: async () => (await readdir(folder).catch(() => [])).length > 0,
    mark: (complete) => (complete ? writeFile(descriptor, text).catch(cacheFailure(descriptor)) : rm(descriptor, { force: true })),
  };
}
