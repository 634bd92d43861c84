import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

/** Files of a small web site: contents by path, and folders by the path they are served under. */
export interface Site {
  readonly files: ReadonlyMap<string, Uint8Array | string>;
  readonly folders: Readonly<Record<string, string>>;
  /** Whether pages may use several threads: served with the headers browsers demand for that. */
  readonly isolated: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** Serves a site on a free port of this machine. */
export async function serve(site: Site): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async ({ url = '/' }, response) => {
    const path = new URL(url, 'http://localhost').pathname;
    const contents = await find(site, path);
    const headers = { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream', ...(site.isolated ? ISOLATION : {}) };
    response.writeHead(contents === undefined ? 404 : 200, headers).end(contents);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function find({ files, folders }: Site, path: string): Promise<Uint8Array | string | undefined> {
  const file = files.get(path);
  if (file !== undefined) return file;
  for (const [prefix, folder] of Object.entries(folders)) {
    if (path.startsWith(prefix)) return readFile(join(folder, normalize(path.slice(prefix.length)))).catch(() => undefined);
  }
  return undefined;
}
