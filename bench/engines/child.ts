import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Job, Ready, Spent } from '../job.js';

/** An engine that is ready for its work. */
export interface Opened extends Ready {
  /** Does one unit of the work. */
  run(): Promise<number>;
}

/**
 * The loop of a process that measures itself: the job is its argument, requests are lines of standard input, answers lines of file
 * descriptor 3, where no library writes.
 */
export async function serve(open: (job: Job) => Promise<Opened>): Promise<void> {
  const { run, versions, parameters } = await open(JSON.parse(process.argv[2] ?? '') as Job);
  say({ versions, parameters });
  for await (const line of createInterface({ input: process.stdin })) {
    const { count } = JSON.parse(line) as { count: number };
    say(await measure(run, count));
  }
  process.exit();
}

async function measure(run: () => Promise<number>, count: number): Promise<Spent> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  let result = Number.NaN;
  for (let i = 0; i < count; i++) result = await run();
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / 1e6, wall, result, peak: process.resourceUsage().maxRSS * 1024 };
}

function say(answer: Ready | Spent): void {
  writeSync(3, `${JSON.stringify(answer)}\n`);
}
