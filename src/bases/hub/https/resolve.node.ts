import { fail } from '../../../core/index.js';
import { unpack } from '../archive/unpack.node.js';
import { diskFolder } from '../disk.node.js';
import type { Downloaded } from '../download/download.node.js';
import type { HubFolder, HubSource, VirtualFolder } from '../folder.js';
import type { ResolveOptions } from '../options.node.js';
import { isModuleUrl, resolveModule } from '../tfhub/module.node.js';
import { type ModelUri, normalizePath } from '../uri.js';
import { companionsOf } from './companions.js';
import { type FetchedEntry, fetchEntry, fetchFile, fileName } from './file.node.js';

/**
 * A file behind an https address (http on this machine), with the files it refers to; an archive is unpacked. The cache never asks again whether
 * the file is still the same: an address that changes needs `refresh`.
 * @throws HUB_OFFLINE and the errors of the download and of the archive
 */
export async function resolveHttps({ url, uri }: Extract<ModelUri, { kind: 'https' }>, options: ResolveOptions): Promise<HubFolder> {
  if (isModuleUrl(url)) return resolveModule(url, options);
  const isArchive = /\.(?:zip|tar|tar\.gz|tgz)$/i.test(fileName(url));
  const entry = isArchive ? await fetchArchive(url, options) : await fetchFile(url, options);
  options.events?.emit('ready', { uri, from: entry.from });
  const source: HubSource = { uri, integrity: entry.manifest.integrity };
  return isArchive ? { kind: 'https', root: diskFolder(entry.folder, uri), source } : describeFile(entry, source, options);
}

function fetchArchive(url: string, options: ResolveOptions): Promise<FetchedEntry> {
  const keep = async ({ file }: Downloaded, folder: string): Promise<void> => {
    options.events?.emit('unpack', { uri: url, ...(await unpack({ file, name: url }, folder, options.limits)) });
  };
  return fetchEntry({ url, keep }, options);
}

async function describeFile(entry: FetchedEntry, source: HubSource, options: ResolveOptions): Promise<HubFolder> {
  const name = fileName(source.uri);
  const only = diskFolder(entry.folder, source.uri);
  const companions = await companionsOf(name, () => only.read(name));
  if (companions.length === 0) return { kind: 'https', root: only, entry: name, source };
  return { kind: 'https', root: withCompanions(only, name, { companions, uri: source.uri, options }), source: { uri: source.uri } };
}

interface Companions {
  readonly companions: readonly string[];
  readonly uri: string;
  readonly options: ResolveOptions;
}

/** A model of several files: each is fetched when it is read, with the query of the model's own address, as TensorFlow.js does. */
function withCompanions(only: VirtualFolder, name: string, { companions, uri, options }: Companions): VirtualFolder {
  /** The folder that holds the file, and its name there. */
  const locate = async (path: string): Promise<readonly [VirtualFolder, string]> => {
    const inside = normalizePath(path);
    if (inside === name) return [only, name];
    if (inside === undefined || !companions.includes(inside)) fail('HUB_FILE_MISSING', { path, uri });
    const url = new URL(inside.split('/').map(encodeURIComponent).join('/'), uri);
    url.search = new URL(uri).search;
    const { folder } = await fetchFile(url.href, options, uri);
    return [diskFolder(folder, uri), fileName(url.href)];
  };
  return {
    list: async () => [name, ...companions].sort(),
    read: async (path) => {
      const [folder, file] = await locate(path);
      return folder.read(file);
    },
    open: async (path) => {
      const [folder, file] = await locate(path);
      return folder.open(file);
    },
  };
}
