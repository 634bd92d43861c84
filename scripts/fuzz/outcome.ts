import { RegraftError } from '../../src/core/index.js';
import type { Sample } from './corpora/sample.js';
import { byteLengthOf } from './input.js';
import type { Reader } from './readers.js';

/** What became of an input. */
export interface Outcome {
  readonly index: number;
  /** Why the reader refused it, the code of an error; `accepted`; or `failed`. */
  readonly result: string;
  /** What is wrong with the reader, where it failed. */
  readonly reason?: string;
  /** Processor time. */
  readonly milliseconds: number;
  /** What the process grew by while reading. */
  readonly bytes: number;
}

/** Far more than any input takes, beside the hashing and copying of large ones. Processor time does not depend on what else the machine does. */
const MOST_MILLISECONDS = 2000;
const MILLISECONDS_PER_GIGABYTE = 10_000;
/** What a process may grow by beside twice the files: compiled code, garbage that was not collected yet. */
const MOST_BYTES = 256 * 2 ** 20;
/** Garbage beyond this is collected before an input, lest the input be blamed for it. */
const COLLECT = 64 * 2 ** 20;

/** Reads an input and measures. Runs in a process of its own, started with `--expose-gc`. */
export async function outcomeOf(reader: Reader, sample: Sample, index: number): Promise<Outcome> {
  const before = settledMemory();
  const peak = peakMemory();
  const start = process.cpuUsage();
  const { result, reason } = await attempt(reader, sample);
  const { user, system } = process.cpuUsage(start);
  const milliseconds = Math.round((user + system) / 1000);
  // The peak of the process is the input's own only where it rose.
  const bytes = peakMemory() > peak ? Math.max(0, peakMemory() - before) : 0;
  const excess = excessOf(milliseconds, bytes, byteLengthOf(sample));
  if (excess !== undefined && result !== 'failed') return { index, result: 'failed', reason: excess, milliseconds, bytes };
  return { index, result, ...(reason !== undefined && { reason }), milliseconds, bytes };
}

async function attempt(reader: Reader, sample: Sample): Promise<Pick<Outcome, 'result' | 'reason'>> {
  try {
    await reader.read(sample);
    return { result: 'accepted' };
  } catch (error) {
    if (error instanceof RegraftError) return { result: error.code };
    return { result: 'failed', reason: describe(error) };
  }
}

function excessOf(milliseconds: number, bytes: number, size: number): string | undefined {
  if (milliseconds > MOST_MILLISECONDS + (size / 1e9) * MILLISECONDS_PER_GIGABYTE) return `took ${milliseconds} ms of processor time`;
  if (bytes > 2 * size + MOST_BYTES) return `took ${Math.round(bytes / 2 ** 20)} MiB for a file of ${size} bytes`;
  return undefined;
}

/** The error and where in the sources it was thrown. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const places = (error.stack ?? '').split('\n').flatMap((line) => /((?:src|node_modules)\/[^)]*)/.exec(line)?.[1] ?? []);
  return [`${error.name}: ${error.message.slice(0, 200)}`, ...places.slice(0, 4)].join(' ← ');
}

/** Memory in use, garbage of earlier inputs collected where there is much of it. */
function settledMemory(): number {
  if (process.memoryUsage.rss() > enough) {
    globalThis.gc?.();
    enough = process.memoryUsage.rss() + COLLECT;
  }
  return process.memoryUsage.rss();
}

let enough = 0;

function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
