// Compiles src/ to dist/, then removes what an earlier build left there and makes the command-line program executable.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src');
const target = join(root, 'dist');
const program = join(target, 'app', 'cli', 'main.js');

function removeStaleFiles() {
  for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const origin = join(source, relative(target, file)).replace(/(\.d\.ts|\.js)$/, '.ts');
    if (!existsSync(origin)) rmSync(file);
  }
}

const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
removeStaleFiles();
if (existsSync(program)) chmodSync(program, 0o755);
