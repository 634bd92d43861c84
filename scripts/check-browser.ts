/**
 * Bundles the browser entry and its worker as a web page would and fails when something that needs Node gets in, or when what a page loads to
 * start with outgrows its budget (`browserBudget` in package.json, bytes after gzip; onnxruntime-web and what is imported on demand are not
 * counted).
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { isNodeOnly } from './imports/house.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const refuseNode: Plugin = {
  name: 'refuse-node',
  setup: ({ onResolve }) => {
    onResolve({ filter: /.*/ }, ({ path, importer }) => {
      if (!isNodeOnly(path) && !path.endsWith('.node.js')) return undefined;
      return { errors: [{ text: `${importer.replace(root, '')} imports ${path}, which a browser does not have` }] };
    });
  },
};

/** The files of a bundle by name, and which of them each loads at once. */
interface Bundle {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly imports: ReadonlyMap<string, readonly string[]>;
}

async function bundle(entryPoints: Readonly<Record<string, string>>): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints,
    absWorkingDir: root,
    outdir: 'bundle',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    external: ['onnxruntime-web'],
    plugins: [refuseNode],
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  const outputs = Object.entries(metafile.outputs);
  return {
    files: new Map(outputFiles.map(({ path, contents }) => [relative(root, path), contents])),
    imports: new Map(
      outputs.map(([path, { imports }]) => [path, imports.filter(({ kind }) => kind === 'import-statement').map((found) => found.path)]),
    ),
  };
}

/** Everything a file loads before it runs. */
function startOf(file: string, { imports }: Bundle): Set<string> {
  const needed = new Set([file]);
  for (const path of needed) for (const found of imports.get(path) ?? []) needed.add(found);
  return needed;
}

const { browserBudget } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { browserBudget: number };
const worker = 'src/engine/runtime/worker.browser.ts';
const made = await bundle({ entry: process.argv[2] ?? 'src/browser.ts', worker }).catch(() => process.exit(1));
const code = [...startOf('bundle/entry.js', made)].flatMap((path) => made.files.get(path) ?? []);
const bytes = code.reduce((sum, { length }) => sum + length, 0);
const size = code.reduce((sum, contents) => sum + gzipSync(contents).length, 0);
console.log(`browser bundle: ${bytes} bytes, ${size} after gzip, budget ${browserBudget}`);
if (size > browserBudget) {
  console.error(`The browser bundle is ${size - browserBudget} bytes over its budget. Make it smaller, or raise browserBudget and say why.`);
  process.exitCode = 1;
}
