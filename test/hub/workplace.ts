import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { type HubEvents, type ResolveOptions, resolveUri } from '../../src/bases/hub/index.node.js';
import { Events } from '../../src/core/index.js';
import { HubServer } from './server.js';

/** A server, an empty cache and an empty project; the caches of other programs lie beside them. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'regraft-hub-'));
  readonly cache = join(this.folder, 'cache');
  readonly server = new HubServer();
  readonly events = new Events<HubEvents>();

  static async open(): Promise<Workplace> {
    const place = new Workplace();
    await place.server.start();
    const { url } = place.server;
    const none = { HTTP_PROXY: '', HTTPS_PROXY: '', http_proxy: '', https_proxy: '', KAGGLE_USERNAME: '', KAGGLE_KEY: '', KAGGLE_API_TOKEN: '' };
    const shared = {
      KERAS_HOME: place.at('keras'),
      TORCH_HOME: place.at('torch'),
      KAGGLEHUB_CACHE: place.at('kagglehub'),
      KAGGLE_CONFIG_DIR: place.at('kaggle'),
      TFHUB_CACHE_DIR: '',
      HF_HOME: place.at('huggingface'),
    };
    const huggingFace = [
      ...['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'HF_TOKEN_PATH', 'HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE', 'HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'],
      ...['HF_HUB_DISABLE_IMPLICIT_TOKEN', 'HF_HUB_DISABLE_SYMLINKS'],
    ];
    for (const name of huggingFace) vi.stubEnv(name, '');
    const hosts = {
      REGRAFT_KERAS_URL: `${url}/storage`,
      REGRAFT_TORCH_URL: `${url}/storage`,
      KAGGLE_API_ENDPOINT: url,
      HF_ENDPOINT: url,
      REGRAFT_OFFLINE: '',
    };
    for (const [name, value] of Object.entries({ ...none, ...shared, ...hosts })) vi.stubEnv(name, value);
    return place;
  }

  at(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  get options(): ResolveOptions {
    return { cacheDir: this.cache, baseDir: this.folder, retryDelay: 1, events: this.events };
  }

  /** Resolves against this cache and project, without waiting between tries. */
  resolve(uri: string, options: ResolveOptions = {}): ReturnType<typeof resolveUri> {
    return resolveUri(uri, { ...this.options, ...options });
  }

  /** Resolves a path of the server. */
  fetch(path: string, options: ResolveOptions = {}): ReturnType<typeof resolveUri> {
    return this.resolve(this.server.url + path, options);
  }

  async read(path: string, name: string, options: ResolveOptions = {}): Promise<string> {
    return new TextDecoder().decode(await (await this.fetch(path, options)).root.read(name));
  }

  /** What unfinished work and locks left in the cache. */
  leftovers(): string[] {
    const names = readdirSync(this.folder, { recursive: true }).map(String);
    return names.filter((name) => name !== 'regraft.lock' && /\.(?:tmp|lock)$/.test(name));
  }

  async close(): Promise<void> {
    vi.unstubAllEnvs();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
