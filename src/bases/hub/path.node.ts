import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { fail } from '../../core/index.js';
import { contentIntegrity, digestFile } from './digest.node.js';
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
  const entry = basename(path);
  const integrity = contentIntegrity([{ path: entry, sha256: await digestFile(path, 'sha256') }]);
  return { kind: 'path', root: diskFolder(dirname(path), uri.uri), entry, source: { uri: uri.uri, integrity } };
}
