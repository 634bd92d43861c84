import { access, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { blobsOf, removeUnlinked } from '../huggingface/remove.node.js';
import { knownCommit, sharedRepository } from '../huggingface/shared-cache.node.js';
import { type ModelUri, parseUri } from '../uri.js';
import { removeEntry, siblings } from './entry.node.js';
import { type CacheManifest, filesFolder, findCorrupt, MANIFEST, readManifest } from './manifest.node.js';

/** An entry of the cache, whatever state its files are in. */
export interface KeptEntry {
  /** Where its manifest lies. */
  readonly path: string;
  /** Where its files lie. */
  readonly folder: string;
  readonly manifest: CacheManifest;
}

/** Every entry of the cache, by address. */
export async function keptEntries(cacheDir: string): Promise<readonly KeptEntry[]> {
  const found: KeptEntry[] = [];
  for (const path of await entryPaths(cacheDir)) {
    const manifest = await readManifest(path);
    if (manifest && !(await isRemoved(manifest))) found.push({ path, folder: filesFolder(path, manifest), manifest });
  }
  return found.sort((a, b) => a.manifest.uri.localeCompare(b.manifest.uri, 'en', { numeric: true }));
}

/** Whether the program that shares the files has removed them. */
async function isRemoved({ folder, files: [first] }: CacheManifest): Promise<boolean> {
  if (folder === undefined || first === undefined) return false;
  return access(join(folder, first.path)).then(
    () => false,
    () => true,
  );
}

/** Folders with a manifest; what lies in them is content. */
async function entryPaths(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some(({ name }) => name === MANIFEST)) return [folder];
  const below = entries.filter((entry) => entry.isDirectory() && !entry.name.endsWith('.tmp'));
  return (await Promise.all(below.map(({ name }) => entryPaths(join(folder, name))))).flat();
}

/** The entries that an address names: without a version, those of all versions; with the files that belong to it. */
export async function entriesOf(uri: string, cacheDir: string): Promise<readonly KeptEntry[]> {
  const wanted = await withCommit(parseUri(uri));
  return (await keptEntries(cacheDir)).filter(({ manifest }) => manifest.partOf === wanted.uri || isSame(wanted, parseUri(manifest.uri)));
}

/** With the commit that a branch or tag is on this machine. */
async function withCommit(uri: ModelUri): Promise<ModelUri> {
  if (uri.kind !== 'hf' || uri.revision === undefined) return uri;
  return { ...uri, revision: (await knownCommit(sharedRepository(uri.repo), uri.revision)) ?? uri.revision };
}

function isSame(wanted: ModelUri, kept: ModelUri): boolean {
  if (wanted.kind === 'npm' && kept.kind === 'npm') {
    return wanted.name === kept.name && (wanted.version === undefined || wanted.version === kept.version);
  }
  if (wanted.kind === 'hf' && kept.kind === 'hf') {
    const isRevision = wanted.revision === undefined || wanted.revision === kept.revision;
    return wanted.repo === kept.repo && isRevision && (wanted.file === undefined || wanted.file === kept.file);
  }
  if (wanted.kind === 'torch' && wanted.weights === undefined) return kept.kind === 'torch' && kept.entrypoint === wanted.entrypoint;
  return kept.uri === wanted.uri || (wanted.kind === 'tfhub' && wanted.version === undefined && kept.uri.startsWith(`${wanted.uri}/`));
}

/** The first damaged file of an entry; every byte is read. */
export function damagedFile({ path, manifest }: KeptEntry): Promise<string | undefined> {
  return findCorrupt(path, manifest, '', true);
}

/** What other programs write beside a model's folder. */
const MARKERS = ['.complete', '.descriptor.txt'];

/** Removes an entry and its files, also from the cache of the program that shares them; but for what another entry beside it is of, too. */
export async function removeKept({ path, folder, manifest }: KeptEntry): Promise<void> {
  await removeEntry(path);
  if (manifest.folder === undefined) return;
  const blobs = await blobsOf(
    folder,
    manifest.files.map((file) => file.path),
  );
  for (const marker of MARKERS) await rm(`${folder}${marker}`, { force: true });
  const needed = await pathsBeside(path, folder);
  for (const file of manifest.files) if (!needed.has(file.path)) await removeFile(folder, file.path);
  if (blobs.length > 0) await removeUnlinked(folder, blobs);
}

async function pathsBeside(path: string, folder: string): Promise<ReadonlySet<string>> {
  const others = await Promise.all((await siblings(path)).map((name) => readManifest(join(dirname(path), name))));
  return new Set(others.flatMap((other) => (other?.folder === folder ? other.files.map((file) => file.path) : [])));
}

/** Removes a file, and the folders up to `folder` that it leaves empty. */
async function removeFile(folder: string, path: string): Promise<void> {
  await rm(join(folder, path), { force: true });
  for (let inside = path; inside !== '.'; inside = dirname(inside)) {
    const emptied = await rmdir(join(folder, dirname(inside))).then(
      () => true,
      () => false,
    );
    if (!emptied) return;
  }
}
