import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type ResolveOptions, resolveUri } from '../../src/bases/hub/index.node.js';
import { makeTarball, type TarEntry } from './tarball.js';

/** What the next calls of `npm pack` do. */
export interface NpmBehaviour {
  readonly tarball?: Buffer;
  readonly integrity?: string;
  readonly version?: string;
  readonly exitCode?: number;
  readonly stderr?: string;
  /** Calls that fail as if the network did, before the others. */
  readonly failures?: number;
  readonly stdoutBefore?: string;
}

const SCRIPT = `#!/usr/bin/env node
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const here = __dirname;
const behaviour = JSON.parse(readFileSync(join(here, 'behaviour.json'), 'utf8'));
const args = process.argv.slice(2);
appendFileSync(join(here, 'calls.log'), JSON.stringify({ args, cwd: process.cwd() }) + '\\n');
const call = readFileSync(join(here, 'calls.log'), 'utf8').trim().split('\\n').length;
if (call <= (behaviour.failures ?? 0)) {
  console.error('npm warn a warning\\nnpm error code ECONNRESET\\nnpm error network aborted');
  process.exit(1);
}
if (behaviour.exitCode) {
  console.error(behaviour.stderr ?? '');
  process.exit(behaviour.exitCode);
}
const spec = args[1];
const name = spec.startsWith('@') ? '@' + spec.slice(1).split('@')[0] : spec.split('@')[0];
const filename = name.replace('@', '').replace('/', '-') + '-' + behaviour.version + '.tgz';
writeFileSync(join(args[args.indexOf('--pack-destination') + 1], filename), readFileSync(join(here, 'package.tgz')));
console.error('npm warn Unknown user config.');
console.log((behaviour.stdoutBefore ?? '') + JSON.stringify([{ id: spec, name, version: behaviour.version, filename, integrity: behaviour.integrity }], null, 2));
`;

/** A small package. */
export const things: readonly TarEntry[] = [
  { path: 'package/package.json', content: JSON.stringify({ name: 'things', version: '1.2.3', license: 'MIT' }) },
  { path: 'package/models/a.bin', content: 'alpha' },
  { path: 'package/models/deep/b.bin', content: 'beta' },
];

/** A stand-in for npm, put first on PATH, that writes a prepared tarball. */
export class FakeNpm {
  readonly folder = mkdtempSync(join(tmpdir(), 'regraft-fake-npm-'));
  readonly cache = join(this.folder, 'cache');
  readonly project = join(this.folder, 'project');
  readonly #bin = join(this.folder, 'bin');
  readonly #path = process.env.PATH ?? '';

  constructor() {
    mkdirSync(this.#bin);
    mkdirSync(this.project);
    writeFileSync(join(this.#bin, 'npm'), SCRIPT);
    chmodSync(join(this.#bin, 'npm'), 0o755);
    process.env.PATH = `${this.#bin}${delimiter}${this.#path}`;
  }

  /** Sets what npm answers, and forgets the calls so far. */
  serve(entries: readonly TarEntry[], behaviour: NpmBehaviour = {}): void {
    const tarball = behaviour.tarball ?? makeTarball(entries);
    const integrity = behaviour.integrity ?? `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    writeFileSync(join(this.#bin, 'package.tgz'), tarball);
    writeFileSync(join(this.#bin, 'behaviour.json'), JSON.stringify({ version: '1.2.3', ...behaviour, tarball: undefined, integrity }));
    writeFileSync(join(this.#bin, 'calls.log'), '');
  }

  get calls(): readonly { readonly args: readonly string[]; readonly cwd: string }[] {
    const lines = readFileSync(join(this.#bin, 'calls.log'), 'utf8').trim();
    return lines === '' ? [] : lines.split('\n').map((line) => JSON.parse(line));
  }

  /** Resolves against a cache and a project of its own, without waiting between tries. */
  resolve(uri: string, options: ResolveOptions = {}): ReturnType<typeof resolveUri> {
    return resolveUri(uri, { cacheDir: this.cache, baseDir: this.project, retryDelay: 1, ...options });
  }

  async read(uri: string, file: string): Promise<string> {
    return new TextDecoder().decode(await (await this.resolve(uri)).root.read(file));
  }

  /** Unfinished entries in the cache. */
  leftovers(): string[] {
    const names = readdirSync(this.cache, { recursive: true }).map(String);
    return names.filter((name) => name.endsWith('.tmp'));
  }

  remove(): void {
    process.env.PATH = this.#path;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
