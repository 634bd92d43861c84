import type { ByteSource } from '../../core/index.js';
import { type HubFolder, openSyncFile, type SyncFile } from '../hub/index.js';
import type { ModelSource } from './types.js';

type FileRecord = ModelSource['files'][number];

/** A folder that remembers what was read from it, or opened, with sha256, for the provenance of the model. */
export function recordReads(folder: HubFolder): { readonly folder: HubFolder; readonly files: () => Promise<FileRecord[]> } {
  const records = new Map<string, Promise<FileRecord>>();
  const { root } = folder;
  const remember = (path: string, bytes: number, content: () => Promise<Uint8Array>): void => {
    if (records.has(path)) return;
    const record = describe(folder, { path, bytes, content });
    // Where the import fails first, nobody waits for the hash.
    record.catch(() => undefined);
    records.set(path, record);
  };
  const read = async (path: string): Promise<Uint8Array> => {
    const bytes = await root.read(path);
    remember(path, bytes.byteLength, async () => bytes);
    return bytes;
  };
  const open = async (path: string): Promise<ByteSource> => {
    const source = await root.open(path);
    remember(path, source.size, () => root.read(path));
    return source;
  };
  const openSync = async (path: string): Promise<SyncFile> => {
    const file = await openSyncFile(root, path);
    remember(path, file.size, () => root.read(path));
    return file;
  };
  return { folder: { ...folder, root: { ...root, read, open, openSync } }, files: () => Promise.all(records.values()) };
}

interface ReadFile {
  readonly path: string;
  readonly bytes: number;
  readonly content: () => Promise<Uint8Array>;
}

async function describe({ root }: HubFolder, { path, bytes, content }: ReadFile): Promise<FileRecord> {
  return { path, bytes, sha256: root.sha256 ? await root.sha256(path) : await digest(await content()) };
}

/** The browser's hash, which copies what it is given. */
async function digest(bytes: Uint8Array): Promise<string> {
  const found = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(found), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
