import * as ort from 'onnxruntime-node';
import type { DataType, Tensor } from '../../src/core/index.js';
import { type Model, writeModel } from '../../src/engine/graph/index.js';

const options: ort.InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 4,
  graphOptimizationLevel: 'disabled',
};

/** All outputs of a model, as stock ONNX Runtime computes them without optimising. */
export async function runOnnx(model: Model, inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
  const session = await ort.InferenceSession.create(writeModel(model), options);
  try {
    const feeds = Object.entries(inputs).map(([name, { type, dims, data }]) => [
      name,
      new ort.Tensor(type as 'float32', data as Float32Array, [...dims]),
    ]);
    const results = Object.entries(await session.run(Object.fromEntries(feeds)));
    return Object.fromEntries(results.map(([name, { type, dims, data }]) => [name, { type: type as DataType, dims, data: data as Float32Array }]));
  } finally {
    await session.release();
  }
}
