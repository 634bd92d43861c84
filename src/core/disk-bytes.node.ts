import { type FileHandle, open } from 'node:fs/promises';
import type { ByteSource } from './bytes.js';
import { fail } from './errors.js';
import { fileFailure } from './file-failure.js';

/** Largest single read: Node refuses more than 2 GiB at once. */
const CHUNK = 2 ** 30;

/**
 * A file on disk as bytes that can be read in parts. Its reads throw DATA_UNREADABLE.
 * @throws the system's error where there is no such file
 */
export async function openDisk(path: string): Promise<ByteSource> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const read = async (offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
      // Checked before memory is taken: a damaged file may claim to be of any size.
      if (offset + length > size) failAtEnd(path, size);
      return readPart(handle, path, offset, length);
    };
    return { size, read, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readPart(handle: FileHandle, path: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle
      .read(bytes, done, Math.min(CHUNK, length - done), offset + done)
      .catch((error: unknown) => fail('DATA_UNREADABLE', { file: path, reason: fileFailure(error) }, error));
    if (bytesRead === 0) failAtEnd(path, offset + done);
    done += bytesRead;
  }
  return bytes;
}

function failAtEnd(file: string, size: number): never {
  fail('DATA_UNREADABLE', { file, reason: `it ends after ${size} bytes` });
}
