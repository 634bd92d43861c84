import { Device } from './device.js';
import { type Reply, remoteEngine } from './protocol.js';

/** Starts ONNX Runtime (WebAssembly) in a web worker. */
export function openDevice(): Device {
  const worker = new Worker(new URL('./worker.browser.js', import.meta.url), { type: 'module' });
  return new Device(
    remoteEngine({
      post: (call, transfer) => worker.postMessage(call, transfer as ArrayBuffer[]),
      onReply: (listener) => {
        worker.addEventListener('message', (event: MessageEvent<Reply>) => listener(event.data));
        worker.addEventListener('error', () => listener(undefined));
      },
      close: async () => worker.terminate(),
    }),
  );
}
