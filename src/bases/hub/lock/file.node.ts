import { randomUUID } from 'node:crypto';
import { access, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { fail, fileFailure } from '../../../core/index.js';

export const LOCK_FILE = 'regraft.lock';

const baseForm = z.strictObject({ resolved: z.string(), integrity: z.string().regex(/^sha256-/), licence: z.string().optional() });
const lockForm = z.strictObject({ version: z.literal(1), bases: z.record(z.string(), baseForm) });

/** What an address stood for when it was locked. */
export interface LockedBase {
  /** The address with its version. */
  readonly resolved: string;
  /** Hash of the content; see {@link contentIntegrity}. */
  readonly integrity: string;
  /** SPDX identifier, as the source states it. */
  readonly licence?: string | undefined;
}

export type LockedBases = Readonly<Record<string, LockedBase>>;

/** The lock file that counts in a folder: there, or above it up to the folder of the project (with a package.json or a .git). */
export async function findLockFile(baseDir: string): Promise<string | undefined> {
  const folder = resolve(baseDir);
  const file = join(folder, LOCK_FILE);
  if (await exists(file)) return file;
  const isTop = dirname(folder) === folder || (await exists(join(folder, 'package.json'))) || (await exists(join(folder, '.git')));
  return isTop ? undefined : findLockFile(dirname(folder));
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** @throws HUB_LOCK_INVALID */
export async function readLockFile(file: string): Promise<LockedBases> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => fail('HUB_LOCK_INVALID', { file, reason: fileFailure(error) }, error));
  const lock = lockForm.safeParse(parseYaml(text, file));
  if (lock.success) return lock.data.bases;
  const issue = lock.error.issues[0];
  return fail('HUB_LOCK_INVALID', { file, reason: `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'not valid'}` });
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    return fail('HUB_LOCK_INVALID', { file, reason: (error as Error).message.split('\n')[0] ?? '' }, error);
  }
}

const HEADING = '# What bases stand for, written by `regraft hub prefetch`. Commit it: they stay the same on every machine.\n';

/** Writes the lock file in one step, sorted. @throws DATA_WRITE_FAILED */
export async function writeLockFile(file: string, bases: LockedBases): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  const sorted = Object.keys(bases)
    .sort()
    .map((uri) => [uri, bases[uri]]);
  const text = HEADING + stringify({ version: 1, bases: Object.fromEntries(sorted) }, { lineWidth: 0 });
  try {
    await writeFile(draft, text);
    await rename(draft, file);
  } catch (error) {
    fail('DATA_WRITE_FAILED', { file, reason: fileFailure(error) }, error);
  } finally {
    await rm(draft, { force: true });
  }
}
