import { Device, type DeviceOptions } from './device.js';
import { type Reply, remoteEngine } from './protocol.js';

/** Where a file lies: relative to the page. */
export interface WasmFiles {
  /** `ort-wasm-simd-threaded.wasm` */
  readonly wasm: string;
  /** `ort-wasm-simd-threaded.mjs`; needed with more than one thread. */
  readonly mjs?: string;
}

export interface BrowserDeviceOptions extends DeviceOptions {
  /**
   * Where the files of onnxruntime-web's `dist` folder are served, relative to the page: a folder, ending with `/`, or each file. Default: where
   * the bundler has put them, which bundlers that understand `new URL(…, import.meta.url)` do by themselves.
   */
  readonly wasm?: string | WasmFiles;
  /** Starts the worker, for pages whose bundler does not: `() => new Worker('/regraft-worker.js', { type: 'module' })`. */
  readonly worker?: () => Worker;
}

/** First message to the worker. */
export interface WorkerSettings {
  readonly threads: number;
  readonly wasm: string | WasmFiles | undefined;
}

/**
 * Starts ONNX Runtime (WebAssembly, SIMD) in a web worker. More than one thread is used where the page is cross-origin isolated (served with
 * `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`), as browsers demand.
 */
export function openDevice(options: BrowserDeviceOptions = {}): Device {
  const start = options.worker ?? (() => new Worker(new URL('./worker.browser.js', import.meta.url), { type: 'module' }));
  const worker = start();
  worker.postMessage(settingsOf(options));
  return new Device(
    remoteEngine({
      post: (call, transfer) => worker.postMessage(call, transfer as ArrayBuffer[]),
      onReply: (listener) => {
        worker.addEventListener('message', (event: MessageEvent<Reply>) => listener(event.data));
        // A script that cannot be loaded gives an event without a message.
        worker.addEventListener('error', (event) => listener(undefined, event.message || 'its script could not be loaded'));
      },
      close: async () => worker.terminate(),
    }),
  );
}

function settingsOf({ threads = navigator.hardwareConcurrency, wasm }: BrowserDeviceOptions): WorkerSettings {
  return { threads: globalThis.crossOriginIsolated ? threads : 1, wasm: typeof wasm === 'object' ? absoluteFiles(wasm) : wasm && absolute(wasm) };
}

function absoluteFiles({ wasm, mjs }: WasmFiles): WasmFiles {
  return { wasm: absolute(wasm), ...(mjs === undefined ? {} : { mjs: absolute(mjs) }) };
}

/** The worker's own address is another than the page's. */
function absolute(path: string): string {
  return new URL(path, globalThis.document?.baseURI ?? globalThis.location.href).href;
}
