import { fail } from '../../../core/index.js';

/** The files of a tokenizer by name. */
export type TokenizerFiles = ReadonlyMap<string, Uint8Array>;
export type Settings = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws DATA_FORMAT_BROKEN */
export function readText(files: TokenizerFiles, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(files.get(file));
  } catch (error) {
    fail('DATA_FORMAT_BROKEN', { file, format: 'UTF-8', reason: 'it holds bytes that are no characters' }, error);
  }
}

/** A file that holds a JSON object; an empty object when there is no such file. @throws DATA_FORMAT_BROKEN */
export function readObject(files: TokenizerFiles, file: string): Settings {
  if (!files.has(file)) return {};
  const value = readJson(files, file);
  if (!isObject(value)) fail('DATA_FORMAT_BROKEN', { file, format: 'JSON', reason: 'it holds no object' });
  return value;
}

/** A file that holds JSON. @throws DATA_FORMAT_BROKEN */
export function readJson(files: TokenizerFiles, file: string): unknown {
  const text = readText(files, file);
  try {
    return JSON.parse(text);
  } catch (error) {
    fail('DATA_FORMAT_BROKEN', { file, format: 'JSON', reason: error instanceof Error ? error.message : String(error) }, error);
  }
}

/** Fails unless everything that a vocabulary needs beside it is there. @throws TOKENIZER_FILE_MISSING */
export function requireFile(files: TokenizerFiles, file: string, missing: string): void {
  if (!files.has(missing)) fail('TOKENIZER_FILE_MISSING', { file, missing });
}
