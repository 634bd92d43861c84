import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** What a source says the hash of a file is. */
export interface Checksum {
  readonly algorithm: 'md5' | 'sha256' | 'git-sha1';
  /** In hexadecimal; or its beginning, which is what the file names of PyTorch's hub hold. */
  readonly hex: string;
}

/** Bytes that are read at once: more than the usual 64 kB, so that a large file leaves fewer buffers to be collected. */
const PIECE = 2 ** 20;

/** Hash of a file in hexadecimal, read as a stream. `git-sha1`: the name that git gives it. Source: Pro Git, 10.2, "Object Storage". */
export async function digestFile(file: string, algorithm: Checksum['algorithm']): Promise<string> {
  const hash = createHash(algorithm === 'git-sha1' ? 'sha1' : algorithm);
  if (algorithm === 'git-sha1') hash.update(`blob ${(await stat(file)).size}\0`);
  await pipeline(createReadStream(file, { highWaterMark: PIECE }), hash);
  return hash.digest('hex');
}

export interface FileDigest {
  readonly path: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/**
 * One subresource-integrity hash (`sha256-…`) for what an address names: the hash of a single file; of several files, the hash of the lines
 * `HASH  PATH` in the order of their paths, as `sha256sum` writes them.
 */
export function contentIntegrity(files: readonly FileDigest[]): string {
  const [only, ...more] = files;
  if (only && more.length === 0) return `sha256-${Buffer.from(only.sha256, 'hex').toString('base64')}`;
  const lines = [...files].sort((a, b) => (a.path < b.path ? -1 : 1)).map(({ path, sha256 }) => `${sha256}  ${path}\n`);
  return `sha256-${createHash('sha256').update(lines.join('')).digest('base64')}`;
}
