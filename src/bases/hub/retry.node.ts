import { setTimeout as pause } from 'node:timers/promises';
import { fail } from '../../core/index.js';
import type { ResolveOptions } from './options.node.js';

/** A failure that another try may cure. */
export class NetworkFailure extends Error {
  /** Milliseconds that the server asks to wait. */
  readonly retryAfter: number;
  /** Whether more is there than before, so that the tries count anew. */
  readonly progressed: boolean;

  constructor(message: string, { retryAfter = 0, progressed = false, cause }: { retryAfter?: number; progressed?: boolean; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.retryAfter = retryAfter;
    this.progressed = progressed;
  }
}

/** Nobody waits longer for a server that is busy. */
const LONGEST_WAIT = 120_000;

/** However far a download gets in each of them. */
const MOST_TRIES = 100;

/** Runs `attempt` until it succeeds, with doubled pauses between tries. @throws HUB_NETWORK, HUB_STOPPED */
export async function withRetries<T>(uri: string, options: ResolveOptions, attempt: () => Promise<T>): Promise<T> {
  const attempts = options.attempts ?? 3;
  for (let tries = 1, failures = 1; ; tries++, failures++) {
    stopIfAborted(uri, options.signal);
    options.events?.emit('fetch', { uri, attempt: tries });
    try {
      return await attempt();
    } catch (error) {
      stopIfAborted(uri, options.signal);
      if (!(error instanceof NetworkFailure)) throw error;
      if (error.progressed && tries < MOST_TRIES) failures = 1;
      if (failures >= attempts || error.retryAfter > LONGEST_WAIT) fail('HUB_NETWORK', { uri, attempts: tries, reason: error.message }, error);
      const delay = Math.max((options.retryDelay ?? 500) * 2 ** (failures - 1), error.retryAfter);
      options.events?.emit('retry', { uri, reason: error.message, delay });
      await pause(delay, undefined, options.signal ? { signal: options.signal } : {}).catch(() => stopIfAborted(uri, options.signal));
    }
  }
}

/** @throws HUB_STOPPED */
export function stopIfAborted(uri: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) fail('HUB_STOPPED', { uri }, signal.reason);
}
