import type { z } from 'zod';
import { fail } from '../../core/index.js';
import { type BundleFiles, INFO_FILE, MODEL_FILE } from './files.js';
import { BUNDLE_FORMAT, type BundleInfo, bundleSchema } from './info.js';

/**
 * What a bundle says of itself, once its files are known to be those it was written with.
 * @throws BUNDLE_NOT_FOUND, BUNDLE_BROKEN naming the file that is missing, cut off or changed, BUNDLE_FORMAT
 */
export async function checkedInfo(files: BundleFiles): Promise<BundleInfo> {
  const bytes = (await files.read(INFO_FILE)) ?? fail('BUNDLE_NOT_FOUND', { path: files.path, reason: `it holds no ${INFO_FILE}.` });
  const info = parseInfo(files.path, bytes);
  if (info.files[MODEL_FILE] === undefined) broken(files.path, `${INFO_FILE} does not list ${MODEL_FILE}.`);
  for (const [name, expected] of Object.entries(info.files)) {
    if (!/^[^\\/]+$/.test(name) || name === '..') broken(files.path, `${INFO_FILE} lists the file "${name}" outside of the bundle.`);
    const actual = (await files.digest(name)) ?? broken(files.path, `${name} is missing.`);
    if (actual.bytes < expected.bytes) broken(files.path, `${name} is cut off: it has ${actual.bytes} of ${expected.bytes} bytes.`);
    if (actual.sha256 !== expected.sha256) broken(files.path, `${name} is not the file the bundle was written with; its SHA-256 differs.`);
  }
  return info;
}

function parseInfo(path: string, bytes: Uint8Array): BundleInfo {
  const value = parseJson(path, bytes);
  const format: unknown = typeof value === 'object' && value !== null ? (value as { format?: unknown }).format : undefined;
  if (typeof format === 'number' && format !== BUNDLE_FORMAT) fail('BUNDLE_FORMAT', { path, format, known: BUNDLE_FORMAT });
  const result = bundleSchema.safeParse(value);
  return result.success ? result.data : broken(path, `${INFO_FILE}: ${problem(result.error)}.`, result.error);
}

function parseJson(path: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    return broken(path, `${INFO_FILE} is not JSON; it is damaged or cut off.`, cause);
  }
}

function problem({ issues }: z.ZodError): string {
  const [first] = issues;
  return first ? `${first.path.join('.') || 'the document'}: ${first.message}` : 'it does not follow the schema';
}

function broken(path: string, reason: string, cause?: unknown): never {
  return fail('BUNDLE_BROKEN', { path, reason }, cause);
}
