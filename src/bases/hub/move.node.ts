import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cacheFailure } from './cache/manifest.node.js';

/** Moves a file in one step, also to another disk: nobody sees half of it. @throws HUB_CACHE_WRITE */
export async function moveFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true }).catch(cacheFailure(dirname(to)));
  if (await rename(from, to).then(() => true, isElsewhere(to))) return;
  const draft = `${to}.${randomUUID()}.tmp`;
  try {
    await copyFile(from, draft).catch(cacheFailure(to));
    await rename(draft, to).catch(cacheFailure(to));
  } finally {
    await rm(draft, { force: true });
  }
}

function isElsewhere(to: string): (error: NodeJS.ErrnoException) => false {
  return (error) => (error.code === 'EXDEV' ? false : cacheFailure(to)(error));
}
