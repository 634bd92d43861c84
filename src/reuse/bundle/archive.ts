import { fail, syncMemory, type Unzipped, unzip } from '../../core/index.js';
import { readModel } from '../../engine/graph/index.js';
import { type BundleFiles, INFO_FILE, MODEL_FILE } from './files.js';

/**
 * The files of a zip archive, unpacked in memory. Where somebody packed the bundle's folder instead of its files, that folder is looked into.
 * @param path name for messages
 * @throws BUNDLE_BROKEN
 */
export function archiveFiles(archive: Uint8Array, path: string): BundleFiles {
  const files = withoutFolder(unpack(archive, path));
  const read = (name: string): Uint8Array | undefined => files.get(name);
  return {
    path,
    list: async () => [...files.keys()].sort(),
    read: async (name) => read(name),
    digest: async (name) => {
      const bytes = read(name);
      return bytes && { sha256: await sha256(bytes), bytes: bytes.byteLength };
    },
    model: async () => readModel(read(MODEL_FILE) ?? new Uint8Array(), (location) => read(location) ?? missing(path, location), MODEL_FILE),
  };
}

function unpack(archive: Uint8Array, path: string): ReadonlyMap<string, Uint8Array> {
  const { files, names } = unzipped(archive, path);
  return names.length > 0
    ? new Map([...files].map(([name, file]) => [name, file.whole()]))
    : fail('BUNDLE_BROKEN', { path, reason: 'it is no zip archive, or it is cut off.' });
}

function unzipped(archive: Uint8Array, path: string): Unzipped {
  try {
    return unzip(syncMemory(archive), (name) => !name.endsWith('/'));
  } catch (cause) {
    return fail('BUNDLE_BROKEN', { path, reason: `it is no zip archive, or it is cut off: ${(cause as Error).message}.` }, cause);
  }
}

function withoutFolder(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  const infos = [...files.keys()].filter((name) => name === INFO_FILE || name.endsWith(`/${INFO_FILE}`));
  const folder = infos.length === 1 ? (infos[0] as string).slice(0, -INFO_FILE.length) : '';
  return new Map([...files].flatMap(([name, bytes]) => (name.startsWith(folder) ? [[name.slice(folder.length), bytes] as const] : [])));
}

function missing(path: string, name: string): never {
  return fail('BUNDLE_BROKEN', { path, reason: `${name} is missing.` });
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
