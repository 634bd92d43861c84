import { Worker } from 'node:worker_threads';
import { Device, type DeviceOptions } from './device.js';
import { type Call, type Reply, remoteEngine } from './protocol.js';

/** Starts ONNX Runtime in a worker thread of this process. */
export function openDevice(options: DeviceOptions = {}): Device {
  const worker = new Worker(new URL('./worker.node.js', import.meta.url), { workerData: options });
  worker.unref();
  let pending = 0;
  return new Device(
    remoteEngine({
      // An idle worker must not keep the process alive, a running call must.
      post: (call: Call, transfer) => {
        worker.postMessage(call, transfer as ArrayBuffer[]);
        if (pending++ === 0) worker.ref();
      },
      onReply: (listener) => {
        worker.on('message', (reply: Reply) => {
          if (--pending === 0) worker.unref();
          listener(reply);
        });
        worker.on('error', (error: Error) => listener(undefined, error.message));
        worker.on('exit', () => listener(undefined));
      },
      close: async () => {
        await worker.terminate();
      },
    }),
  );
}
