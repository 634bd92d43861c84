import { fail } from '../../../core/index.js';
import { type Json, parseJson as parse } from '../json.js';

/** What an error message says of the file under reading. */
export interface KerasFile {
  readonly uri: string;
  readonly file: string;
}

/** @throws IMPORT_FILE_INVALID always */
export function invalid({ file, uri }: KerasFile, reason: string, cause?: unknown): never {
  return fail('IMPORT_FILE_INVALID', { file, uri, format: 'a Keras model', reason }, cause);
}

/** @param what names the text in the error @throws IMPORT_FILE_INVALID */
export function parseJson(source: KerasFile, text: string | Uint8Array, what: string): Json {
  try {
    return parse(text);
  } catch (error) {
    return invalid(source, `${what} is not JSON (${(error as Error).message})`, error);
  }
}
