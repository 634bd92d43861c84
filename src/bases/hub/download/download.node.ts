import type { IncomingHttpHeaders } from 'node:http';
import { fail } from '../../../core/index.js';
import { type Checksum, digestFile } from '../digest.node.js';
import type { ResolveOptions } from '../options.node.js';
import { NetworkFailure, withRetries } from '../retry.node.js';
import { removePartial } from './partial.node.js';
import { get, networkReason } from './request.node.js';
import { refuseStatus } from './status.node.js';
import { type DownloadRequest, transfer } from './transfer.node.js';

/** A file that came whole and is what its source says. */
export interface Downloaded {
  readonly file: string;
  readonly bytes: number;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Downloads a file: goes on where an earlier try or process stopped, tries again where the network fails, and compares the hash with what the
 * source states.
 * @param use moves or unpacks the file, which is gone afterwards
 * @throws HUB_NETWORK, HUB_NOT_FOUND, HUB_ACCESS_DENIED, HUB_HTTP, HUB_URL_REFUSED, HUB_HASH_MISMATCH, HUB_TOO_LARGE, HUB_CACHE_WRITE, HUB_STOPPED
 */
export async function download<T>(request: DownloadRequest, options: ResolveOptions, use: (downloaded: Downloaded) => Promise<T>): Promise<T> {
  const downloaded = await downloadVerified(request, options);
  try {
    return await use(downloaded);
  } finally {
    await removePartial(request.partial);
  }
}

/** A wrong hash gets one more try from the beginning: something on the way may have changed it. */
async function downloadVerified(request: DownloadRequest, options: ResolveOptions): Promise<Downloaded> {
  const first = await downloadOnce(request, options);
  const wrong = await findMismatch(first, request, options);
  if (wrong === undefined) return first;
  await removePartial(request.partial);
  options.events?.emit('retry', { uri: request.uri, reason: `its ${wrong.algorithm} is ${wrong.actual}, not ${wrong.expected}`, delay: 0 });
  const second = await downloadOnce(request, options);
  const again = await findMismatch(second, request, options);
  if (again === undefined) return second;
  await removePartial(request.partial);
  return fail('HUB_HASH_MISMATCH', { uri: request.uri, ...again });
}

function downloadOnce(request: DownloadRequest, options: ResolveOptions): Promise<Downloaded> {
  return withRetries(request.uri, options, () => transfer(request, options));
}

interface Mismatch {
  readonly algorithm: string;
  readonly expected: string;
  readonly actual: string;
}

async function findMismatch(downloaded: Downloaded, { uri, expected }: DownloadRequest, options: ResolveOptions): Promise<Mismatch | undefined> {
  const stated = expected ?? statedChecksum(downloaded.headers);
  if (stated === undefined) return undefined;
  const actual = await digestFile(downloaded.file, stated.algorithm);
  if (!actual.startsWith(stated.hex)) return { algorithm: stated.algorithm, expected: stated.hex, actual };
  options.events?.emit('verified', { uri, integrity: `${stated.algorithm}:${actual}`, bytes: downloaded.bytes });
  return undefined;
}

/**
 * The hash that a server states of the whole file.
 * Source: Google Cloud Storage, XML API, `x-goog-hash: crc32c=…,md5=…` in base64; of what the storage keeps, so not where it is sent decompressed.
 */
function statedChecksum(headers: IncomingHttpHeaders): Checksum | undefined {
  const [, md5] = /(?:^|[,\s])md5=([\w+/]+={0,2})/.exec([headers['x-goog-hash'] ?? ''].flat().join(',')) ?? [];
  if (md5 === undefined || headers['content-encoding'] !== undefined) return undefined;
  return { algorithm: 'md5', hex: Buffer.from(md5, 'base64').toString('hex') };
}

/** What a server's interface answers. */
export interface Answer {
  readonly value: unknown;
  readonly headers: IncomingHttpHeaders;
}

type Question = Omit<DownloadRequest, 'partial' | 'expected'>;

/** What a server's interface answers, as JSON. @throws as {@link download}, but for the file; HUB_HTTP where it is no JSON */
export async function fetchJson(request: Question, options: ResolveOptions): Promise<unknown> {
  return (await fetchAnswer(request, options)).value;
}

/** {@link fetchJson} with the headers of the answer. */
export function fetchAnswer(request: Question, options: ResolveOptions): Promise<Answer> {
  return withRetries(request.uri, options, async () => {
    const response = await get({ ...request, timeout: options.timeout, signal: options.signal });
    const text = await readText(response.body).catch((error: unknown) => {
      throw new NetworkFailure(networkReason(error, new URL(response.url).host), { cause: error });
    });
    if (response.status !== 200) refuseStatus(response, request);
    try {
      return { value: JSON.parse(text) as unknown, headers: response.headers };
    } catch (error) {
      return fail('HUB_HTTP', { uri: request.uri, host: new URL(response.url).host, reason: 'its answer is not JSON' }, error);
    }
  });
}

const LONGEST_ANSWER = 4 * 2 ** 20;

/** What comes after the first 4 MiB is no answer of an interface. */
async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > LONGEST_ANSWER) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
