import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { fail } from '../../../core/index.js';
import { cacheDirectory } from '../cache/directory.node.js';
import { type CacheEntry, createSharedEntry, type NewEntry } from '../cache/entry.node.js';
import { readManifest } from '../cache/manifest.node.js';
import { obtain, openChecked } from '../cache/obtain.node.js';
import { type Checksum, digestFile } from '../digest.node.js';
import { diskFolder } from '../disk.node.js';
import { download } from '../download/download.node.js';
import type { HubFolder } from '../folder.js';
import { moveFile } from '../move.node.js';
import type { ResolveOptions } from '../options.node.js';
import type { ModelUri } from '../uri.js';
import { applications, KERAS_STORAGE, type KerasApplication } from './applications.js';

/** What Keras calls the file, and where it keeps it. */
interface KeptFile {
  readonly folder: string;
  readonly name: string;
  readonly expected: Checksum | undefined;
  readonly entry: NewEntry;
}

/**
 * The ImageNet weights of a Keras application, with its classifier. They lie where Keras itself keeps them (`KERAS_HOME/models`), so that neither
 * downloads what the other has.
 * @throws HUB_APPLICATION_UNKNOWN, HUB_OFFLINE and the errors of the download
 */
export async function resolveKeras(address: Extract<ModelUri, { kind: 'keras' }>, options: ResolveOptions): Promise<HubFolder> {
  const { uri, application: architecture } = address;
  const application = applicationOf(architecture);
  const kept = keptFile(uri, application, options);
  const wanted = { uri, path: kept.entry.path, find: () => find(kept, options), fetch: () => fetchWeights(application, kept, options) };
  const { folder, manifest, from } = await obtain(wanted, options);
  options.events?.emit('ready', { uri, from });
  const { integrity, licence } = manifest;
  const source = { uri, integrity, ...(licence !== undefined && { licence }) };
  return { kind: 'keras', root: diskFolder(folder, uri), entry: kept.name, architecture, source };
}

function applicationOf(name: string): KerasApplication {
  const known = Object.hasOwn(applications, name) ? applications[name] : undefined;
  if (known) return known;
  const closeness = (candidate: string): number => distance(name.toLowerCase(), candidate.toLowerCase());
  const nearest = Object.keys(applications).sort((a, b) => closeness(a) - closeness(b))[0] ?? '';
  const hint = closeness(nearest) <= 3 ? ` Did you mean ${nearest}?` : '';
  return fail('HUB_APPLICATION_UNKNOWN', { name, hint, known: Object.keys(applications).join(', ') });
}

function keptFile(uri: string, { path, file, hash, licence }: KerasApplication, options: ResolveOptions): KeptFile {
  const name = file ?? basename(path);
  const entry = { uri, path: join(options.cacheDir ?? cacheDirectory(), 'keras', name), ...(licence !== undefined && { licence }) };
  const home = process.env['KERAS_HOME'] ?? join(homedir(), '.keras');
  const expected = hash === undefined ? undefined : ({ algorithm: hash.length === 64 ? 'sha256' : 'md5', hex: hash } as const);
  return { folder: join(home, 'models'), name, expected, entry };
}

async function find(kept: KeptFile, options: ResolveOptions): Promise<CacheEntry | undefined> {
  const { uri, path } = kept.entry;
  const manifest = await readManifest(path);
  return manifest?.folder === kept.folder ? openChecked(uri, path, options) : adopt(kept, options);
}

/** Takes over what Keras downloaded, if it is what the table says. */
async function adopt({ folder, name, expected, entry }: KeptFile, options: ResolveOptions): Promise<CacheEntry | undefined> {
  const file = join(folder, name);
  if (!(await stat(file).catch(() => undefined))?.isFile()) return undefined;
  if (expected && (await digestFile(file, expected.algorithm)) !== expected.hex) {
    options.events?.emit('mend', { uri: entry.uri, file });
    return undefined;
  }
  return createSharedEntry(entry, folder, [name]);
}

function fetchWeights({ path }: KerasApplication, { folder, name, expected, entry }: KeptFile, options: ResolveOptions): Promise<CacheEntry> {
  const storage = process.env['REGRAFT_KERAS_URL'] ?? KERAS_STORAGE;
  const url = new URL(path, storage.endsWith('/') ? storage : `${storage}/`).href;
  return download({ uri: entry.uri, url, partial: `${entry.path}.partial.tmp`, expected }, options, async ({ file }) => {
    await moveFile(file, join(folder, name));
    return createSharedEntry(entry, folder, [name]);
  });
}
