import { open } from 'node:fs/promises';
import { fail } from '../../../core/index.js';
import { ArchiveGuard, type ArchiveLimits, type ArchiveSize, DEFAULT_LIMITS } from './guard.js';
import { unpackTar } from './tar.node.js';
import { unpackZip } from './zip.node.js';

export interface Archive {
  /** Where it lies. */
  readonly file: string;
  /** What messages call it. */
  readonly name: string;
  /** Leading folders to leave out of paths in a tar archive; default 0. */
  readonly strip?: number;
}

/**
 * Unpacks an archive, zip or tar, whatever its name says. Links are left out; an entry that would leave the folder, or too many or too large ones,
 * stop it.
 * @throws HUB_ARCHIVE_UNSAFE, HUB_ARCHIVE_BROKEN
 */
export async function unpack({ file, name, strip = 0 }: Archive, folder: string, limits: ArchiveLimits = DEFAULT_LIMITS): Promise<ArchiveSize> {
  const guard = new ArchiveGuard(limits);
  try {
    await ((await isZip(file)) ? unpackZip(file, folder, guard) : unpackTar(file, folder, guard, strip));
  } catch (error) {
    guard.check(name);
    fail('HUB_ARCHIVE_BROKEN', { archive: name, reason: error instanceof Error ? error.message : String(error) }, error);
  }
  guard.check(name);
  return { files: guard.files, bytes: guard.bytes };
}

async function isZip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString('latin1') === 'PK';
  } finally {
    await handle.close();
  }
}
