import * as ort from 'onnxruntime-web/wasm';
import { Engine } from './engine.js';
import type { WorkerSettings } from './open-device.browser.js';
import { answer, type Call, type Reply, transferables } from './protocol.js';
import { sessionOptions } from './session-options.js';

/** What ONNX Runtime says when its WebAssembly is not where it looks for it, or not WebAssembly. */
const NOT_LOADED = /no available backend found/;

/** The first message holds the settings, each later one is a call. Calls are answered one after the other: a runtime does one thing at a time. */
self.addEventListener(
  'message',
  ({ data }: MessageEvent<WorkerSettings>) => {
    const engine = startEngine(data);
    let last: Promise<void> = Promise.resolve();
    self.addEventListener('message', ({ data: call }: MessageEvent<Call>) => {
      last = last.then(async () => {
        const reply = explained(await answer(engine, call));
        self.postMessage(reply, { transfer: transferables(reply) });
      });
    });
  },
  { once: true },
);

function startEngine({ threads, wasm }: WorkerSettings): Engine {
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threads;
  if (wasm !== undefined) ort.env.wasm.wasmPaths = wasm;
  return new Engine(ort, sessionOptions(undefined));
}

/** A model that does not compile because there is no runtime is another problem than one the runtime refuses. */
function explained(reply: Reply): Reply {
  if (!('failure' in reply) || reply.failure.code !== 'RUNTIME_COMPILE' || !NOT_LOADED.test(String(reply.failure.values['reason']))) return reply;
  return { id: reply.id, failure: { ...reply.failure, code: 'RUNTIME_WASM' } };
}
