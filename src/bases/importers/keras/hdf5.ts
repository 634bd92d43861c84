import { type Attribute, Dataset, File, Group, ready } from 'h5wasm';
import { fail, RegraftError, sizeOf, type Tensor } from '../../../core/index.js';
import { invalid, type KerasFile } from './file.js';
import { isHeapSound } from './global-heap.js';

/** No deflated byte unpacks to more bytes. */
const MOST_EXPANSION = 1032;
/** HDF5's class of floating-point types. */
const FLOAT = 1;
const DAMAGED = 'its HDF5 structure is damaged or cut off';
/** Where the file lies in the library's own file system, which is memory and holds nothing else. */
const PATH = 'model.h5';

/** An open HDF5 file. */
export interface Hdf5 {
  /** The text in attribute `name` of the root. */
  text(name: string): string | undefined;
  /** The names of the root's attributes and members. */
  names(): ReadonlySet<string>;
  /** The paths of all datasets of floating-point numbers under group `path`, from there. */
  floats(path: string): readonly string[];
  /** The dataset at `path` as float32, `undefined` where there is none. @throws IMPORT_FILE_INVALID; IMPORT_FORMAT_UNSUPPORTED for other types than float32 and float64 */
  tensor(path: string): Tensor | undefined;
}

/**
 * Opens `bytes` for as long as `read` runs.
 * Format: https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
 * @param source for messages
 * @throws IMPORT_FILE_INVALID where the file is damaged, and what `read` throws
 */
export async function withHdf5<T>(source: KerasFile, bytes: Uint8Array, read: (file: Hdf5) => T): Promise<T> {
  if (!isHeapSound(bytes)) return invalid(source, DAMAGED);
  const library = await ready;
  // Otherwise the library prints to the console and goes on.
  library.activate_throwing_error_handler();
  library.FS.writeFile(PATH, bytes);
  try {
    return readOpen(source, bytes, read);
  } finally {
    library.FS.unlink(PATH);
  }
}

function readOpen<T>(source: KerasFile, bytes: Uint8Array, read: (file: Hdf5) => T): T {
  const file = guarded(source, () => new File(PATH, 'r'));
  try {
    return read({
      text: (name) => guarded(source, () => textOf(source, file.attrs[name], bytes.byteLength)),
      names: () => guarded(source, () => new Set([...Object.keys(file.attrs), ...file.keys()])),
      floats: (path) => guarded(source, () => floatsOf(file.get(path))),
      tensor: (path) => guarded(source, () => tensorOf(source, file.get(path), bytes.byteLength)),
    });
  } finally {
    file.close();
  }
}

/** Gives what the library throws our form. */
function guarded<T>(source: KerasFile, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof RegraftError) throw error;
    return invalid(source, DAMAGED, error);
  }
}

function textOf(source: KerasFile, attribute: Attribute | undefined, fileBytes: number): string | undefined {
  const { size = 0, total_size: count = 0 } = attribute?.metadata ?? {};
  if (size * count > fileBytes) return invalid(source, `the attribute ${attribute?.name} claims more bytes than the file holds`);
  const value: unknown = attribute?.value;
  return typeof value === 'string' ? value : undefined;
}

function floatsOf(group: unknown): readonly string[] {
  return group instanceof Group ? group.paths().filter((path) => isFloat(group.get(path))) : [];
}

function isFloat(entity: unknown): boolean {
  return entity instanceof Dataset && entity.metadata.type === FLOAT;
}

function tensorOf(source: KerasFile, dataset: unknown, fileBytes: number): Tensor | undefined {
  if (!(dataset instanceof Dataset)) return undefined;
  const { shape, type, size } = dataset.metadata;
  if (!shape || type !== FLOAT || size < 4) return otherType(source, dataset);
  // A dataset need not be stored to have a size: one that is larger than its file is made to exhaust memory.
  const most = fileBytes * (dataset.filters.length > 0 ? MOST_EXPANSION : 1);
  if (sizeOf(shape) * size > most) return invalid(source, `the weight ${dataset.path} claims more bytes than the file can hold`);
  const { value } = dataset;
  const numbers = typeof value === 'number' ? [value] : value;
  if (!isNumbers(numbers) || numbers.length !== sizeOf(shape)) return invalid(source, `the weight ${dataset.path} is damaged`);
  return { type: 'float32', dims: shape, data: new Float32Array(numbers) };
}

function otherType({ uri }: KerasFile, { path, dtype }: Dataset): never {
  const format = `a Keras model whose weight ${path} is of the type ${typeof dtype === 'string' ? dtype : 'compound'}`;
  return fail('IMPORT_FORMAT_UNSUPPORTED', { uri, format, supported: 'weights of the types float32 and float64' });
}

function isNumbers(value: unknown): value is ArrayLike<number> {
  return value instanceof Float32Array || value instanceof Float64Array || (Array.isArray(value) && value.every(Number.isFinite));
}
