import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheFailure } from '../cache/manifest.node.js';

const stateForm = z.object({ url: z.string(), validator: z.string() });

/** An unfinished download, kept so that the next try goes on where it stopped. */
export interface Partial {
  /** The file with what has come. */
  readonly file: string;
  readonly bytes: number;
  /** The ETag, or else the date, of the version it belongs to; without one there is nothing to go on with. */
  readonly validator: string | undefined;
}

/** Opens the unfinished download of `url` in `folder`; what belongs to another address counts as nothing. */
export async function openPartial(folder: string, url: string): Promise<Partial> {
  const file = join(folder, 'data');
  const text = await readFile(join(folder, 'state.json'), 'utf8').catch(() => 'null');
  const state = stateForm.safeParse(parse(text));
  const bytes = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  return state.success && state.data.url === url && bytes > 0
    ? { file, bytes, validator: state.data.validator }
    : { file, bytes: 0, validator: undefined };
}

/** Begins a download anew. */
export async function beginPartial(folder: string, url: string, validator: string | undefined): Promise<void> {
  await removePartial(folder);
  await mkdir(folder, { recursive: true }).catch(cacheFailure(folder));
  if (validator === undefined) return;
  const state = join(folder, 'state.json');
  await writeFile(`${state}.tmp`, JSON.stringify({ url, validator })).catch(cacheFailure(state));
  await rename(`${state}.tmp`, state);
}

export async function removePartial(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
