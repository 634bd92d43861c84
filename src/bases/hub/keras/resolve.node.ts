import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { didYouMean, fail } from '../../../core/index.js';
import { cacheDirectory } from '../cache/directory.node.js';
import type { HubFolder } from '../folder.js';
import { resolveSharedFile, type SharedFile, urlBelow } from '../kept-file.node.js';
import type { ResolveOptions } from '../options.node.js';
import type { ModelUri } from '../uri.js';
import { applications, KERAS_STORAGE, type KerasApplication } from './applications.js';

/**
 * The ImageNet weights of a Keras application, with its classifier. They lie where Keras itself keeps them (`KERAS_HOME/models`), so that neither
 * downloads what the other has.
 * @throws HUB_APPLICATION_UNKNOWN, HUB_OFFLINE and the errors of the download
 */
export async function resolveKeras(address: Extract<ModelUri, { kind: 'keras' }>, options: ResolveOptions): Promise<HubFolder> {
  const { uri, application: architecture } = address;
  const shared = sharedFile(uri, applicationOf(architecture), options);
  return { kind: 'keras', architecture, ...(await resolveSharedFile(shared, options)) };
}

function applicationOf(name: string): KerasApplication {
  const known = Object.hasOwn(applications, name) ? applications[name] : undefined;
  if (known) return known;
  const names = Object.keys(applications);
  return fail('HUB_APPLICATION_UNKNOWN', { name, hint: didYouMean(name, names), known: names.join(', ') });
}

/** What Keras calls the file, and where it keeps it. */
function sharedFile(uri: string, { path, file, hash, licence }: KerasApplication, options: ResolveOptions): SharedFile {
  const name = file ?? basename(path);
  const entry = { uri, path: join(options.cacheDir ?? cacheDirectory(), 'keras', name), ...(licence !== undefined && { licence }) };
  const home = process.env['KERAS_HOME'] ?? join(homedir(), '.keras');
  const expected = hash === undefined ? undefined : ({ algorithm: hash.length === 64 ? 'sha256' : 'md5', hex: hash } as const);
  return { entry, url: urlBelow(KERAS_STORAGE, path, process.env['REGRAFT_KERAS_URL']), folder: join(home, 'models'), name, expected };
}
