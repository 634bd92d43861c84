import { parentPort, workerData } from 'node:worker_threads';
import * as ort from 'onnxruntime-node';
import { Engine } from './engine.js';
import { answer, type Call, transferables } from './protocol.js';
import { sessionOptions } from './session-options.js';

const engine = new Engine(ort, sessionOptions((workerData as { threads?: number }).threads));

parentPort?.on('message', async (call: Call) => {
  const reply = await answer(engine, call);
  parentPort?.postMessage(reply, transferables(reply));
});
