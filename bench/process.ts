import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Start } from './engines/index.js';
import type { Job, Ready, Spent } from './job.js';
import { pathTo } from './paths.js';

const LAST_WORDS = 2000;

/** A running process of an engine, which measures itself. */
export class EngineProcess {
  readonly ready: Ready;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #said: { text: string };

  private constructor(child: ChildProcess, answers: AsyncIterator<string>, said: { text: string }, ready: Ready) {
    this.#child = child;
    this.#answers = answers;
    this.#said = said;
    this.ready = ready;
  }

  static async open({ command, args }: Exclude<Start, { readonly absent: string }>, job: Job): Promise<EngineProcess> {
    const count = String(job.threads);
    const env = { ...process.env, OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count };
    const child = spawn(command, [...args, JSON.stringify(job)], { cwd: pathTo('.'), env, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
    const said = { text: '' };
    child.on('exit', (code, signal) => {
      if (said.text === '') said.text = `Error: the process ended with ${signal ?? `exit code ${code}`}`;
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        said.text = (said.text + chunk).slice(-LAST_WORDS);
      });
    }
    const lines: Interface = createInterface({ input: child.stdio[3] as Readable });
    const answers = lines[Symbol.asyncIterator]();
    return new EngineProcess(child, answers, said, await next<Ready>(answers, said));
  }

  /** Does `count` units of the work. */
  async run(count: number): Promise<Spent> {
    this.#child.stdin?.write(`${JSON.stringify({ count })}\n`);
    return next<Spent>(this.#answers, this.#said);
  }

  close(): void {
    this.#child.kill();
  }
}

async function next<Answer>(answers: AsyncIterator<string>, said: { text: string }): Promise<Answer> {
  const { done, value } = await answers.next();
  if (done) throw new Error(said.text.trim() || 'Error: the process ended');
  return JSON.parse(value) as Answer;
}
