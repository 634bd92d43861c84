import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { byteLength, fail, fileFailure } from '../../core/index.js';
import type { Model } from './model.js';
import { readModel } from './read.js';
import type { ExternalResolver } from './read-tensor.js';
import type { Chunks } from './wire.js';
import { writeModelChunks, writeModelParts } from './write.js';

/** Models with more weight than this are written with external data, since a protobuf message ends at 2 GiB. */
const MAX_INLINE_BYTES = 1.9e9;
/** What one read or write call takes at most. */
const MAX_CALL_BYTES = 2 ** 30;

/**
 * An ONNX model from a file. Of external data files only the ranges the model names are read.
 * @throws ONNX_FILE when the file cannot be read, and what {@link readModel} throws
 */
export async function loadModelFile(path: string): Promise<Model> {
  const bytes = await readFile(path).catch((cause: unknown) => fail('ONNX_FILE', { file: path, reason: fileFailure(cause) }, cause));
  return readModel(bytes, externalFiles(dirname(path)), path);
}

/** Reads external data files in `folder`. */
function externalFiles(folder: string): ExternalResolver {
  return (location) => (offset, length) => {
    const path = join(folder, location);
    try {
      return readRange(path, offset, length);
    } catch (cause) {
      return fail('ONNX_FILE', { file: path, reason: fileFailure(cause) }, cause);
    }
  };
}

function readRange(path: string, offset: number, length: number | undefined): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const available = Math.max(0, fstatSync(file).size - offset);
    const bytes = new Uint8Array(Math.min(available, length ?? available));
    let done = 0;
    while (done < bytes.byteLength) {
      const count = readSync(file, bytes, done, Math.min(MAX_CALL_BYTES, bytes.byteLength - done), offset + done);
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  } finally {
    closeSync(file);
  }
}

export interface SaveOptions {
  /** Keep large initialisers in a data file beside the model. Default: only when the model would exceed 1.9 GB. */
  readonly externalData?: boolean;
}

/**
 * Writes a model so that the file is either complete or not there: to a temporary name, flushed to the disk, then renamed.
 * External data get a file name of their own (`NAME.data`, `NAME.1.data`, …), so that an older model of the same name stays whole
 * until it is replaced.
 * @throws ONNX_FILE
 */
export async function saveModelFile(
  path: string,
  model: Model,
  { externalData = weightBytes(model) > MAX_INLINE_BYTES }: SaveOptions = {},
): Promise<void> {
  if (!externalData) {
    await writeWhole(path, writeModelChunks(model));
    await removeOldData(path, undefined);
    return;
  }
  const location = await freeDataName(path);
  const parts = writeModelParts(model, { location });
  await writeWhole(join(dirname(path), location), parts.data);
  await writeWhole(path, [parts.model]);
  await removeOldData(path, location);
}

function weightBytes(model: Model): number {
  let bytes = 0;
  for (const tensor of model.graph.initializers.values()) bytes += tensor.type === 'opaque' ? tensor.bytes.byteLength : byteLength(tensor);
  return bytes;
}

/** Data files beside `path` that earlier calls made. */
async function dataNames(path: string): Promise<string[]> {
  const name = basename(path);
  const rest = /^(\.\d+)?\.data$/;
  const entries = await readdir(dirname(path)).catch(() => []);
  return entries.filter((entry) => entry.startsWith(name) && rest.test(entry.slice(name.length)));
}

async function freeDataName(path: string): Promise<string> {
  const taken = new Set(await dataNames(path));
  let name = `${basename(path)}.data`;
  for (let count = 1; taken.has(name); count++) name = `${basename(path)}.${count}.data`;
  return name;
}

async function removeOldData(path: string, keep: string | undefined): Promise<void> {
  for (const name of await dataNames(path)) if (name !== keep) await rm(join(dirname(path), name), { force: true });
}

async function writeWhole(path: string, chunks: Chunks): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await writeChunks(file, chunks);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    fail('ONNX_FILE', { file: path, reason: fileFailure(cause) }, cause);
  }
  await syncFolder(dirname(path));
}

/** Chunks up to this size are gathered into one write. */
const GATHER_BYTES = 2 ** 20;

async function writeChunks(file: FileHandle, chunks: Chunks): Promise<void> {
  const buffer = new Uint8Array(GATHER_BYTES);
  let used = 0;
  for (const chunk of chunks) {
    if (used + chunk.byteLength > GATHER_BYTES) {
      await writeAll(file, buffer.subarray(0, used));
      used = 0;
    }
    if (chunk.byteLength >= GATHER_BYTES) await writeAll(file, chunk);
    else {
      buffer.set(chunk, used);
      used += chunk.byteLength;
    }
  }
  await writeAll(file, buffer.subarray(0, used));
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(MAX_CALL_BYTES, bytes.byteLength - done));
    done += bytesWritten;
  }
}

/** Makes the rename itself survive a power cut; not every platform can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
