import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stopIfAborted } from '../retry.node.js';
import { cacheFailure } from './manifest.node.js';

/** How often the owner of a lock shows that it lives, and how often those who wait look. */
const HEARTBEAT_MS = 2000;
const LOOK_MS = 100;
/** An owner silent for this long is gone: many missed heartbeats, even on a busy machine. */
const STALE_MS = 30_000;
/** The same for one whose process is not found here: it may be in a container with numbers of its own. */
const STALE_MISSING_MS = 5000;

export interface LockRequest {
  /** What is fetched, for messages. */
  readonly uri: string;
  readonly signal?: AbortSignal | undefined;
  /** Called once when another process has the lock. */
  readonly onWait?: () => void;
}

/**
 * Runs `work` while no other process runs any for the same path. The lock is the file `path.lock`. A lock whose owner was killed is taken over:
 * after 5 s on the same machine, after 30 s where the folder is shared with another one.
 * @throws HUB_STOPPED, HUB_CACHE_WRITE
 */
export async function withFileLock<T>(path: string, { uri, signal, onWait }: LockRequest, work: () => Promise<T>): Promise<T> {
  const file = `${path}.lock`;
  const owner = JSON.stringify({ process: process.pid, host: hostname(), id: randomUUID() });
  await mkdir(dirname(file), { recursive: true }).catch(cacheFailure(dirname(file)));
  for (let tries = 0; !(await acquire(file, owner)); tries++) {
    stopIfAborted(uri, signal);
    if (tries === 0) onWait?.();
    if (!(await takeOver(file))) await pause(LOOK_MS);
  }
  const heartbeat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), HEARTBEAT_MS).unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await contents(file)) === owner) await rm(file, { force: true });
  }
}

async function acquire(file: string, owner: string): Promise<boolean> {
  return writeFile(file, owner, { flag: 'wx' }).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'EEXIST' && cacheFailure(file)(error),
  );
}

/** Removes the lock of an owner that is gone. Moved away first: if it turns out to be another's by then, that one gets it back. */
async function takeOver(file: string): Promise<boolean> {
  const owner = await contents(file);
  if (owner === undefined) return true;
  if (!(await isGone(file, owner))) return false;
  const aside = `${file}.${randomUUID()}.tmp`;
  if (
    !(await rename(file, aside).then(
      () => true,
      () => false,
    ))
  )
    return true;
  const taken = await contents(aside);
  if (taken !== undefined && taken !== owner) await writeFile(file, taken, { flag: 'wx' }).catch(() => undefined);
  await rm(aside, { force: true });
  return true;
}

async function isGone(file: string, owner: string): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  const silence = stats ? Date.now() - stats.mtimeMs : 0;
  const { process: id, host } = parseOwner(owner);
  const isMissing = host === hostname() && id !== undefined && !isRunning(id);
  return silence > (isMissing ? STALE_MISSING_MS : STALE_MS);
}

function parseOwner(text: string): { readonly process?: number; readonly host?: string } {
  try {
    return JSON.parse(text) as { process?: number; host?: string };
  } catch {
    return {};
  }
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function contents(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
