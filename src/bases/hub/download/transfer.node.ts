import { createWriteStream } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { RegraftError } from '../../../core/index.js';
import { DEFAULT_LIMITS } from '../archive/guard.js';
import { cacheFailure } from '../cache/manifest.node.js';
import type { Checksum } from '../digest.node.js';
import type { ResolveOptions } from '../options.node.js';
import { NetworkFailure } from '../retry.node.js';
import { Count } from './count.node.js';
import { beginPartial, openPartial, type Partial, removePartial } from './partial.node.js';
import { get, type HttpResponse, networkReason } from './request.node.js';
import { type Refused, refuseStatus } from './status.node.js';

export interface DownloadRequest extends Refused {
  readonly url: string;
  /** Folder for the unfinished file; the caller sees to it that no other process uses it. */
  readonly partial: string;
  /** What the source says its hash is. */
  readonly expected?: Checksum | undefined;
  /** Value of the header `Authorization`; only the server of `url` sees it. */
  readonly authorization?: string | undefined;
}

export interface Transferred {
  readonly file: string;
  readonly bytes: number;
  readonly headers: IncomingHttpHeaders;
}

/** One try: all that is missing of a file. @throws NetworkFailure, HUB_TOO_LARGE, HUB_CACHE_WRITE and the errors of {@link refuseStatus} */
export async function transfer(request: DownloadRequest, options: ResolveOptions): Promise<Transferred> {
  const { uri, url, partial: folder } = request;
  const partial = await openPartial(folder, url);
  const response = await get({ ...request, headers: headersFor(partial), timeout: options.timeout, signal: options.signal });
  if (response.status === 416) return startOver(folder, 'the server has less than was downloaded before');
  if (response.status !== 200 && response.status !== 206) await refuse(response, request);
  if (/^text\/html\b/.test(response.headers['content-type'] ?? '')) await refuse(response, request);
  if (response.status === 206 && !continues(response.headers, partial)) {
    response.body.destroy();
    return startOver(folder, 'the server sent another part than it was asked for');
  }
  const before = response.status === 206 ? partial.bytes : 0;
  const validator = validatorOf(response.headers);
  if (before === 0) await beginPartial(folder, url, validator);
  const total = totalOf(response.headers, before);
  const limit = (options.limits ?? DEFAULT_LIMITS).bytes;
  const count = new Count({ before, limit, uri, onBytes: (bytes) => options.events?.emit('progress', { uri, bytes, ...(total && { total }) }) });
  try {
    if (total !== undefined && total > limit) count.refuse();
    const write = createWriteStream(partial.file, { flags: before > 0 ? 'a' : 'w' });
    await pipeline([response.body, ...decoders(response.headers), count, write]);
  } catch (error) {
    response.body.destroy();
    // What cannot be gone on with is no progress; nor is what came before already.
    const progressed = validator !== undefined && count.bytes > partial.bytes;
    throw await explain(error, request, { response, progressed, options });
  }
  return { file: partial.file, bytes: count.bytes, headers: response.headers };
}

function headersFor({ bytes, validator }: Partial): Record<string, string> {
  return validator === undefined ? {} : { range: `bytes=${bytes}-`, 'if-range': validator };
}

async function startOver(folder: string, reason: string): Promise<never> {
  await removePartial(folder);
  throw new NetworkFailure(reason);
}

async function refuse(response: HttpResponse, request: DownloadRequest): Promise<never> {
  await response.body.dump().catch(() => undefined);
  return refuseStatus(response, request);
}

/** Whether a partial answer begins where the file ends, and belongs to the same version. */
function continues(headers: IncomingHttpHeaders, { bytes, validator }: Partial): boolean {
  const [, start] = /^bytes (\d+)-/.exec(headers['content-range'] ?? '') ?? [];
  const now = validatorOf(headers);
  return Number(start) === bytes && headers['content-encoding'] === undefined && (now === undefined || now === validator);
}

/** Source: RFC 9110, 13.1.5: a weak tag does not do. What the server compressed on the way has other bytes the next time. */
function validatorOf(headers: IncomingHttpHeaders): string | undefined {
  const { etag } = headers;
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') return undefined;
  return etag !== undefined && !etag.startsWith('W/') ? etag : etag === undefined ? headers['last-modified'] : undefined;
}

function totalOf(headers: IncomingHttpHeaders, before: number): number | undefined {
  const length = headers['content-length'];
  return length === undefined || decoders(headers).length > 0 ? undefined : before + Number(length);
}

/** Some servers compress although they were asked not to. */
function decoders(headers: IncomingHttpHeaders): Transform[] {
  const encoding = headers['content-encoding'];
  if (encoding === 'gzip' || encoding === 'x-gzip') return [createGunzip()];
  if (encoding === 'br') return [createBrotliDecompress()];
  return encoding === 'deflate' ? [createInflate()] : [];
}

interface Failed {
  readonly response: { readonly url: string; readonly body: Readable };
  readonly progressed: boolean;
  readonly options: ResolveOptions;
}

async function explain(error: unknown, { partial }: DownloadRequest, { response, progressed, options }: Failed): Promise<unknown> {
  if (options.signal?.aborted) return error;
  if (error instanceof RegraftError) await removePartial(partial);
  if (error instanceof RegraftError) return error;
  const { syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'write' || syscall === 'open') cacheFailure(partial)(error);
  return new NetworkFailure(networkReason(error, new URL(response.url).host), { progressed, cause: error });
}
