import type { Events } from '../../core/index.js';
import type { ArchiveLimits } from './archive/guard.js';
import type { HubEvents } from './folder.js';

export interface ResolveOptions {
  /** Folder that paths resolve against and whose `node_modules` (and those above) are looked into; default: the working directory. */
  readonly baseDir?: string;
  /** Default: `REGRAFT_CACHE`, else the cache folder of the operating system. */
  readonly cacheDir?: string;
  /** Never use the network. Default: whether `REGRAFT_OFFLINE` is set to 1. */
  readonly offline?: boolean;
  /** Check the sha256 of every cached file, not only size and time. */
  readonly verify?: boolean;
  /** Ask the source again, past the cache and `regraft.lock`. */
  readonly refresh?: boolean;
  /** Tries on a failing network; default 3. A download that got further in a try counts anew. */
  readonly attempts?: number;
  /** First pause between tries in milliseconds, doubled each time; default 500. A server that asks for more gets more. */
  readonly retryDelay?: number;
  /** Milliseconds without a single byte after which a connection counts as dead; default 30 000. */
  readonly timeout?: number;
  /** Default: 200 000 files, 8 GiB. The bytes limit single downloads, too. */
  readonly limits?: ArchiveLimits;
  readonly events?: Events<HubEvents>;
  readonly signal?: AbortSignal;
}
