import { fileURLToPath } from 'node:url';

/** Absolute path of a file or folder of the repository. */
export function pathTo(relative: string): string {
  return fileURLToPath(new URL(`../${relative}`, import.meta.url));
}

export const MODELS = pathTo('bench/.models');
export const PEERS = pathTo('bench/.peers');
export const RESULTS = pathTo('bench/results');
