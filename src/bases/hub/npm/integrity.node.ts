import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { NetworkFailure } from '../retry.node.js';

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
