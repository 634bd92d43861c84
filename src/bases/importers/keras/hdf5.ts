import { type Attribute, File, Group, ready } from 'h5wasm';
import { RegraftError, type SyncBytes, type Tensor } from '../../../core/index.js';
import { dimsOf, type H5Module, isWeight, readDataset } from './dataset.js';
import { invalid, type KerasFile } from './file.js';
import { isHeapSound } from './global-heap.js';
import { withMemoryLimit } from './memory-limit.js';
import { withMounted } from './mounted.js';

const DAMAGED = 'its HDF5 structure is damaged or cut off';
/** Where the file lies in the library's own file system, which is memory and holds nothing else. */
const PATH = 'model.h5';
/** What the library may take for itself, and beside it for each byte of the file: chunks are unpacked as a whole. */
const OWN_BYTES = 2 ** 26;
const BYTES_PER_BYTE = 16;

/** An open HDF5 file. */
export interface Hdf5 {
  /** The text in attribute `name` of the root. */
  text(name: string): string | undefined;
  /** The list of texts in attribute `name` of the group at `path`; Keras spreads a long one over `name0`, `name1` … */
  texts(path: string, name: string): readonly string[] | undefined;
  /** The names of the root's attributes and members. */
  names(): ReadonlySet<string>;
  /** The paths of all datasets of floating-point numbers under group `path`, from there. */
  floats(path: string): readonly string[];
  /** The dimensions of the dataset of floating-point numbers at `path`, `undefined` where there is none. */
  dims(path: string): readonly number[] | undefined;
  /** The dataset at `path` as float32, `undefined` where there is none. @throws IMPORT_FILE_INVALID; IMPORT_FORMAT_UNSUPPORTED for other types than floating-point numbers */
  tensor(path: string): Tensor | undefined;
}

/**
 * Opens an HDF5 file for as long as `read` runs. The library reads what it needs of it.
 * Format: https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
 * @param source for messages
 * @throws IMPORT_FILE_INVALID where the file is damaged, and what `read` throws
 */
export async function withHdf5<T>(source: KerasFile, bytes: SyncBytes, read: (file: Hdf5) => T): Promise<T> {
  if (!isHeapSound(bytes)) return invalid(source, DAMAGED);
  const library = await ready;
  // Otherwise the library prints to the console and goes on.
  library.activate_throwing_error_handler();
  const most = OWN_BYTES + BYTES_PER_BYTE * bytes.size;
  return withMemoryLimit(most, () => withMounted(library, PATH, bytes, () => readOpen(source, library, bytes.size, read)));
}

function readOpen<T>(source: KerasFile, library: H5Module, fileBytes: number, read: (file: Hdf5) => T): T {
  const file = guarded(source, () => new File(PATH, 'r'));
  const at = (path: string): unknown => (path === '' ? file : file.get(path));
  try {
    return read({
      text: (name) => guarded(source, () => textOf(source, file.attrs[name], fileBytes)),
      texts: (path, name) => guarded(source, () => textsOf(at(path), name)),
      names: () => guarded(source, () => new Set([...Object.keys(file.attrs), ...file.keys()])),
      floats: (path) => guarded(source, () => floatsOf(at(path))),
      dims: (path) => guarded(source, () => dimsOf(at(path))),
      tensor: (path) => guarded(source, () => readDataset(source, library, at(path), fileBytes)),
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

function textsOf(group: unknown, name: string): readonly string[] | undefined {
  if (!(group instanceof Group)) return undefined;
  const { attrs } = group;
  const whole = attrs[name];
  if (whole) return listOf(whole.value);
  const parts: string[] = [];
  for (let i = 0; attrs[`${name}${i}`]; i++) parts.push(...listOf(attrs[`${name}${i}`]?.value));
  return parts.length > 0 ? parts : undefined;
}

/** An attribute's texts; an empty list is stored as one of numbers. */
function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function floatsOf(group: unknown): readonly string[] {
  return group instanceof Group ? group.paths().filter((path) => isWeight(group.get(path))) : [];
}
