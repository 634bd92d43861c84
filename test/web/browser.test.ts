import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice } from '../../src/engine/runtime/index.node.js';
import { expectSame, goldenJob } from './compare.js';
import { runJob } from './job.js';
import type { PageRequest, PageResult } from './page.js';
import { serve } from './server.js';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const isThere = existsSync(executablePath);
const models = ['mlp', 'resnet-tiny', 'bert-like'];
const short: PageRequest = { options: {}, name: 'mlp', batchSize: 4, steps: 1 };

declare const run: (request: PageRequest) => Promise<PageResult>;

/** The page and its worker, bundled as a web site would. */
async function bundled(): Promise<[string, Uint8Array][]> {
  const entry = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  const { outputFiles } = await build({
    entryPoints: { page: entry('page.ts'), 'worker.browser': entry('../../src/engine/runtime/worker.browser.ts') },
    outdir: '/',
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
  });
  return outputFiles.map(({ path, contents }) => [path, contents]);
}

/** The name says why it does not run, where it does not. */
const missing = isThere ? '' : ` (skipped: no browser at ${executablePath}; install chromium, or name a browser in CHROMIUM)`;

describe.skipIf(!isThere)(`training in Chromium${missing}`, () => {
  const native = openDevice({ threads: 1 });
  const jobs = new Map(models.map((name) => [name, goldenJob(name)]));
  const sites: Awaited<ReturnType<typeof serve>>[] = [];
  let browser: Browser;

  beforeAll(async () => {
    const data = [...jobs].flatMap(([name, job]): [string, Uint8Array][] => [
      [`/${name}.onnx`, job.model],
      [`/${name}.safetensors`, job.data],
    ]);
    const page: [string, string] = ['/index.html', '<!doctype html><title>test</title><script type="module" src="/page.js"></script>'];
    const files = new Map<string, Uint8Array | string>([...(await bundled()), ...data, page]);
    const folders = { '/ort/': fileURLToPath(new URL('../../node_modules/onnxruntime-web/dist/', import.meta.url)) };
    for (const isolated of [false, true]) sites.push(await serve({ files, folders, isolated }));
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), native.close(), ...sites.map((site) => site.close())]);
  });

  async function inPage(isolated: boolean, request: PageRequest): Promise<PageResult> {
    const page: Page = await browser.newPage();
    await page.goto(`${sites[isolated ? 1 : 0]?.url}/index.html`);
    await page.waitForFunction(() => 'run' in globalThis);
    const result = await page.evaluate((asked) => run(asked), request);
    await page.close();
    return result;
  }

  it.each(models)('%s has the gradients and the losses that it has in Node', async (name) => {
    const job = jobs.get(name) as ReturnType<typeof goldenJob>;
    const { batchSize, steps } = job;
    const { result, error, isolated, ticks } = await inPage(false, { options: { wasm: '/ort/' }, name, batchSize, steps });
    expect({ error, isolated }).toEqual({ error: undefined, isolated: false });
    if (result) expectSame(name, result, await runJob(native, job));
    // The page stays free while the worker computes.
    expect(ticks).toBeGreaterThan(3);
  });

  it('uses several threads where the page is isolated', async () => {
    const job = jobs.get('resnet-tiny') as ReturnType<typeof goldenJob>;
    const { batchSize, steps } = job;
    const { result, error, isolated } = await inPage(true, { options: { wasm: '/ort/', threads: 2 }, name: 'resnet-tiny', batchSize, steps });
    expect({ error, isolated }).toEqual({ error: undefined, isolated: true });
    if (result) expectSame('resnet-tiny', result, await runJob(native, job));
  });

  it('takes a worker that the page starts itself', async () => {
    const { error } = await inPage(false, { ...short, options: { wasm: '/ort/' }, worker: '/worker.browser.js' });
    expect(error).toBeUndefined();
  });

  it.each<[string, Partial<PageRequest>, string]>([
    ['the WebAssembly is not where it is said to be', { options: { wasm: '/nowhere/' } }, 'RUNTIME_WASM'],
    ['the WebAssembly file is another one', { options: { wasm: { wasm: '/index.html' } } }, 'RUNTIME_WASM'],
    ['the script of the worker is missing', { worker: '/nowhere.js' }, 'RUNTIME_WORKER_GONE'],
  ])('tells when %s', async (_, request, code) => {
    const { error } = await inPage(false, { ...short, ...request });
    expect(error).toMatchObject({ code });
  });
});
