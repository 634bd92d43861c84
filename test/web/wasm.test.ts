import * as ort from 'onnxruntime-web';
import { afterAll, describe, expect, it } from 'vitest';
import { Device, Engine } from '../../src/engine/runtime/index.js';
import { openDevice } from '../../src/engine/runtime/index.node.js';
import { expectSame, goldenJob } from './compare.js';
import { runJob } from './job.js';

ort.env.wasm.numThreads = 1;

const native = openDevice({ threads: 1 });
/** The engine of browsers, on ONNX Runtime's WebAssembly in this process. */
const wasm = new Device(Object.assign(new Engine(ort, { logSeverityLevel: 3 }), { close: async () => {} }));
afterAll(() => native.close());

describe('gradients and training through WebAssembly equal those of Node', () => {
  it.each(['mlp', 'resnet-tiny', 'mobilenetv3-tiny', 'vit-tiny', 'bert-like', 'lstm'])('%s', async (name) => {
    const job = goldenJob(name);
    const expected = await runJob(native, job);
    expect(expected.losses).toHaveLength(3);
    expectSame(name, await runJob(wasm, job), expected);
  });
});
