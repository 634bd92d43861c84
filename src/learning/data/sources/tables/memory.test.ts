import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROWS = 240_000;
/** 500 bytes a row: 120 MB, of which the text alone would take as much in memory. */
const TEXT = 'word '.repeat(92);

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'regraft-memory-'));
});
afterAll(() => rm(root, { recursive: true }));

async function writeRows(path: string): Promise<void> {
  const file = await open(path, 'w');
  for (let row = 0; row < ROWS; row += 2000) {
    const lines = Array.from({ length: 2000 }, (_, i) => `${JSON.stringify({ text: `${row + i} ${TEXT}`, label: `class ${i % 7}` })}\n`);
    await file.write(lines.join(''));
  }
  await file.close();
}

test('a table of 120 MB is opened, and read in any order, within 100 MB', async () => {
  const path = join(root, 'large.jsonl');
  await writeRows(path);
  // Resident memory is that of a process: another one has nothing else in it.
  const program = `
    import { openDataset } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../open.node.ts')).href)};
    const before = process.memoryUsage().rss;
    const data = await openDataset(${JSON.stringify(path)});
    let bytes = 0;
    for (let i = 0; i < 5000; i++) bytes += (await data.load((i * 7919) % data.size)).text.length;
    await data.close();
    console.log(JSON.stringify({ size: data.size, bytes, grown: (process.resourceUsage().maxRSS * 1024 - before) / 1e6 }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program]);
  const { size, bytes, grown } = JSON.parse(stdout) as { size: number; bytes: number; grown: number };
  expect(size).toBe(ROWS);
  expect(bytes).toBeGreaterThan(5000 * TEXT.length);
  expect(grown).toBeLessThan(100);
}, 60_000);
