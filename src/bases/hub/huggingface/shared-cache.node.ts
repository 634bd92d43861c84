import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { cacheFailure } from '../cache/manifest.node.js';
import { moveFile } from '../move.node.js';
import { allowsLinks, huggingFaceCache } from './environment.node.js';

/**
 * Where the Hub's own clients keep a repository: each content once in `blobs`, under the hash by which the Hub names it; in `snapshots` a folder
 * for each commit, with links to them; in `refs` the commit that a branch or tag had when it was last asked for.
 * Source: huggingface_hub, file_download.py.
 */
export interface SharedRepository {
  readonly folder: string;
}

export function sharedRepository(repo: string): SharedRepository {
  return { folder: join(huggingFaceCache(), ['models', ...repo.split('/')].join('--')) };
}

export function snapshotFolder({ folder }: SharedRepository, commit: string): string {
  return join(folder, 'snapshots', commit);
}

export function blobFile({ folder }: SharedRepository, hash: string): string {
  return join(folder, 'blobs', hash);
}

function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** The commit of a revision, as it is known on this machine. */
export async function knownCommit({ folder }: SharedRepository, revision: string): Promise<string | undefined> {
  if (isCommit(revision)) return revision;
  const commit = (await readFile(join(folder, 'refs', revision), 'utf8').catch(() => '')).trim();
  return isCommit(commit) ? commit : undefined;
}

/** Writes down which commit a revision is. @throws HUB_CACHE_WRITE */
export async function rememberCommit(repository: SharedRepository, revision: string, commit: string): Promise<void> {
  if ((await knownCommit(repository, revision)) === commit) return;
  const file = join(repository.folder, 'refs', revision);
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true }).catch(cacheFailure(file));
    await writeFile(draft, commit).catch(cacheFailure(file));
    await rename(draft, file).catch(cacheFailure(file));
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Puts a blob into a snapshot, in one step: as a link, as the Hub's clients do; where links are not possible, a blob that nothing else can use yet is
 * moved, another copied. @throws HUB_CACHE_WRITE
 */
export async function placeBlob(blob: string, path: string, isNew: boolean): Promise<void> {
  if ((await realpath(path).catch(() => undefined)) === (await realpath(blob))) return;
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true }).catch(cacheFailure(path));
    const isLinked = allowsLinks() && (await symlink(relative(dirname(path), blob), draft).then(() => true, isRefused(path)));
    if (!isLinked && isNew) return await moveFile(blob, path);
    if (!isLinked) await copyFile(blob, draft).catch(cacheFailure(path));
    await rename(draft, path).catch(cacheFailure(path));
  } finally {
    await rm(draft, { force: true });
  }
}

/** What systems and disks without links, or without the right to make them, answer. */
function isRefused(path: string): (error: NodeJS.ErrnoException) => false {
  return (error) => (['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL'].includes(error.code ?? '') ? false : cacheFailure(path)(error));
}
