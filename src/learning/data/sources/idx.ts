import { type ByteSource, fail, sizeOf } from '../../../core/index.js';
import type { Dataset } from '../dataset.js';
import type { Files } from '../files.js';
import { type IdxArray, readIdxHeader } from '../formats/idx.js';
import { openMaybeGzipped } from '../formats/inflate.js';
import type { Image } from '../image.js';
import { classLabels, type Labels } from './tensor-dataset.js';

interface IdxOptions {
  /** The labels; by default the file whose name has `labels` and `idx1` in place of `images` and `idx3`. */
  readonly labelFile?: string | undefined;
  /** Class names by label number; by default the numbers themselves. */
  readonly classes?: readonly string[] | undefined;
  /** Whether to leave the labels out. */
  readonly unlabelled?: boolean | undefined;
}

interface IdxFile extends IdxArray {
  readonly source: ByteSource;
}

/**
 * Images [N, H, W] (grey) or [N, H, W, 3] and labels [N] in the IDX files of MNIST and its relatives, gzipped or not. Gzipped files are
 * decompressed into memory.
 * @throws DATA_NOT_FOUND, DATA_FORMAT_BROKEN, DATA_ROWS_MISMATCH, DATA_LABEL_INVALID
 */
export async function openIdx(files: Files, path: string, options: IdxOptions = {}): Promise<Dataset> {
  const images = await openIdxFile(files, path);
  try {
    const [size = 0, height = 0, width = 0, channels = 1] = images.dims;
    checkImages(images, path);
    const labels = options.unlabelled ? withoutLabels : await readLabels(files, path, size, options);
    const read = (index: number): Promise<Uint8Array<ArrayBuffer>> => readImage(images, index);
    return {
      name: path,
      kind: 'image',
      size,
      target: labels.target,
      sample: (index) => ({ id: String(index), label: labels.of(index), location: `${path}, image ${index}` }),
      load: async (index) => ({ kind: 'image', image: { width, height, channels: channels as Image['channels'], data: await read(index) } }),
      bytes: read,
      close: () => images.source.close(),
    };
  } catch (error) {
    await images.source.close();
    throw error;
  }
}

const withoutLabels: Labels = { target: { kind: 'none' }, of: () => undefined };

async function openIdxFile(files: Files, path: string): Promise<IdxFile> {
  const source = await openMaybeGzipped(await files.open(path), path);
  try {
    return { ...(await readIdxHeader(source, path)), source };
  } catch (error) {
    await source.close();
    throw error;
  }
}

function checkImages({ type, dims }: IdxArray, file: string): void {
  const isImages = type === 'uint8' && (dims.length === 3 || (dims.length === 4 && (dims[3] === 1 || dims[3] === 3)));
  const reason = `it holds ${type} of shape [${dims.join('×')}], not images of shape [N×H×W] or [N×H×W×3]`;
  if (!isImages) fail('DATA_FORMAT_BROKEN', { file, format: 'IDX', reason });
  if (sizeOf(dims) === 0) fail('DATA_EMPTY', { path: file });
}

function readImage({ source, offset, dims }: IdxFile, index: number): Promise<Uint8Array<ArrayBuffer>> {
  const size = sizeOf(dims.slice(1));
  return source.read(offset + index * size, size);
}

async function readLabels(files: Files, path: string, expected: number, { labelFile = labelPath(path), classes }: IdxOptions): Promise<Labels> {
  const { source, dims, offset } = await openIdxFile(files, labelFile);
  try {
    if (dims.length !== 1 || dims[0] !== expected) {
      fail('DATA_ROWS_MISMATCH', { file: labelFile, tensor: 'labels', rows: dims[0] ?? 0, expected });
    }
    return classLabels(labelFile, (await source.read(offset, expected)).slice(), classes);
  } finally {
    await source.close();
  }
}

function labelPath(path: string): string {
  const labels = path.replace(/images([-.])idx\d(?=[^/]*$)/, 'labels$1idx1');
  if (labels !== path) return labels;
  return fail('DATA_FORMAT_BROKEN', { file: path, format: 'IDX', reason: 'its name does not tell where its labels are; name them with `labelFile`' });
}
