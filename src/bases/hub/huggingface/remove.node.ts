import { readdir, readFile, readlink, realpath, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { listFiles } from '../disk.node.js';

/** The blobs that files of a snapshot are links to; none in any other folder. */
export async function blobsOf(folder: string, paths: readonly string[]): Promise<readonly string[]> {
  const targets = await Promise.all(paths.map((path) => target(join(folder, path))));
  return targets.flatMap((blob) => blob ?? []);
}

/** Removes blobs that no snapshot links to any more, refs to commits that are gone, and the folders that this leaves empty. */
export async function removeUnlinked(snapshot: string, blobs: readonly string[]): Promise<void> {
  const snapshots = dirname(snapshot);
  const repository = dirname(snapshots);
  const linked = new Set(await blobsOf(snapshots, await listFiles(snapshots).catch(() => [])));
  for (const blob of blobs) if (!linked.has(blob)) await rm(blob, { force: true });
  const commits = await readdir(snapshots).catch(() => [] as string[]);
  if (!commits.includes(basename(snapshot))) await removeRefs(join(repository, 'refs'), basename(snapshot));
  for (const folder of [join(repository, 'blobs'), join(repository, 'refs'), snapshots, repository]) await rmdir(folder).catch(() => undefined);
}

async function removeRefs(folder: string, commit: string): Promise<void> {
  for (const name of await listFiles(folder).catch(() => [])) {
    if ((await readFile(join(folder, name), 'utf8')).trim() === commit) await rm(join(folder, name), { force: true });
  }
}

/** What a link points to, also where that is gone. */
async function target(path: string): Promise<string | undefined> {
  const link = await readlink(path).catch(() => undefined);
  if (link === undefined || basename(dirname(link)) !== 'blobs') return undefined;
  return resolve(await realpath(dirname(path)), link);
}
