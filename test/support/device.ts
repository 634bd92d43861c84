import * as ort from 'onnxruntime-node';
import { type Model, readModel } from '../../src/engine/graph/index.js';
import { Engine } from '../../src/engine/runtime/engine.js';
import { Device } from '../../src/engine/runtime/index.node.js';

type Call<Name extends 'compile' | 'put'> = Parameters<Engine[Name]>;

/** An engine in this process that remembers what was compiled and what was put on it. */
class WatchedEngine extends Engine {
  readonly compiled: { readonly model: Model; readonly updates: readonly string[] }[] = [];
  readonly stored = new Set<string>();

  constructor() {
    super(ort, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  }

  override compile(...[spec]: Call<'compile'>): Promise<number> {
    const optimized = (spec.optimization?.parameters ?? []).flatMap(({ name, state }) => [name, ...state]);
    this.compiled.push({ model: readModel(spec.model), updates: [...Object.values(spec.updates), ...optimized] });
    return super.compile(spec);
  }

  override put(...tensors: Call<'put'>): Promise<void> {
    for (const group of tensors) for (const name of Object.keys(group ?? {})) this.stored.add(name);
    return super.put(...tensors);
  }

  async close(): Promise<void> {}
}

/** A device without a worker, and what it was asked for. */
export function watchedDevice(): { readonly device: Device; readonly engine: Pick<WatchedEngine, 'compiled' | 'stored'> } {
  const engine = new WatchedEngine();
  return { device: new Device(engine), engine };
}
