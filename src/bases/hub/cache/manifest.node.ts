import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fail, fileFailure } from '../../../core/index.js';
import { digestFile } from '../digest.node.js';
import { listFiles } from '../disk.node.js';

const fileRecord = z.object({ path: z.string(), bytes: z.number(), modified: z.number(), sha256: z.string() });
const manifestForm = z.object({
  uri: z.string(),
  version: z.string().optional(),
  integrity: z.string(),
  licence: z.string().optional(),
  fetched: z.string().optional(),
  folder: z.string().optional(),
  partOf: z.string().optional(),
  files: z.array(fileRecord),
});

export type FileRecord = Readonly<z.infer<typeof fileRecord>>;

/** What a cache entry holds: written last, so an entry without it is not one. */
export interface CacheManifest {
  /** The address with its version. */
  readonly uri: string;
  readonly version?: string | undefined;
  readonly integrity: string;
  /** SPDX identifier, as the source states it. */
  readonly licence?: string | undefined;
  /** When, as ISO 8601. */
  readonly fetched?: string | undefined;
  /** Where the files lie when that is the cache of another program, which finds them there too. */
  readonly folder?: string | undefined;
  /** The address of the model that these files belong to, where they have an address of their own. */
  readonly partOf?: string | undefined;
  readonly files: readonly FileRecord[];
}

export const FILES = 'files';
export const MANIFEST = 'manifest.json';

/** Describes files of `folder`, hashing as many at once as the disk likes. */
export async function describeFiles(folder: string, paths?: readonly string[]): Promise<FileRecord[]> {
  return mapBatches(paths ?? (await listFiles(folder)), async (path) => {
    const file = join(folder, path);
    const stats = await stat(file);
    return { path, bytes: stats.size, modified: stats.mtimeMs, sha256: await digestFile(file, 'sha256') };
  });
}

export async function writeManifest(entry: string, manifest: CacheManifest): Promise<void> {
  await writeFile(join(entry, MANIFEST), JSON.stringify(manifest));
}

/** The manifest of a cache entry; `undefined` when there is no entry or its manifest cannot be read. */
export async function readManifest(entry: string): Promise<CacheManifest | undefined> {
  const text = await readFile(join(entry, MANIFEST), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return manifestForm.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Where the files of an entry lie. */
export function filesFolder(entry: string, manifest: CacheManifest): string {
  return manifest.folder ?? join(entry, FILES);
}

/**
 * The first file that is not what the manifest says. Size and time are looked at; the sha256 only of files where the time
 * changed (a copied cache), or of all with `full`.
 */
export async function findCorrupt(entry: string, manifest: CacheManifest, below: string, full: boolean): Promise<string | undefined> {
  const folder = filesFolder(entry, manifest);
  const files = manifest.files.filter((file) => below === '' || file.path === below || file.path.startsWith(`${below}/`));
  const checks = await mapBatches(files, async (file) => ((await isIntact(join(folder, file.path), file, full)) ? undefined : file.path));
  return checks.find((path) => path !== undefined);
}

async function isIntact(path: string, record: FileRecord, full: boolean): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  if (stats?.size !== record.bytes) return false;
  return !full && stats.mtimeMs === record.modified ? true : (await digestFile(path, 'sha256')) === record.sha256;
}

const BATCH = 64;

async function mapBatches<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += BATCH) {
    results.push(...(await Promise.all(items.slice(start, start + BATCH).map(run))));
  }
  return results;
}

/** Names the file or the disk when a cache operation fails. */
export function cacheFailure(path: string): (error: unknown) => never {
  return (error) => fail('HUB_CACHE_WRITE', { path, reason: fileFailure(error) }, error);
}
