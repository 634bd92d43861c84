import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));

/** What a command line left. */
export interface Ended {
  /** `undefined` when a signal ended it. */
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  /** A signal to send, and the condition that is looked at every few milliseconds until it holds. */
  readonly signal?: { readonly name: NodeJS.Signals; when(): boolean };
  readonly nodeOptions?: readonly string[];
}

/** Milliseconds between two looks at the condition for a signal. */
const INTERVAL = 2;

/** Runs the built command-line program as a process of its own. */
export async function cli(words: readonly string[], { signal, nodeOptions = [] }: CliOptions = {}): Promise<Ended> {
  const child = spawn(process.execPath, [...nodeOptions, PROGRAM, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.err += chunk));
  const timer = setInterval(() => {
    if (!signal?.when()) return;
    clearInterval(timer);
    child.kill(signal.name);
  }, INTERVAL);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(timer);
  return { code: code ?? undefined, ...text };
}
