import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fail } from '../../core/index.js';
import { diskFolder } from './disk.node.js';
import type { HubFolder } from './folder.js';
import type { ResolveOptions } from './options.node.js';
import type { ModelUri } from './uri.js';

/** A file or folder on disk. @throws HUB_PATH_MISSING */
export async function resolvePath(uri: Extract<ModelUri, { kind: 'path' }>, options: ResolveOptions): Promise<HubFolder> {
  const path = resolve(options.baseDir ?? '.', uri.path);
  const stats = await stat(path).catch((error: unknown) => fail('HUB_PATH_MISSING', { path }, error));
  options.events?.emit('ready', { uri: uri.uri, from: 'disk' });
  if (stats.isDirectory()) return { kind: 'path', root: diskFolder(path, uri.uri), source: { uri: uri.uri } };
  const source = { uri: uri.uri, integrity: `sha256-${await sha256(path, 'base64')}` };
  return { kind: 'path', root: diskFolder(dirname(path), uri.uri), entry: basename(path), source };
}

/** SHA-256 of a file, read as a stream. */
export async function sha256(file: string, encoding: 'hex' | 'base64'): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest(encoding);
}
