import type { SyncBytes } from '../../../core/index.js';
import type { H5Module } from './dataset.js';

/** What the library's file system knows of a file in memory, beyond its types. Source: Emscripten's src/lib/libmemfs.js */
interface FileNode {
  usedBytes: number;
  stream_ops: {
    readonly read: (stream: unknown, buffer: Uint8Array | Int8Array, offset: number, length: number, position: number) => number;
  };
}

/** Runs `work` while the library finds `file` at `path`. It reads from there what it needs; nothing is copied ahead. */
export function withMounted<T>({ FS }: H5Module, path: string, file: SyncBytes, work: () => T): T {
  FS.writeFile(path, new Uint8Array());
  const node = FS.lookupPath(path, {}).node as unknown as FileNode;
  node.usedBytes = file.size;
  node.stream_ops = {
    ...node.stream_ops,
    read: (_, buffer, offset, length, position) => file.read(new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length), position),
  };
  try {
    return work();
  } finally {
    FS.unlink(path);
  }
}
