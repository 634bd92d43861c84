import type { HubFolder } from '../hub/index.js';
import type { ModelSource } from './types.js';

type FileRecord = ModelSource['files'][number];

/** A folder that remembers what was read from it, with sha256, for the provenance of the model. */
export function recordReads(folder: HubFolder): { readonly folder: HubFolder; readonly files: () => Promise<FileRecord[]> } {
  const records = new Map<string, Promise<FileRecord>>();
  const read = async (path: string): Promise<Uint8Array> => {
    const bytes = await folder.root.read(path);
    if (!records.has(path)) {
      const record = describe(folder, path, bytes);
      // Where the import fails first, nobody waits for the hash.
      record.catch(() => undefined);
      records.set(path, record);
    }
    return bytes;
  };
  return { folder: { ...folder, root: { ...folder.root, read } }, files: () => Promise.all(records.values()) };
}

async function describe({ root }: HubFolder, path: string, bytes: Uint8Array): Promise<FileRecord> {
  return { path, bytes: bytes.byteLength, sha256: root.sha256 ? await root.sha256(path) : await digest(bytes) };
}

/** The browser's hash, which copies what it is given. */
async function digest(bytes: Uint8Array): Promise<string> {
  const found = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(found), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
