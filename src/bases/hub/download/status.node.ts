import type { IncomingHttpHeaders } from 'node:http';
import { fail } from '../../../core/index.js';
import { NetworkFailure } from '../retry.node.js';
import type { HttpResponse } from './request.node.js';

export interface Refused {
  /** The address as the user wrote it, for messages and events. */
  readonly uri: string;
  /** What somebody who may not have it can do, where need be by what the answer says. */
  readonly access?: string | ((headers: IncomingHttpHeaders) => string) | undefined;
}

/** Statuses that another try may cure. Source: RFC 9110, 15; RFC 6585, 4; RFC 8470, 5.2. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Turns an answer that is no file into an error. @throws HUB_NOT_FOUND, HUB_ACCESS_DENIED, HUB_HTTP, {@link NetworkFailure} */
export function refuseStatus({ status, headers, url }: Pick<HttpResponse, 'status' | 'headers' | 'url'>, { uri, access }: Refused): never {
  const { host } = new URL(url);
  if (PASSING.has(status)) throw new NetworkFailure(`${host} answers with status ${status}`, { retryAfter: retryAfter(headers) });
  if (status === 404 || status === 410) fail('HUB_NOT_FOUND', { uri, host, status });
  const advice = typeof access === 'function' ? access(headers) : access;
  if (status === 401 || status === 403) fail('HUB_ACCESS_DENIED', { uri, host, status, access: advice ?? 'Check that the address is public.' });
  // Sign-in pages, and those of a hotel's network, come with the status of success.
  if (status < 300) fail('HUB_HTTP', { uri, host, reason: 'it answers with a web page, not with a file' });
  return fail('HUB_HTTP', { uri, host, reason: `it answers with status ${status}` });
}

/**
 * Milliseconds to wait: of `Retry-After` seconds or a date, of `RateLimit` the seconds after which a used-up quota is new.
 * Source: RFC 9110, 10.2.3; draft-ietf-httpapi-ratelimit-headers-09, 4.
 */
function retryAfter({ 'retry-after': header, ratelimit }: IncomingHttpHeaders): number {
  const [, seconds] = /;\s*r=0\s*;\s*t=(\d+)/.exec([ratelimit ?? ''].flat().join()) ?? [];
  if (header === undefined) return Number(seconds ?? 0) * 1000;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : 0;
}
