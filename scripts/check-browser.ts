/**
 * Bundles the browser entry as a web page would and fails when something that needs Node gets in, or when the bundle
 * outgrows its budget (`browserBudget` in package.json, bytes after gzip; onnxruntime-web is not counted).
 */
import { readFileSync } from 'node:fs';
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

export async function bundle(entry: string): Promise<Uint8Array> {
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    external: ['onnxruntime-web'],
    plugins: [refuseNode],
    write: false,
    logLevel: 'error',
  });
  return result.outputFiles[0]?.contents ?? new Uint8Array();
}

const { browserBudget } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { browserBudget: number };
const code = await bundle(process.argv[2] ?? 'src/browser.ts').catch(() => process.exit(1));
const size = gzipSync(code).length;
console.log(`browser bundle: ${code.length} bytes, ${size} after gzip, budget ${browserBudget}`);
if (size > browserBudget) {
  console.error(`The browser bundle is ${size - browserBudget} bytes over its budget. Make it smaller, or raise browserBudget and say why.`);
  process.exitCode = 1;
}
