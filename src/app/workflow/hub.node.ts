import { join, resolve } from 'node:path';
import {
  cacheDirectory,
  damagedFile,
  entriesOf,
  type KeptEntry,
  keptEntries,
  parseUri,
  readContent,
  removeKept,
  resolveUri,
  updateLock,
} from '../../bases/hub/index.node.js';
import { fail, RegraftError } from '../../core/index.js';
import type { WorkflowContext } from './context.js';
import { hubOptions } from './hub-options.node.js';

export interface PrefetchRequest {
  readonly uris: readonly string[];
  /** Ask the sources again, and lock what they have now. */
  readonly update?: boolean;
}

export interface PrefetchResult {
  /** The lock file that was written. */
  readonly lock: string;
  readonly bases: readonly {
    readonly uri: string;
    readonly resolved: string;
    readonly bytes: number;
    readonly integrity: string;
    readonly licence: string | undefined;
  }[];
}

/**
 * Fetches bases with every file they need, so that they can be used offline, and writes what they are into `regraft.lock`.
 * @throws the errors of the hub; HUB_LOCK_MISMATCH for a base that is locked and has changed, unless `update`
 */
export async function prefetch({ uris, update = false }: PrefetchRequest, context: WorkflowContext = {}): Promise<PrefetchResult> {
  const bases: PrefetchResult['bases'][number][] = [];
  for (const written of uris) {
    const { uri } = parseUri(written);
    const folder = await resolveUri(uri, { ...hubOptions(context), ...(update && { refresh: true }) });
    const { uri: resolved, licence } = folder.source;
    bases.push({ uri, resolved, ...(await readContent(folder)), licence });
  }
  const locked = bases.map(
    ({ uri, resolved, integrity, licence }) => [uri, { resolved, integrity, ...(licence !== undefined && { licence }) }] as const,
  );
  return { lock: await updateLock(Object.fromEntries(locked), '.'), bases };
}

/** A base in the cache. */
export interface KeptBase {
  readonly uri: string;
  /** Where its files lie. */
  readonly folder: string;
  readonly bytes: number;
  /** When it was fetched, as ISO 8601; unknown of what older versions fetched. */
  readonly fetched: string | undefined;
  readonly licence: string | undefined;
}

export interface HubListResult {
  readonly cache: string;
  readonly bases: readonly KeptBase[];
}

/** What is in the cache, by address. */
export async function listHub(): Promise<HubListResult> {
  const cache = cacheDirectory();
  return { cache, bases: (await keptEntries(cache)).map(describe) };
}

function describe({ folder, manifest: { uri, files, fetched, licence } }: KeptEntry): KeptBase {
  return { uri, folder, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), fetched, licence };
}

export interface VerifiedBase {
  readonly uri: string;
  /** `mended`: a file was damaged, and the base fetched again; `removed`: it was not needed, since the package is installed. */
  readonly state: 'intact' | 'mended' | 'removed' | 'damaged';
  /** The file that was damaged. */
  readonly file?: string;
  /** Why it could not be mended. */
  readonly reason?: string;
}

export interface HubVerifyResult {
  readonly ok: boolean;
  readonly bases: readonly VerifiedBase[];
}

/** Reads every byte of the cache, compares it with the hashes, and fetches again what is damaged. */
export async function verifyHub(context: WorkflowContext = {}): Promise<HubVerifyResult> {
  const entries = await keptEntries(cacheDirectory());
  const bases: VerifiedBase[] = [];
  for (const [done, entry] of entries.entries()) {
    context.events?.emit('progress', { stage: 'verifying', done, total: entries.length, detail: entry.manifest.uri });
    bases.push(await verify(entry, context));
  }
  return { ok: bases.every(({ state }) => state !== 'damaged'), bases };
}

async function verify(entry: KeptEntry, context: WorkflowContext): Promise<VerifiedBase> {
  const { uri } = entry.manifest;
  const file = await damagedFile(entry);
  if (file === undefined) return { uri, state: 'intact' };
  try {
    await resolveUri(uri, { ...hubOptions(context), verify: true });
    if ((await damagedFile(entry)) === undefined) return { uri, state: 'mended', file };
    // A copy in node_modules is used before this one, and after it.
    await removeKept(entry);
    return { uri, state: 'removed', file };
  } catch (error) {
    if (!(error instanceof RegraftError)) throw error;
    return { uri, state: 'damaged', file, reason: error.message };
  }
}

export interface HubRemoveResult {
  readonly removed: readonly KeptBase[];
}

/** Removes a base from the cache; without a version, all versions. What is shared with another program goes there, too. @throws HUB_NOT_CACHED */
export async function removeFromHub(uri: string): Promise<HubRemoveResult> {
  const entries = await entriesOf(uri, cacheDirectory());
  if (entries.length === 0) fail('HUB_NOT_CACHED', { uri });
  for (const entry of entries) await removeKept(entry);
  return { removed: entries.map(describe) };
}

export interface HubPathResult {
  readonly uri: string;
  /** The file or folder that the address names. */
  readonly path: string;
}

/** Where a base lies on this machine; nothing is fetched. @throws HUB_NOT_CACHED */
export async function pathInHub(uri: string, context: WorkflowContext = {}): Promise<HubPathResult> {
  const { root, entry, source } = await resolveUri(uri, { ...hubOptions(context), offline: true }).catch((error: unknown) =>
    error instanceof RegraftError && error.code === 'HUB_OFFLINE' ? fail('HUB_NOT_CACHED', { uri }, error) : Promise.reject(error),
  );
  const folder = root.path ?? (await entriesOf(uri, cacheDirectory())).find(({ manifest }) => manifest.uri === source.uri)?.folder ?? '';
  return { uri: source.uri, path: resolve(join(folder, entry ?? '')) };
}
