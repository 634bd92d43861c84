import * as ort from 'onnxruntime-web';
import { Engine } from './engine.js';
import { answer, type Call, transferables } from './protocol.js';
import { sessionOptions } from './session-options.js';

const engine = new Engine(ort, sessionOptions(undefined));

self.addEventListener('message', async (event: MessageEvent<Call>) => {
  const reply = await answer(engine, event.data);
  self.postMessage(reply, { transfer: transferables(reply) });
});
