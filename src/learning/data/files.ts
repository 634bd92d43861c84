import { type ByteSource, fail } from '../../core/index.js';

/** A folder of files, on disk or chosen in a browser. Paths use `/` and resolve against the folder. */
export interface Files {
  /** Relative paths of all files under `folder`, hidden ones left out, and of empty folders, ending with `/`. @throws DATA_NOT_FOUND */
  list(folder: string): Promise<string[]>;
  /** The whole content of a file. @throws DATA_NOT_FOUND, DATA_UNREADABLE */
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** A file to be read in parts. @throws DATA_NOT_FOUND, DATA_UNREADABLE */
  open(path: string): Promise<ByteSource>;
  /** Whether the path is a folder. @throws DATA_NOT_FOUND when there is neither file nor folder. */
  isFolder(path: string): Promise<boolean>;
  /** `path` as it is found from `file`, i.e. relative to the folder `file` lies in. */
  resolveFrom(file: string, path: string): string;
}

/** The bytes of a `Blob` or `File`, read when asked for. */
function blobBytes(blob: Blob): ByteSource {
  return {
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
    close: async () => {},
  };
}

/** Files by path, e.g. those of an `<input type="file" webkitdirectory>` keyed by `webkitRelativePath`. */
export function blobFiles(blobs: ReadonlyMap<string, Blob>): Files {
  const blobAt = (path: string): Blob => blobs.get(normalise(path)) ?? fail('DATA_NOT_FOUND', { path });
  return {
    list: async (folder) => listUnder(blobs.keys(), folder),
    read: async (path) => new Uint8Array(await blobAt(path).arrayBuffer()),
    open: async (path) => blobBytes(blobAt(path)),
    isFolder: async (path) => !blobs.has(normalise(path)) && listUnder(blobs.keys(), path).length > 0,
    resolveFrom: (file, path) => normalise(`${folderOf(file)}/${path}`),
  };
}

/** The text of a UTF-8 file, without a byte-order mark. */
export async function readText(files: Files, path: string): Promise<string> {
  const bytes = await files.read(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    fail('DATA_UNREADABLE', { file: path, reason: 'it is not UTF-8 text' }, error);
  }
}

/** The extension in lower case, with its dot; a final `.gz` is left out. `''` when there is none. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.gz$/i, '');
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot).toLowerCase();
}

function listUnder(paths: Iterable<string>, folder: string): string[] {
  const prefix = normalise(folder) === '' ? '' : `${normalise(folder)}/`;
  const found: string[] = [];
  for (const path of paths) {
    if (path.startsWith(prefix) && !isHidden(path.slice(prefix.length))) found.push(path.slice(prefix.length));
  }
  if (found.length === 0) fail('DATA_NOT_FOUND', { path: folder });
  return found;
}

/** Whether any part of a relative path starts with a dot. */
function isHidden(path: string): boolean {
  return /(^|\/)\./.test(path);
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
}

function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
