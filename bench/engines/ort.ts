import { createRequire } from 'node:module';
import * as ort from 'onnxruntime-node';
import type { Job, NetworkWork } from '../job.js';
import { serve } from './child.js';
import { freshBatch, inputsOf } from './data.js';

/** ONNX Runtime alone, on the file as it is, with the options that its documentation would have a user choose. */
await serve(async (job) => {
  const session = await ort.InferenceSession.create(job.model, {
    intraOpNumThreads: job.threads,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const inputs = Object.entries(inputsOf(job as Job<NetworkWork>));
  const run = async (): Promise<number> => {
    const batch = Object.entries(freshBatch(inputs));
    const feeds = batch.map(([name, { type, data, dims }]) => [name, new ort.Tensor(type as 'float32', data as Float32Array, dims)] as const);
    const [output] = Object.values(await session.run(Object.fromEntries(feeds)));
    const values = output?.data as Float32Array;
    return values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
  };
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return { versions: { onnxruntime: version, node: process.versions.node }, parameters: 0, run };
});
