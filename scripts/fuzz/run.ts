import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './outcome.js';

/** What to read. */
export interface Task {
  readonly reader: string;
  readonly seed: number;
  /** The first input. */
  readonly from: number;
  /** Behind the last input. */
  readonly to: number;
}

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));
/** A process that says nothing for so long hangs, on a machine that is busy with other things too; until its first word it starts. */
const SILENCE = 120_000;
const START = 120_000;
/** Inputs a process reads: libraries keep what they once took. */
const BATCH = 2000;

/** Reads all inputs in processes that may crash or hang; an input that ends its process is named, and the next process goes on behind it. */
export async function runTask(task: Task, onOutcome: (outcome: Outcome) => void = () => {}): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const push = (outcome: Outcome): void => {
    outcomes.push(outcome);
    onOutcome(outcome);
  };
  for (let next = task.from; next < task.to; ) {
    const to = Math.min(next + BATCH, task.to);
    const reason = await runBatch({ ...task, from: next, to }, push);
    const reached = (outcomes.at(-1)?.index ?? task.from - 1) + 1;
    if (reached < to && outcomes.at(-1)?.result !== 'failed') push(ended(reached, reason));
    else if (reached < to && reached === next) push(ended(reached, reason));
    next = (outcomes.at(-1)?.index ?? next) + 1;
  }
  return outcomes;
}

function ended(index: number, reason: string): Outcome {
  return { index, result: 'failed', reason, milliseconds: 0, bytes: 0 };
}

/** Runs one process to its end; returns how it ended. */
function runBatch({ reader, seed, from, to }: Task, onOutcome: (outcome: Outcome) => void): Promise<string> {
  const child = fork(CHILD, [reader, seed, from, to].map(String), {
    execArgv: ['--import', 'tsx', '--expose-gc', '--max-old-space-size=1024'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return new Promise((resolve) => {
    let text = '';
    let reason: string | undefined;
    const watch = (milliseconds: number): NodeJS.Timeout =>
      setTimeout(() => {
        reason = `nothing for ${milliseconds / 1000} s`;
        child.kill('SIGKILL');
      }, milliseconds);
    let timer = watch(START);
    child.stderr?.on('data', (data: Buffer) => {
      text = (text + data.toString()).slice(-2000);
    });
    child.on('message', (outcome: Outcome) => {
      clearTimeout(timer);
      timer = watch(SILENCE);
      onOutcome(outcome);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(reason ?? `the process ended with ${signal ?? code}: ${text.trim().slice(-500)}`);
    });
  });
}
