import * as ort from 'onnxruntime-node';
import type { Tensor } from '../../src/core/index.js';
import { type Model, writeModel } from '../../src/engine/graph/index.js';

const OPTIONS: ort.InferenceSession.SessionOptions = {
  graphOptimizationLevel: 'extended',
  executionMode: 'sequential',
  enableMemPattern: false,
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
};

export type Feeds = Readonly<Record<string, Tensor>>;

/** A model compiled by ONNX Runtime. */
export interface Compiled {
  run(feeds: Feeds): Promise<Map<string, Tensor>>;
  release(): Promise<void>;
}

export async function compile(model: Model, threads = 1): Promise<Compiled> {
  const session = await ort.InferenceSession.create(writeModel(model), { ...OPTIONS, intraOpNumThreads: threads });
  return {
    run: async (feeds) => {
      const given = Object.fromEntries(
        Object.entries(feeds).map(([name, value]) => [name, new ort.Tensor(value.type as 'float32', value.data as Float32Array, value.dims)]),
      );
      const results = await session.run(given);
      return new Map(
        Object.entries(results).map(([name, value]) => [
          name,
          { type: value.type as Tensor['type'], dims: value.dims, data: value.data as Float32Array },
        ]),
      );
    },
    release: () => session.release(),
  };
}

/** Runs a model once. */
export async function run(model: Model, feeds: Feeds): Promise<Map<string, Tensor>> {
  const compiled = await compile(model);
  try {
    return await compiled.run(feeds);
  } finally {
    await compiled.release();
  }
}

/** Whether ONNX Runtime has no kernel for an op with operands of this type. */
export function isNoKernel(error: unknown): boolean {
  return (
    error instanceof Error &&
    /NOT_IMPLEMENTED|Could not find an implementation|does not support double|Type 'tensor\(double\)' of input parameter/.test(error.message)
  );
}
