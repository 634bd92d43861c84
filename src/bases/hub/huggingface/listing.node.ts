import { z } from 'zod';
import { fail, RegraftError } from '../../../core/index.js';
import type { Checksum } from '../digest.node.js';
import { fetchAnswer } from '../download/download.node.js';
import { checkedUrl } from '../download/request.node.js';
import type { DownloadRequest } from '../download/transfer.node.js';
import type { ResolveOptions } from '../options.node.js';
import { normalizePath } from '../uri.js';
import { huggingFaceAuthorization, huggingFaceEndpoint } from './environment.node.js';
import { cardForm, licenceOfCard } from './licence.js';
import { accessAdvice } from './refusal.js';

/** A file as the Hub lists it. */
export interface ListedFile {
  readonly path: string;
  readonly bytes: number;
  /** The hash that names its content: SHA-256 of large files, git's own of others. */
  readonly checksum: Checksum;
}

/** A repository at one commit. */
export interface Listing {
  readonly commit: string;
  readonly licence: string | undefined;
  readonly files: ReadonlyMap<string, ListedFile>;
}

/** What is asked of the Hub. */
export interface Question {
  /** The address as the user wrote it. */
  readonly uri: string;
  readonly repo: string;
  readonly revision: string;
}

const infoForm = z.object({ sha: z.string().regex(/^[0-9a-f]{40}$/), cardData: cardForm.nullish().catch(undefined) });

const fileForm = z.object({
  type: z.literal('file'),
  path: z.string(),
  size: z.number().int().nonnegative(),
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.number().int().nonnegative() }).nullish(),
});

const MOST_FILES = 100_000;

/** Which commit a revision is, and its files. @throws HUB_NETWORK, HUB_NOT_FOUND, HUB_ACCESS_DENIED, HUB_HTTP, HUB_URL_REFUSED, HUB_STOPPED */
export async function askHub(question: Question, options: ResolveOptions): Promise<Listing> {
  try {
    return await ask(question, options);
  } catch (error) {
    if (error instanceof RegraftError) throw error;
    // The library trusts what comes to have the form that the Hub's interface gives it.
    return refuseAnswer(question.uri, 'its answers are not those of the Hub', error);
  }
}

async function ask({ uri, repo, revision }: Question, options: ResolveOptions): Promise<Listing> {
  checkedUrl(huggingFaceEndpoint(), uri);
  // Loaded late, since only downloads need it.
  const { listFiles, modelInfo } = await import('@huggingface/hub');
  const hub = { hubUrl: huggingFaceEndpoint(), fetch: hubFetch(uri, repo, options) };
  const { sha: commit, cardData } = infoForm.parse(await modelInfo({ name: repo, revision, additionalFields: ['sha', 'cardData'], ...hub }));
  const files = new Map<string, ListedFile>();
  for await (const entry of listFiles({ repo: { type: 'model', name: repo }, revision: commit, recursive: true, ...hub })) {
    if (files.size === MOST_FILES) refuseAnswer(uri, `it lists more than ${MOST_FILES} files`);
    const file = fileForm.safeParse(entry);
    if (file.success && normalizePath(file.data.path) === file.data.path) files.set(file.data.path, listed(file.data));
  }
  return { commit, licence: cardData ? licenceOfCard(cardData) : undefined, files };
}

function refuseAnswer(uri: string, reason: string, cause?: unknown): never {
  return fail('HUB_HTTP', { uri, host: new URL(huggingFaceEndpoint()).host, reason }, cause);
}

function listed({ path, size, oid, lfs }: z.infer<typeof fileForm>): ListedFile {
  if (!lfs) return { path, bytes: size, checksum: { algorithm: 'git-sha1', hex: oid } };
  return { path, bytes: lfs.size, checksum: { algorithm: 'sha256', hex: lfs.oid } };
}

/**
 * How the Hub's library reaches the Hub: through the proxy, again where the network fails, until it is stopped; with the errors of a download. The token
 * stays out of the library, which would send it wherever the address of a next page points.
 */
function hubFetch(uri: string, repo: string, options: ResolveOptions): typeof fetch {
  return async (input) => {
    const url = String(input);
    const { value, headers } = await fetchAnswer({ uri, url, ...(await credentials(repo, url)) }, options);
    return Response.json(value, { headers: headers.link === undefined ? {} : { link: [headers.link].flat().join(', ') } });
  };
}

/** The token for an address of the Hub, and what to say where it does not do. */
export async function credentials(repo: string, url: string): Promise<Pick<DownloadRequest, 'authorization' | 'access'>> {
  const endpoint = huggingFaceEndpoint();
  const authorization = new URL(url).origin === new URL(endpoint).origin ? await huggingFaceAuthorization() : undefined;
  return { authorization, access: (headers) => accessAdvice(headers, `${endpoint}/${repo}`) };
}
