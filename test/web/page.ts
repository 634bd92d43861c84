import { type BrowserDeviceOptions, openDevice, RegraftError } from '../../src/browser.js';
import { type JobResult, runJob } from './job.js';

/** What the test asks the page for. */
export interface PageRequest {
  readonly options: Omit<BrowserDeviceOptions, 'worker'>;
  /** A worker script of the page's own. */
  readonly worker?: string;
  readonly name: string;
  readonly batchSize: number;
  readonly steps: number;
}

export interface PageResult {
  readonly result?: JobResult;
  readonly error?: { readonly code: string; readonly message: string };
  readonly isolated: boolean;
  /** Times the page's own thread came to run while the worker was busy. */
  readonly ticks: number;
}

async function load(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await fetch(path)).arrayBuffer());
}

async function run({ options, worker, name, batchSize, steps }: PageRequest): Promise<PageResult> {
  const [model, data] = await Promise.all([load(`/${name}.onnx`), load(`/${name}.safetensors`)]);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const device = openDevice({ ...options, ...(worker === undefined ? {} : { worker: () => new Worker(worker, { type: 'module' }) }) });
  try {
    return { result: await runJob(device, { model, data, batchSize, steps }), isolated: globalThis.crossOriginIsolated, ticks };
  } catch (error) {
    const code = error instanceof RegraftError ? error.code : 'UNEXPECTED';
    return { error: { code, message: String(error) }, isolated: globalThis.crossOriginIsolated, ticks };
  } finally {
    clearInterval(timer);
    await device.close();
  }
}

Object.assign(globalThis, { run });
