import type { Events } from '../../core/index.js';
import type { HubEvents } from './folder.js';

/** How far an archive may unpack, against archives made to fill the disk. */
export interface ArchiveLimits {
  readonly files: number;
  readonly bytes: number;
}

export interface ResolveOptions {
  /** Folder that paths resolve against and whose `node_modules` (and those above) are looked into; default: the working directory. */
  readonly baseDir?: string;
  /** Default: `REGRAFT_CACHE`, else the cache folder of the operating system. */
  readonly cacheDir?: string;
  /** Never use the network. */
  readonly offline?: boolean;
  /** Check the sha256 of every cached file, not only size and time. */
  readonly verify?: boolean;
  /** Tries on a failing network; default 3. */
  readonly attempts?: number;
  /** First pause between tries in milliseconds, doubled each time; default 500. */
  readonly retryDelay?: number;
  readonly limits?: ArchiveLimits;
  readonly events?: Events<HubEvents>;
  readonly signal?: AbortSignal;
}
