import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { allocate, bytesOf, bytesPerElement, fail, fileFailure, sizeOf, type Tensor } from '../../core/index.js';
import type { TensorType } from '../../engine/graph/index.js';
import type { Tensors } from '../../engine/runtime/index.js';
import { bytesOfShapes, bytesPerRow, type FeatureLayout, type FeatureStore, memoryFeatures, type OpenFeatureStore } from './feature-store.js';

/** A store in memory up to `memory` bytes, beyond that in a scratch file at `path` up to `disk` bytes. @throws DATA_WRITE_FAILED */
export function diskFeatures(path: string, { memory, disk }: { readonly memory: number; readonly disk: number }): OpenFeatureStore {
  let opened = 0;
  const openFile = async (layout: FeatureLayout): Promise<FeatureStore> => {
    const file = `${path}.${opened++}`;
    const handle = await create(file).catch((cause: unknown) => writeFailed(file, cause));
    return new FileFeatureStore(file, handle, layout);
  };
  return async (shapes) => {
    const inMemory = await memoryFeatures(memory)(shapes);
    if (inMemory !== undefined || bytesOfShapes(shapes) > disk) return inMemory;
    return Promise.all(shapes.map(({ layout }) => openFile(layout)));
  };
}

async function create(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true });
  return open(path, 'w+');
}

function writeFailed(file: string, cause: unknown): never {
  return fail('DATA_WRITE_FAILED', { file, reason: fileFailure(cause) }, cause);
}

/** Rows of fixed length in one file; the operating system keeps what is used often in memory. */
class FileFeatureStore implements FeatureStore {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #layout: readonly (readonly [string, TensorType, number])[];
  readonly #stride: number;

  constructor(path: string, file: FileHandle, layout: FeatureLayout) {
    this.#path = path;
    this.#file = file;
    this.#layout = Object.entries(layout).map(([name, type]) => [name, type, sizeOf(type.dims) * bytesPerElement(type.type)]);
    this.#stride = bytesPerRow(layout);
  }

  async write(rows: readonly number[], tensors: Tensors): Promise<void> {
    const sources = this.#layout.map(([name, , width]) => ({ width, bytes: bytesOf(tensors[name] as Tensor) }));
    for (const [i, row] of rows.entries()) {
      const record = new Uint8Array(this.#stride);
      let offset = 0;
      for (const { width, bytes } of sources) {
        record.set(bytes.subarray(i * width, (i + 1) * width), offset);
        offset += width;
      }
      await this.#put(record, row * this.#stride);
    }
  }

  async read(rows: readonly number[]): Promise<Tensors> {
    const outputs = this.#layout.map(([name, { type, dims }, width]) => ({
      name,
      width,
      tensor: { type, dims: [rows.length, ...dims], data: allocate(type, rows.length * sizeOf(dims)) },
    }));
    await Promise.all(
      rows.map(async (row, i) => {
        const record = new Uint8Array(this.#stride);
        const { bytesRead } = await this.#file.read(record, 0, record.length, row * this.#stride);
        if (bytesRead < record.length) fail('DATA_UNREADABLE', { file: this.#path, reason: `it ends before row ${row}` });
        let offset = 0;
        for (const { width, tensor } of outputs) {
          bytesOf(tensor).set(record.subarray(offset, offset + width), i * width);
          offset += width;
        }
      }),
    );
    return Object.fromEntries(outputs.map(({ name, tensor }) => [name, tensor]));
  }

  async #put(bytes: Uint8Array, offset: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      // A disk that is nearly full takes less than it is given.
      const written = await this.#file
        .write(bytes, done, bytes.length - done, offset + done)
        .catch((cause: unknown) => writeFailed(this.#path, cause));
      done += written.bytesWritten;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }
}
