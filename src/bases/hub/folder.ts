import { type ByteSource, fail, memoryBytes, type SyncBytes, syncMemory } from '../../core/index.js';
import type { UriKind } from './uri.js';

/** A read-only folder of files, wherever they lie: on disk, in memory, behind a URL. Paths are relative, with `/`. */
export interface VirtualFolder {
  /** Every file below the folder, sorted. */
  list(): Promise<readonly string[]>;
  /** @throws HUB_FILE_MISSING */
  read(path: string): Promise<Uint8Array>;
  /** A file to be read in parts. It holds nothing open between two reads, so closing it is needless. @throws HUB_FILE_MISSING */
  open(path: string): Promise<ByteSource>;
  /** The same for a library that waits for no promise, where the folder need not hold the file in memory. @throws HUB_FILE_MISSING */
  openSync?(path: string): Promise<SyncFile>;
  /** SHA-256 of a file in hexadecimal, where it can be had without holding the file in memory. */
  sha256?(path: string): Promise<string>;
  /** Where the folder lies on disk, if it does. */
  readonly path?: string;
}

/** An open file of which parts are read at once. */
export interface SyncFile extends SyncBytes {
  close(): Promise<void>;
}

/** Opens a file of any folder; of one that cannot, the file is read into memory. @throws HUB_FILE_MISSING */
export async function openSyncFile(root: VirtualFolder, path: string): Promise<SyncFile> {
  return root.openSync ? root.openSync(path) : { ...syncMemory(await root.read(path)), close: () => Promise.resolve() };
}

/** Where a model came from, in the form that the bundle's provenance keeps. */
export interface HubSource {
  /** The address with the version it resolved to. */
  readonly uri: string;
  readonly version?: string;
  /** Subresource-integrity hash (`sha512-…`, `sha256-…`) of the package or file. */
  readonly integrity?: string;
  /** SPDX identifier, as the source states it. */
  readonly licence?: string;
}

/** What an address resolved to. */
export interface HubFolder {
  readonly kind: UriKind | 'memory';
  readonly root: VirtualFolder;
  /** The file of `root` that the address named, when it named a file. */
  readonly entry?: string;
  /** The architecture that the address names, where its files are bare weights. */
  readonly architecture?: string;
  readonly source: HubSource;
}

/** Progress of a fetch; one stream for progress bars, logs and the studio. */
export interface HubEvents {
  readonly fetch: { readonly uri: string; readonly attempt: number };
  /** Bytes of a file that are there; `total` where the server says how many there are. */
  readonly progress: { readonly uri: string; readonly bytes: number; readonly total?: number };
  /** Another process is fetching it. */
  readonly wait: { readonly uri: string };
  readonly retry: { readonly uri: string; readonly reason: string; readonly delay: number };
  readonly verified: { readonly uri: string; readonly integrity: string; readonly bytes: number };
  readonly unpack: { readonly uri: string; readonly files: number; readonly bytes: number };
  readonly mend: { readonly uri: string; readonly file: string };
  readonly ready: { readonly uri: string; readonly from: 'installed' | 'cache' | 'network' | 'disk' };
}

/** A folder whose files are in memory: uploads in a browser, models made by a program. */
export function memoryFolder(files: Readonly<Record<string, Uint8Array>>, source: HubSource = { uri: 'memory:' }): HubFolder {
  const fileAt = (path: string): Uint8Array =>
    (Object.hasOwn(files, path) ? files[path] : undefined) ?? fail('HUB_FILE_MISSING', { path, uri: source.uri });
  const root: VirtualFolder = {
    list: () => Promise.resolve(Object.keys(files).sort()),
    read: async (path) => fileAt(path),
    open: async (path) => memoryBytes(fileAt(path) as Uint8Array<ArrayBuffer>),
  };
  return { kind: 'memory', root, source };
}
