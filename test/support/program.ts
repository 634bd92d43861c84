import { runProgram } from '../../src/app/cli/program.js';
import { verbs } from '../../src/app/cli/verbs/index.js';

/** What a command line left. */
interface Outcome {
  readonly code: 0 | 1 | 2;
  /** The document that `--json` printed. */
  readonly document: unknown;
  /** Notes. */
  readonly notes: string;
}

/** Runs a command line with `--json` in this process. */
export async function program(...words: readonly string[]): Promise<Outcome> {
  const written = { out: '', err: '' };
  const terminal = {
    out: (text: string) => {
      written.out += text;
    },
    err: (text: string) => {
      written.err += text;
    },
    isInteractive: false,
    columns: 80,
    signal: new AbortController().signal,
  };
  const code = await runProgram([...words, '--json'], { verbs, version: '0.0.0', terminal });
  return { code, document: JSON.parse(written.out), notes: written.err };
}
