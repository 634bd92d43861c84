import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface NpmSearchBehaviour {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
  /** Milliseconds before it answers. */
  readonly delay?: number;
}

/** A stand-in for npm, put first on PATH, that answers `npm search`. */
export class NpmSearch {
  readonly #folder = mkdtempSync(join(tmpdir(), 'regraft-npm-search-'));
  readonly #path = process.env.PATH ?? '';

  constructor() {
    process.env.PATH = `${this.#folder}${delimiter}${this.#path}`;
  }

  answer({ stdout = '', stderr = '', exitCode = 0, delay = 0 }: NpmSearchBehaviour): void {
    const script = `#!/usr/bin/env node
require('node:fs').writeFileSync(${JSON.stringify(this.#log)}, JSON.stringify(process.argv.slice(2)));
setTimeout(() => {
  process.stdout.write(${JSON.stringify(stdout)});
  process.stderr.write(${JSON.stringify(stderr)});
  process.exitCode = ${exitCode};
}, ${delay});
`;
    writeFileSync(join(this.#folder, 'npm'), script);
    chmodSync(join(this.#folder, 'npm'), 0o755);
  }

  /** What it was last called with; undefined when it was not. */
  get words(): readonly string[] | undefined {
    return existsSync(this.#log) ? JSON.parse(readFileSync(this.#log, 'utf8')) : undefined;
  }

  get #log(): string {
    return join(this.#folder, 'called.json');
  }

  remove(): void {
    process.env.PATH = this.#path;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
