import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileLock } from '../cache/file-lock.node.js';
import { digestFile } from '../digest.node.js';
import { download } from '../download/download.node.js';
import { moveFile } from '../move.node.js';
import type { ResolveOptions } from '../options.node.js';
import { huggingFaceEndpoint } from './environment.node.js';
import { credentials, type ListedFile } from './listing.node.js';
import { blobFile, placeBlob, type SharedRepository, snapshotFolder } from './shared-cache.node.js';

/** A repository at one commit, on its way to this machine. */
export interface Snapshot {
  readonly repo: string;
  readonly commit: string;
  readonly shared: SharedRepository;
  /** Folder for unfinished downloads and locks. */
  readonly work: string;
}

/**
 * Sees to it that a file is in the snapshot and is what the Hub lists: what is there already, in the snapshot or as the content of another file or
 * commit, is not downloaded again. @throws the errors of the download
 */
export async function obtainFile(file: ListedFile, snapshot: Snapshot, options: ResolveOptions): Promise<void> {
  const { hex } = file.checksum;
  const path = join(snapshotFolder(snapshot.shared, snapshot.commit), file.path);
  const uri = `hf:${snapshot.repo}@${snapshot.commit}/${file.path}`;
  if (await isIntact(path, file)) return;
  if (await exists(path)) options.events?.emit('mend', { uri, file: file.path });
  const lock = { uri, signal: options.signal, onWait: () => options.events?.emit('wait', { uri }) };
  const blob = blobFile(snapshot.shared, hex);
  const partial = join(snapshot.work, `${hex}.partial.tmp`);
  await withFileLock(join(snapshot.work, hex), lock, async () => {
    const isNew = !(await isIntact(blob, file));
    const url = addressOf(file.path, snapshot);
    const request = { uri, url, partial, expected: file.checksum, ...(await credentials(snapshot.repo, url)) };
    if (isNew) await download(request, options, (downloaded) => moveFile(downloaded.file, blob));
    await placeBlob(blob, path, isNew);
  });
}

/** Whether a file is there and is what the Hub lists. */
async function isIntact(path: string, { bytes, checksum }: ListedFile): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.size === bytes && (await digestFile(path, checksum.algorithm)) === checksum.hex;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function addressOf(path: string, { repo, commit }: Snapshot): string {
  return `${huggingFaceEndpoint()}/${repo}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
}
