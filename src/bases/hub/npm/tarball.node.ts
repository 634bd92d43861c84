import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { x as extract, type ReadEntry } from 'tar';
import { fail } from '../../../core/index.js';
import type { ArchiveLimits } from '../options.node.js';
import { NetworkFailure } from './pack.node.js';

/** Compares a file with a subresource-integrity hash. Returns its size. @throws NetworkFailure when they differ */
export async function verifyIntegrity(file: string, integrity: string): Promise<number> {
  const [algorithm = '', expected = ''] = integrity.split(/-(.*)/s);
  if (!['sha512', 'sha384', 'sha256', 'sha1'].includes(algorithm)) throw new NetworkFailure(`unknown integrity hash "${integrity}"`);
  const hash = createHash(algorithm);
  const size = await stat(file).then(
    (stats) => stats.size,
    () => undefined,
  );
  if (size === undefined) throw new NetworkFailure('npm left no file');
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest('base64');
  if (actual !== expected) throw new NetworkFailure(`the download has the hash ${algorithm}-${actual}, but ${integrity} was announced`);
  return size;
}

export interface ArchiveSize {
  readonly files: number;
  readonly bytes: number;
}

const DEFAULT_LIMITS: ArchiveLimits = { files: 200_000, bytes: 8 * 2 ** 30 };

/**
 * Unpacks an npm tarball. Links are left out; an entry that would leave the folder, or too many or too large ones, stop it.
 * @throws HUB_ARCHIVE_UNSAFE, HUB_ARCHIVE_BROKEN
 */
export async function unpack(file: string, folder: string, limits: ArchiveLimits = DEFAULT_LIMITS): Promise<ArchiveSize> {
  const guard = new ArchiveGuard(limits);
  try {
    await extract({ file, cwd: folder, strip: 1, strict: true, noMtime: true, filter: (path, entry) => guard.admit(path, entry as ReadEntry) });
  } catch (error) {
    guard.rethrow(file);
    fail('HUB_ARCHIVE_BROKEN', { reason: error instanceof Error ? error.message : String(error) }, error);
  }
  guard.rethrow(file);
  return { files: guard.files, bytes: guard.bytes };
}

/** Decides entry by entry; remembers the first reason to refuse the archive and admits nothing after it. */
class ArchiveGuard {
  files = 0;
  bytes = 0;
  #refusal: { readonly entry: string; readonly reason: string } | undefined;
  readonly #limits: ArchiveLimits;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  admit(path: string, entry: ReadEntry): boolean {
    if (this.#refusal) return false;
    if (/^(?:[\\/]|[a-z]:)/i.test(path) || path.split(/[\\/]/).includes('..')) return this.#refuse(path, 'it would leave its folder');
    if (entry.type === 'Directory') return true;
    if (entry.type !== 'File' && entry.type !== 'OldFile') return false;
    this.files += 1;
    this.bytes += entry.size;
    if (this.files > this.#limits.files) return this.#refuse(path, `there are more than ${this.#limits.files} files`);
    if (this.bytes > this.#limits.bytes) return this.#refuse(path, `it unpacks to more than ${this.#limits.bytes} bytes`);
    return true;
  }

  rethrow(file: string): void {
    if (this.#refusal) fail('HUB_ARCHIVE_UNSAFE', { archive: file, ...this.#refusal });
  }

  #refuse(entry: string, reason: string): false {
    this.#refusal = { entry, reason };
    return false;
  }
}
