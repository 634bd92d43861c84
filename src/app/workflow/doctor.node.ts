import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../../bases/hub/index.node.js';
import { float32, toNumbers } from '../../core/index.js';
import { GraphBuilder } from '../../engine/graph/index.js';
import { openDevice } from '../../engine/runtime/index.node.js';
import { nodeDecoder } from '../../learning/data/index.node.js';

/** One thing this machine needs, and whether it has it. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, or what went wrong. */
  readonly detail: string;
  /** What to do when it is not ok. */
  readonly cure: string;
}

export interface DoctorResult {
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

interface CheckRow extends Pick<Check, 'name' | 'cure'> {
  /** Says what was found; throws when it is not as it should be. */
  readonly look: () => Promise<string> | string;
}

const MINIMUM_NODE = '20.19';
const GIBIBYTE = 2 ** 30;
const MINIMUM_MEMORY = 2 * GIBIBYTE;
/** A red pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

/** One row a check. */
const rows: readonly CheckRow[] = [
  { name: 'Node', look: checkNode, cure: `Install Node ${MINIMUM_NODE} or later.` },
  {
    name: 'ONNX Runtime',
    look: checkRuntime,
    cure: 'Install again with ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node. It has binaries for 64-bit Linux (glibc), macOS and Windows.',
  },
  { name: 'image decoding', look: checkDecoder, cure: 'Install again with npm install --include=optional sharp.' },
  { name: 'cache', look: checkCache, cure: 'Make the folder writable, or name another one in REGRAFT_CACHE.' },
  { name: 'cores', look: () => `${availableParallelism()}`, cure: '' },
  { name: 'memory', look: checkMemory, cure: 'Close other programs, or train with a smaller batchSize and a smaller base.' },
];

/** Looks at everything Regraft needs from this machine. */
export async function doctor(): Promise<DoctorResult> {
  const checks: Check[] = [];
  for (const row of rows) checks.push(await look(row));
  return { ok: checks.every(({ ok }) => ok), checks };
}

async function look({ name, cure, look: find }: CheckRow): Promise<Check> {
  try {
    return { name, cure, ok: true, detail: await find() };
  } catch (error) {
    return { name, cure, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

function checkNode(): string {
  const { node } = process.versions;
  if (!isAtLeast(node, MINIMUM_NODE)) throw new Error(`this is Node ${node}`);
  return node;
}

function isAtLeast(version: string, minimum: string): boolean {
  return version.localeCompare(minimum, 'en', { numeric: true }) >= 0;
}

/** Runs 20 + 22 in a worker, as training does. */
async function checkRuntime(): Promise<string> {
  const device = openDevice({ threads: 1 });
  try {
    const b = new GraphBuilder(17);
    const sum = b.add(b.input('x', 'float32', [1]), 22);
    const program = await device.compile(b.model([sum]));
    const result = (await program.run({ x: float32([1], [20]) }))[sum.name];
    if (result === undefined || toNumbers(result)[0] !== 42) throw new Error('it computes wrong results');
    return 'runs';
  } finally {
    await device.close();
  }
}

async function checkDecoder(): Promise<string> {
  const { width, height, data } = await nodeDecoder().decode(new Uint8Array(Buffer.from(PNG, 'base64')), 'a test image');
  if (width !== 1 || height !== 1 || data[0] !== 255) throw new Error('a test image was decoded wrong');
  return 'JPEG, PNG, WebP, GIF, AVIF';
}

async function checkCache(): Promise<string> {
  const folder = cacheDirectory();
  const probe = join(folder, `${randomUUID()}.tmp`);
  await mkdir(folder, { recursive: true });
  await writeFile(probe, '').finally(() => rm(probe, { force: true }));
  return folder;
}

function checkMemory(): string {
  const text = `${(freemem() / GIBIBYTE).toFixed(1)} GiB free of ${(totalmem() / GIBIBYTE).toFixed(1)} GiB`;
  if (totalmem() < MINIMUM_MEMORY) throw new Error(text);
  return text;
}
