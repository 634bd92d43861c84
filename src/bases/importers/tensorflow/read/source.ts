import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { fail } from '../../../../core/index.js';

/** A file under reading, with what an error message says of it. */
export interface TfFile {
  readonly uri: string;
  readonly file: string;
  /** What the file should be: `a TensorFlow graph`, `a TensorFlow checkpoint` … */
  readonly format: string;
}

/** @throws IMPORT_FILE_INVALID always */
export function invalid({ file, uri, format }: TfFile, reason: string, cause?: unknown): never {
  return fail('IMPORT_FILE_INVALID', { file, uri, format, reason }, cause);
}

/** @throws IMPORT_FORMAT_UNSUPPORTED always */
export function unsupported({ uri }: TfFile, format: string, supported: string): never {
  return fail('IMPORT_FORMAT_UNSUPPORTED', { uri, format, supported });
}

/** @param what names the message in the error @throws IMPORT_FILE_INVALID */
export function decode<T extends DescMessage>(schema: T, bytes: Uint8Array, source: TfFile, what: string): MessageShape<T> {
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false });
  } catch (cause) {
    return invalid(source, `${what} is damaged or cut off`, cause);
  }
}
