import { Worker } from 'node:worker_threads';
import { Device, type DeviceOptions } from './device.js';
import { type Call, type Reply, remoteEngine } from './protocol.js';

/**
 * Starts ONNX Runtime in a worker thread of this process. Its telemetry, which native builds from 1.30 on have, stays off unless the environment
 * says otherwise.
 */
export function openDevice(options: DeviceOptions = {}): Device {
  // Native code sees the environment of the process alone, not one that is given to a worker.
  process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
  // Of the flags a worker takes over from its process, it refuses this one, which is about a program given as text.
  const execArgv = process.execArgv.filter((flag) => !flag.startsWith('--input-type'));
  const worker = new Worker(new URL('./worker.node.js', import.meta.url), { workerData: options, execArgv });
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
