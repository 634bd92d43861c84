import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { byteLength, type DataType, type Tensor } from '../../src/core/index.js';
import { saveModelFile } from '../../src/engine/graph/files.node.js';
import { type Model, writeModel } from '../../src/engine/graph/index.js';

const options: ort.InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 4,
  graphOptimizationLevel: 'disabled',
};

/** All outputs of a model, as stock ONNX Runtime computes them without optimising. */
export async function runOnnx(model: Model, inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
  const session = await sessionOf(model);
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

/** Names of a model's nodes in the order in which stock ONNX Runtime runs them. */
export async function executionOrder(model: Model, inputs: Readonly<Record<string, Tensor>>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'regraft-profile-'));
  try {
    const session = await ort.InferenceSession.create(writeModel(model), {
      ...options,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'run'),
    });
    await session.run(
      Object.fromEntries(Object.entries(inputs).map(([name, { data, dims }]) => [name, new ort.Tensor('float32', data as Float32Array, dims)])),
    );
    session.endProfiling();
    await session.release();
    const [file = ''] = await readdir(folder);
    const events = JSON.parse(await readFile(join(folder, file), 'utf8')) as { readonly name: string }[];
    return events.flatMap(({ name }) => (name.endsWith('_kernel_time') ? [name.slice(0, -'_kernel_time'.length)] : []));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What a protobuf message can hold. */
const MOST_INLINE = 1.9e9;

/** Larger models are read from files, their weights beside the graph. */
async function sessionOf(model: Model): Promise<ort.InferenceSession> {
  const bytes = [...model.graph.initializers.values()].reduce((sum, tensor) => sum + (tensor.type === 'opaque' ? 0 : byteLength(tensor)), 0);
  if (bytes < MOST_INLINE) return ort.InferenceSession.create(writeModel(model), options);
  const folder = await mkdtemp(join(tmpdir(), 'regraft-large-'));
  try {
    const path = join(folder, 'model.onnx');
    await saveModelFile(path, model, { externalData: true });
    return await ort.InferenceSession.create(path, options);
  } finally {
    await rm(folder, { recursive: true });
  }
}
