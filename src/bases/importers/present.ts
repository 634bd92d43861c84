import { RegraftError } from '../../core/index.js';
import type { HubFolder } from '../hub/index.js';

/** Whether a folder has a file, without a listing of all that lies in it. */
export async function isPresent({ root }: HubFolder, path: string): Promise<boolean> {
  try {
    await root.open(path);
    return true;
  } catch (error) {
    if (error instanceof RegraftError && error.code === 'HUB_FILE_MISSING') return false;
    throw error;
  }
}

/** The first of some files that a folder has. */
export async function firstPresent(folder: HubFolder, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isPresent(folder, path)) return path;
  return undefined;
}
