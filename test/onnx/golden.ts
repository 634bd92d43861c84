import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fromNumbers, type Tensor } from '../../src/core/index.js';
import type { ValueInfo } from '../../src/engine/graph/index.js';

interface Stored {
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

/** What bench/oracles/onnx_fused.py wrote of one float model. */
interface FusedCase {
  readonly inputs: Readonly<Record<string, Stored>>;
  readonly output: Stored;
  /** The same model optimised, quantised or in half precision, with what ONNX Runtime computes for it. */
  readonly variants: Readonly<Record<string, { readonly output: Stored }>>;
}

const ROOT = new URL('golden/', import.meta.url);

export const fusedCases: Readonly<Record<string, FusedCase>> = JSON.parse(readFileSync(new URL('golden.json', ROOT), 'utf8')).cases;

export function fusedBytes(name: string): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(new URL(`${name}.onnx.gz`, ROOT))));
}

export function storedTensor({ dims, values }: Stored, type: Tensor['type'] = 'float32'): Tensor {
  return fromNumbers(type, dims, values);
}

/** The case's inputs as the model wants them. */
export function fusedFeeds({ inputs }: FusedCase, infos: readonly ValueInfo[]): Record<string, Tensor> {
  return Object.fromEntries(
    infos.flatMap(({ name, type }) => {
      const stored = inputs[name];
      return stored && type.kind === 'tensor' ? [[name, storedTensor(stored, type.type as Tensor['type'])]] : [];
    }),
  );
}
