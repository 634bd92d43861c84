import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fail, fileFailure, RegraftError } from '../../core/index.js';
import { INFO_FILE } from './files.js';

/**
 * Fills a folder so that its name only ever holds a whole one: under a temporary name beside it, then renamed. A bundle that has the name is
 * put aside, comes back if the renaming fails, and is removed only then.
 * @param fill writes the files into the folder it is given
 * @throws BUNDLE_PATH_TAKEN when something else has the name; BUNDLE_WRITE_FAILED, for instance on a full disk
 */
export async function replaceFolder<Result>(path: string, fill: (folder: string) => Promise<Result>): Promise<Result> {
  const target = resolve(path);
  const temporary = `${target}.${randomUUID()}.tmp`;
  await checkFree(path, target);
  try {
    await mkdir(temporary, { recursive: true });
    const result = await fill(temporary);
    await flushFolder(temporary);
    await swap(temporary, target);
    return result;
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    return failToWrite(path, cause);
  }
}

/** @throws BUNDLE_WRITE_FAILED */
export function failToWrite(path: string, cause: unknown): never {
  const reason = fileFailure(cause instanceof RegraftError ? (cause.cause ?? cause) : cause);
  return fail('BUNDLE_WRITE_FAILED', { path, reason }, cause);
}

async function swap(temporary: string, target: string): Promise<void> {
  const aside = `${target}.${randomUUID()}.old`;
  const isThere = await rename(target, aside).then(
    () => true,
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? false : Promise.reject(error)),
  );
  try {
    await rename(temporary, target);
  } catch (error) {
    if (isThere) await rename(aside, target);
    throw error;
  }
  await flushFolder(dirname(target));
  // The new bundle is in place: an old one that cannot be removed is litter, not a failure.
  if (isThere) await rm(aside, { recursive: true, force: true }).catch(() => {});
}

/** Only a bundle, or an empty folder, may be replaced. */
async function checkFree(path: string, target: string): Promise<void> {
  const found = await stat(target).catch(() => undefined);
  if (found === undefined) return;
  const entries = found.isDirectory() ? await readdir(target) : undefined;
  if (entries?.length === 0 || entries?.includes(INFO_FILE)) return;
  fail('BUNDLE_PATH_TAKEN', { path, what: entries ? 'a folder that is no bundle' : 'a file' });
}

/** Makes renames in a folder survive a power cut; not every platform can. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
