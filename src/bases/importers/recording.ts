import { type ByteSource, memorySource } from '../../core/index.js';
import { type HubFolder, type OpenFile, openFile } from '../hub/index.js';
import type { ModelSource } from './types.js';

type FileRecord = ModelSource['files'][number];

/** A folder that remembers what was read from it, with sha256, for the provenance of the model. */
export function recordReads(folder: HubFolder): { readonly folder: HubFolder; readonly files: () => Promise<FileRecord[]> } {
  const records = new Map<string, Promise<FileRecord>>();
  const remember = (path: string, file: ByteSource): void => {
    if (records.has(path)) return;
    const record = describe(folder, path, file);
    // Where the import fails first, nobody waits for the hash.
    record.catch(() => undefined);
    records.set(path, record);
  };
  const read = async (path: string): Promise<Uint8Array> => {
    const bytes = await folder.root.read(path);
    remember(path, memorySource(bytes));
    return bytes;
  };
  const open = async (path: string): Promise<OpenFile> => {
    const file = await openFile(folder.root, path);
    remember(path, file);
    return file;
  };
  return { folder: { ...folder, root: { ...folder.root, read, open } }, files: () => Promise.all(records.values()) };
}

async function describe({ root }: HubFolder, path: string, file: ByteSource): Promise<FileRecord> {
  return { path, bytes: file.size, sha256: root.sha256 ? await root.sha256(path) : await digest(file.whole()) };
}

/** The browser's hash, which copies what it is given. */
async function digest(bytes: Uint8Array): Promise<string> {
  const found = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(found), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
