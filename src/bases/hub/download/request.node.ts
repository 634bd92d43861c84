import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { fail } from '../../../core/index.js';
import { NetworkFailure } from '../retry.node.js';

export interface HttpRequest {
  /** The address as the user wrote it, for messages. */
  readonly uri: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Value of the header `Authorization`. Only the server of `url` sees it, none that it redirects to. */
  readonly authorization?: string | undefined;
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable & { dump(): Promise<void> };
  /** Where the answer came from, after redirects. */
  readonly url: string;
}

const MOST_REDIRECTS = 10;
const DEFAULT_TIMEOUT = 30_000;

/**
 * Sends a GET request through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name, and follows redirects.
 * @throws HUB_URL_REFUSED, {@link NetworkFailure}
 */
export async function get(request: HttpRequest): Promise<HttpResponse> {
  const { uri } = request;
  const start = checkedUrl(request.url, uri);
  for (let url = start, redirects = 0; ; redirects++) {
    const response = await send(url, url.origin === start.origin ? request : { ...request, authorization: undefined });
    const { location } = response.headers;
    if (![301, 302, 303, 307, 308].includes(response.status) || location === undefined) return { ...response, url: url.href };
    await response.body.dump();
    if (redirects === MOST_REDIRECTS) fail('HUB_HTTP', { uri, host: url.host, reason: `it redirects more than ${MOST_REDIRECTS} times` });
    url = redirected(location, url, uri);
  }
}

function redirected(location: string, from: URL, uri: string): URL {
  if (!URL.canParse(location, from)) fail('HUB_HTTP', { uri, host: from.host, reason: `it redirects to "${location}", which is no address` });
  const url = checkedUrl(new URL(location, from).href, uri);
  if (from.protocol === 'https:' && url.protocol !== 'https:') refuse(uri, `${from.host} redirects to ${url.origin}, which is not encrypted`);
  return url;
}

/** @throws HUB_URL_REFUSED for what is not encrypted (but on this machine) or holds a password */
export function checkedUrl(text: string, uri: string): URL {
  if (!URL.canParse(text)) return refuse(uri, 'it is not an address');
  const url = new URL(text);
  const isLocal = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal)) refuse(uri, `${url.origin} is not encrypted; only https: is taken`);
  if (url.username !== '' || url.password !== '') refuse(uri, 'it holds a user name or password, which would end up in logs');
  return url;
}

function refuse(uri: string, reason: string): never {
  return fail('HUB_URL_REFUSED', { uri: uri.replace(/\/\/[^/]*@/, '//…@'), reason });
}

async function send(url: URL, { headers, authorization, timeout = DEFAULT_TIMEOUT, signal }: HttpRequest): Promise<Omit<HttpResponse, 'url'>> {
  // Loaded late, since only downloads need it. Kept at 7.24: later versions for Node 20 crash when a server closes while its answer is written (undici #5360).
  const { request } = await import('undici');
  try {
    const { statusCode, ...response } = await request(url, {
      dispatcher: await agent(),
      headers: { 'user-agent': 'regraft', 'accept-encoding': 'identity', ...headers, ...(authorization !== undefined && { authorization }) },
      headersTimeout: timeout,
      bodyTimeout: timeout,
      ...(signal && { signal }),
    });
    return { status: statusCode, headers: response.headers, body: response.body };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new NetworkFailure(networkReason(error, url.host), { cause: error });
  }
}

const agents = new Map<string, Promise<Dispatcher>>();

/** One agent for what the environment says of proxies. Node's own fetch takes no notice of it. */
function agent(): Promise<Dispatcher> {
  const { HTTP_PROXY, http_proxy, HTTPS_PROXY, https_proxy } = process.env;
  const key = JSON.stringify([HTTP_PROXY, http_proxy, HTTPS_PROXY, https_proxy]);
  const made = agents.get(key) ?? import('undici').then(({ EnvHttpProxyAgent }) => new EnvHttpProxyAgent());
  agents.set(key, made);
  return made;
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection was cut'],
  ['UND_ERR_SOCKET', 'the connection was cut'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'the connection was cut'],
  ['ENOTFOUND', 'its name is not known'],
  ['EAI_AGAIN', 'its name cannot be looked up'],
  ['ENETUNREACH', 'the network cannot be reached'],
  ['ETIMEDOUT', 'it does not answer'],
  ['UND_ERR_CONNECT_TIMEOUT', 'it does not answer'],
  ['UND_ERR_HEADERS_TIMEOUT', 'it does not answer'],
  ['UND_ERR_BODY_TIMEOUT', 'it stopped sending'],
]);

/** What a failure of the network means, for people. */
export function networkReason(error: unknown, host: string): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  return `${host}: ${reasons.get(code ?? '') ?? (message || code || String(error))}`;
}
