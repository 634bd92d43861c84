import { createHash } from 'node:crypto';
import { type Answer, file, HubServer, json, status } from './server.js';
import type { Workplace } from './workplace.js';

/** A version of a repository. */
export interface Published {
  readonly repo: string;
  readonly commit: string;
  /** Branches and tags that are this commit; default: `main`. */
  readonly revisions?: readonly string[];
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly license?: string | readonly string[];
  /** How many files a page of the listing has. */
  readonly page?: number;
}

/** Files that the Hub keeps elsewhere, in its storage for large files. */
const LARGE = /\.(?:safetensors|bin|onnx|onnx_data|h5)$/;

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** The hash under which git keeps a file. Source: `git hash-object`. */
export function gitHash(content: string | Uint8Array): string {
  const bytes = Buffer.from(content);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** The hash under which the Hub's clients keep a file. */
export const blobName = (path: string, content: string | Uint8Array): string => (LARGE.test(path) ? sha256(content) : gitHash(content));

/**
 * The Hugging Face Hub, as its clients see it: facts and listing of a repository, small files from itself, large ones behind a redirect to a storage
 * with another address.
 * Source: huggingface_hub 1.33, hf_api.py and file_download.py.
 */
export class FakeHuggingFace {
  readonly storage = new HubServer();
  readonly #place: Workplace;

  constructor(place: Workplace) {
    this.#place = place;
  }

  async start(): Promise<this> {
    await this.storage.start();
    return this;
  }

  get hub(): HubServer {
    return this.#place.server;
  }

  publish(published: Published): this {
    const { repo, commit, revisions = ['main'], files, license } = published;
    const facts = { _id: 'x', id: repo, sha: commit, private: false, gated: false, ...(license !== undefined && { cardData: { license } }) };
    for (const revision of [...revisions, commit]) this.hub.on(`/api/models/${repo}/revision/${encodeURIComponent(revision)}`, json(facts));
    this.hub.on(`/api/models/${repo}/tree/${commit}`, this.#listing(published));
    for (const [path, content] of Object.entries(files)) {
      const answer = LARGE.test(path)
        ? this.#stored(content, commit)
        : file(content, { etag: `"${gitHash(content)}"`, headers: { 'x-repo-commit': commit } });
      this.hub.on(resolvePath(repo, commit, path), answer);
    }
    return this;
  }

  /** Large files come from the storage, with a tag of its own. */
  #stored(content: string | Uint8Array, commit: string): Answer {
    const location = `/${sha256(content)}?signature=x`;
    this.storage.on(location, file(content, { etag: '"of-the-storage"' }));
    const linked = { 'x-linked-etag': `"${sha256(content)}"`, 'x-linked-size': String(Buffer.from(content).length), 'x-repo-commit': commit };
    return (_, response) => void response.writeHead(302, { ...linked, location: this.storage.otherUrl + location }).end();
  }

  #listing({ repo, commit, files, page = 1000 }: Published): Answer {
    const folders = new Set(Object.keys(files).flatMap((path) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : [])));
    const entries = [
      ...[...folders].map((path) => ({ type: 'directory', oid: '0'.repeat(40), size: 0, path })),
      ...Object.entries(files).map(([path, content]) => listed(path, Buffer.from(content))),
    ];
    return (request, response) => {
      const start = Number(new URL(request.url ?? '', 'http://x').searchParams.get('cursor') ?? 0);
      const next = `${this.hub.url}/api/models/${repo}/tree/${commit}?recursive=true&cursor=${start + page}`;
      const headers = { 'content-type': 'application/json', ...(start + page < entries.length && { link: `<${next}>; rel="next"` }) };
      response.writeHead(200, headers).end(JSON.stringify(entries.slice(start, start + page)));
    };
  }

  async stop(): Promise<void> {
    await this.storage.stop();
  }
}

function listed(path: string, bytes: Buffer): object {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(bytes)}\nsize ${bytes.length}\n`;
  if (!LARGE.test(path)) return { type: 'file', oid: gitHash(bytes), size: bytes.length, path };
  return {
    type: 'file',
    oid: gitHash(pointer),
    size: bytes.length,
    path,
    lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: pointer.length },
  };
}

export function resolvePath(repo: string, commit: string, path: string): string {
  return `/${repo}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** How the Hub refuses. */
export function refused(code: 'GatedRepo' | 'RepoNotFound' | 'RevisionNotFound' | 'EntryNotFound', statusCode: number): Answer {
  return status(statusCode, { 'x-error-code': code, 'x-error-message': code });
}
