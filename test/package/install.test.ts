import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import sharp from 'sharp';
import { afterAll, beforeAll, it as declare, expect, type TestContext } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const MINUTES = 60_000;
/** What npm says when the registry cannot be reached; anything else is a failure of the package. */
const NO_NETWORK = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED/;

let project = '';
let offline: string | undefined;

function npm(folder: string, ...words: readonly string[]): ReturnType<typeof spawnSync> & { readonly stderr: string; readonly stdout: string } {
  // What npm set for this test run must not reach the consumer's npm.
  const environment = Object.entries(process.env).filter(
    ([name]) => !/^npm_(config|package|lifecycle)_/i.test(name) || /registry|proxy|cafile/i.test(name),
  );
  const env = { ...Object.fromEntries(environment), ONNXRUNTIME_NODE_INSTALL: 'skip' };
  return spawnSync('npm', words, { cwd: folder, env, encoding: 'utf8', shell: process.platform === 'win32' });
}

/** Packs the package and installs it in an empty folder, as a consumer would. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'regraft-consumer-'));
  writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }\n');
  const packed = npm(root, 'pack', '--ignore-scripts', '--pack-destination', project);
  expect(packed.status, packed.stderr).toBe(0);
  const tarball = readdirSync(project).find((name) => name.endsWith('.tgz'));
  const installed = npm(project, 'install', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`);
  if (installed.status !== 0 && NO_NETWORK.test(installed.stderr)) offline = 'the npm registry cannot be reached';
  else expect(installed.status, installed.stderr).toBe(0);
}, 5 * MINUTES);

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** A test that needs the installed package. */
function it(name: string, test: (context: TestContext) => void | Promise<void>): void {
  declare(
    name,
    async (context) => {
      context.skip(offline !== undefined, offline);
      await test(context);
    },
    5 * MINUTES,
  );
}

function run(file: string, ...words: readonly string[]): string {
  return execFileSync(process.execPath, [file, ...words], { cwd: project, encoding: 'utf8' });
}

it('installs a program that finds all it needs', () => {
  const report = JSON.parse(run('node_modules/regraft/dist/app/cli/main.js', 'doctor', '--json')) as { ok: boolean };
  expect(report).toMatchObject({ ok: true });
  expect(readdirSync(join(project, 'node_modules', '.bin'))).toContain('regraft');
});

it('loads no server, image decoder or runtime with the library', () => {
  writeFileSync(join(project, 'load.mjs'), "import 'regraft';\nconsole.log(process.report.getReport().sharedObjects.join());\n");
  expect(run('load.mjs')).not.toMatch(/onnxruntime|sharp|vips/);
});

it('carries no tests, sources or local paths', () => {
  const files = readdirSync(join(project, 'node_modules', 'regraft'), { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => /\.test\.|^src|^test|^scripts|golden/.test(file))).toEqual([]);
});

/** A folder of plain pictures, twelve of each colour. */
async function takePhotos(folder: string): Promise<void> {
  for (const colour of ['red', 'blue']) {
    mkdirSync(join(folder, colour), { recursive: true });
    for (let i = 0; i < 12; i++) {
      const background = colour === 'red' ? { r: 200 + i, g: 40, b: 40 } : { r: 40, g: 40, b: 200 + i };
      await sharp({ create: { width: 64, height: 64, channels: 3, background } })
        .jpeg()
        .toFile(join(folder, colour, `${i}.jpg`));
    }
  }
}

/** The first block of TypeScript in the README: what a reader tries first. */
const example = /^```ts\n(.*?)^```/ms.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1];

it('fine-tunes by the lines that open the README', async (context) => {
  if (example === undefined) return context.skip('README.md has no TypeScript example');
  await takePhotos(join(project, 'photos'));
  writeFileSync(join(project, 'example.ts'), example);
  const options = { strict: true, module: 'nodenext', target: 'es2023', lib: ['es2023', 'dom'], types: [], skipLibCheck: true, noEmit: true };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['example.ts'] }));
  run(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.');
  writeFileSync(join(project, 'example.mjs'), transformSync(example, { loader: 'ts', format: 'esm' }).code);
  run('example.mjs');
});
