import { access, readdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { fail } from '../../../core/index.js';
import { cacheDirectory } from '../cache/directory.node.js';
import type { CacheEntry } from '../cache/entry.node.js';
import { cacheFailure } from '../cache/manifest.node.js';
import { obtain } from '../cache/obtain.node.js';
import { diskFolder } from '../disk.node.js';
import { download, fetchJson } from '../download/download.node.js';
import type { HubFolder } from '../folder.js';
import type { ResolveOptions } from '../options.node.js';
import type { ModelUri } from '../uri.js';
import { kaggleAuthorization } from './credentials.node.js';
import { fillShared, findShared, type SharedFolder } from './shared-folder.node.js';

type TfhubUri = Extract<ModelUri, { kind: 'tfhub' }>;

/**
 * A model of Kaggle Models, where TensorFlow Hub's models are published. It lies where the library kagglehub keeps it (`KAGGLEHUB_CACHE`), so that
 * neither downloads what the other has. Without a version, the newest one kept, else the newest published.
 * Source: kagglehub, http_resolver.py and cache.py.
 * @throws HUB_OFFLINE, HUB_CREDENTIALS_INVALID and the errors of the download and of the archive
 */
export async function resolveTfhub(address: TfhubUri, options: ResolveOptions): Promise<HubFolder> {
  const kept = options.refresh ? undefined : (address.version ?? (await newestKept(address)));
  const published = kept === undefined ? await latest(address, options) : undefined;
  const version = address.version ?? kept ?? published?.version ?? '';
  const shared = sharedFolder(address, version, options);
  const { uri, path } = shared.entry;
  const fetch = async (): Promise<CacheEntry> => fetchVersion(shared, address, published ?? (await latest(address, options)), options);
  const { folder, manifest, from } = await obtain({ uri, path, find: () => findShared(shared, options), fetch }, options);
  options.events?.emit('ready', { uri, from });
  const { integrity, licence } = manifest;
  const source = { uri, version, integrity, ...(licence !== undefined && { licence }) };
  return { kind: 'tfhub', root: diskFolder(folder, uri), source };
}

function slug({ owner, model, framework, variation }: TfhubUri): string {
  return [owner, model, framework, variation].join('/');
}

function keptFolder(address: TfhubUri): string {
  return join(process.env['KAGGLEHUB_CACHE'] ?? join(homedir(), '.cache', 'kagglehub'), 'models', ...slug(address).split('/'));
}

async function newestKept(address: TfhubUri): Promise<string | undefined> {
  const names = await readdir(keptFolder(address)).catch(() => [] as string[]);
  const versions = names.flatMap((name) => /^(\d+)\.complete$/.exec(name)?.[1] ?? []);
  return versions.sort((a, b) => Number(a) - Number(b)).at(-1);
}

function sharedFolder(address: TfhubUri, version: string, options: ResolveOptions): SharedFolder {
  const folder = join(keptFolder(address), version);
  const marker = `${folder}.complete`;
  const path = join(options.cacheDir ?? cacheDirectory(), 'tfhub', ...slug(address).split('/'), version);
  return {
    entry: { uri: `tfhub:${slug(address)}/${version}`, version, path },
    folder,
    isComplete: () =>
      access(marker).then(
        () => true,
        () => false,
      ),
    mark: (complete) => (complete ? writeFile(marker, '').catch(cacheFailure(marker)) : rm(marker, { force: true })),
  };
}

const ACCESS =
  'Accept the terms of the model on its page at Kaggle, and give your credentials in KAGGLE_USERNAME and KAGGLE_KEY, or in ~/.kaggle/kaggle.json.';

/** What Kaggle says of a variation. */
interface Published {
  readonly version: string;
  readonly licence: string | undefined;
}

const answerForm = z.object({ versionNumber: z.number().int().positive(), licenseName: z.string().nullish() });

async function latest(address: TfhubUri, options: ResolveOptions): Promise<Published> {
  const { uri } = address;
  if (options.offline) fail('HUB_OFFLINE', { uri });
  const url = apiUrl(`${slug(address)}/get`);
  const answer = answerForm.safeParse(await fetchJson({ uri, url, authorization: await kaggleAuthorization(), access: ACCESS }, options));
  if (!answer.success) fail('HUB_HTTP', { uri, host: new URL(url).host, reason: 'its answer does not say which version is the newest' });
  const { versionNumber, licenseName } = answer.data;
  return { version: String(versionNumber), licence: licenseName ? (spdx.get(licenseName) ?? licenseName) : undefined };
}

/** Kaggle's names of licences that have an SPDX identifier. */
const spdx: ReadonlyMap<string, string> = new Map([
  ['Apache 2.0', 'Apache-2.0'],
  ['MIT', 'MIT'],
  ['CC BY 4.0', 'CC-BY-4.0'],
  ['CC BY-SA 4.0', 'CC-BY-SA-4.0'],
  ['CC0: Public Domain', 'CC0-1.0'],
]);

async function fetchVersion(shared: SharedFolder, address: TfhubUri, { licence }: Published, options: ResolveOptions): Promise<CacheEntry> {
  const { uri, version, path } = shared.entry;
  const url = apiUrl(`${slug(address)}/${version}/download`);
  const request = { uri, url, partial: `${path}.partial.tmp`, authorization: await kaggleAuthorization(), access: ACCESS };
  const entry = { ...shared.entry, ...(licence !== undefined && { licence }) };
  return download(request, options, ({ file }) => fillShared({ ...shared, entry }, { file, name: uri }, options));
}

function apiUrl(path: string): string {
  const endpoint = process.env['KAGGLE_API_ENDPOINT'] ?? 'https://www.kaggle.com';
  return new URL(`api/v1/models/${path}`, endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href;
}
