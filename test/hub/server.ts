import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A request as it arrived. */
export interface Arrived {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** A local HTTP server whose answers a test decides; what it has no answer for is 404. */
export class HubServer {
  readonly requests: Arrived[] = [];
  readonly #answers = new Map<string, Answer[]>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    });
    // A proxy: for https (and undici uses it for http, too) a tunnel.
    this.#server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
      this.requests.push({ path: `CONNECT ${request.url}`, headers: request.headers });
      const [host = '', port = ''] = (request.url ?? '').split(':');
      const target = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        target.write(head);
        target.pipe(client).pipe(target);
      });
      target.on('error', () => client.destroy());
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The same server under another name, and so another origin. */
  get otherUrl(): string {
    return this.url.replace('127.0.0.1', 'localhost');
  }

  /** Answers a path (with its query, if it has one): the first request by the first answer, and so on; the last one stays. */
  on(path: string, ...answers: readonly Answer[]): this {
    this.#answers.set(path, [...answers]);
    return this;
  }

  /** Paths asked for, in order. */
  get paths(): readonly string[] {
    return this.requests.map(({ path }) => path);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.requests.push({ path, headers: request.headers });
    const answers = this.#answers.get(path) ?? this.#answers.get(path.split('?')[0] ?? '');
    const answer = answers && answers.length > 1 ? answers.shift() : answers?.[0];
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  }
}

export interface Served {
  /** `"…"` by default the hash of the content; `undefined` for none. */
  readonly etag?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes after which the connection is cut. */
  readonly cutAfter?: number;
  /** Bytes after which nothing more comes. */
  readonly stallAfter?: number;
}

/** A file, as storage servers answer: with ETag and length, and parts of it on request. Source: RFC 9110, 13 and 14. */
export function file(content: string | Uint8Array, served: Served = {}): Answer {
  const bytes = Buffer.from(content);
  const etag = 'etag' in served ? served.etag : `"${createHash('md5').update(bytes).digest('hex')}"`;
  return ({ headers }, response) => {
    const [, from] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
    const start = from !== undefined && (headers['if-range'] === undefined || headers['if-range'] === etag) ? Number(from) : 0;
    if (start >= bytes.length && start > 0) return void response.writeHead(416).end();
    const range = start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {};
    const rest = bytes.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length, ...(etag && { etag }), ...range, ...served.headers });
    const { cutAfter, stallAfter } = served;
    if (cutAfter === undefined && stallAfter === undefined) return void response.end(rest);
    response.write(rest.subarray(0, cutAfter ?? stallAfter), () => cutAfter !== undefined && setTimeout(() => response.destroy(), 30));
  };
}

export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_, response) => void response.writeHead(code, headers).end();
}

export function redirect(location: string, code = 302): Answer {
  return status(code, { location });
}

export function json(value: unknown): Answer {
  return file(JSON.stringify(value), { headers: { 'content-type': 'application/json' } });
}
