import { add, matMul } from './arithmetic.js';
import { within } from './names.js';
import type { Value } from './network.js';
import { transpose } from './shape.js';

interface LinearOptions {
  /** Width of the output, where the layer may begin anew; else that of the weights. */
  readonly units?: number;
}

/**
 * Linear with `name.weight` `[out, in]` and, where the file has it, `name.bias`, over the last axis. Rows `[N, in]` are multiplied by the weight as it
 * is; of longer shapes it lies in the graph as `[in, out]`, since a product with a transposed matrix would transpose it at every step.
 */
export function linear(x: Value, name: string, { units }: LinearOptions = {}): Value {
  const { net } = x;
  const width = Number(x.dims.at(-1));
  const isRows = x.dims.length === 2;
  const weight = net.parameter(`${name}.weight`, [units, width], isRows ? 'stored' : 'transposed');
  const out = Number(weight.dims[isRows ? 0 : 1]);
  const hasBias = net.has(`${name}.bias`) || (units !== undefined && net.mayBeNew(`${name}.bias`));
  const bias = hasBias ? net.parameter(`${name}.bias`, [out]) : undefined;
  if (isRows) return net.op(name, 'Gemm', bias ? [x, weight, bias] : [x, weight], [x.dims[0] ?? null, out], { transB: 1 });
  return affine(x, weight, bias, name);
}

/** Linear whose weight `[in, out]` is stored the other way round, as GPT-2's `Conv1D`. */
export function linearColumns(x: Value, name: string): Value {
  const weight = x.net.parameter(`${name}.weight`, [Number(x.dims.at(-1)), undefined]);
  return affine(x, weight, x.net.parameter(`${name}.bias`, [Number(weight.dims[1])]), name);
}

/** Scores of all entries of an embedding `[entries, width]`: a layer whose weight is that of the embedding. */
export function tiedLinear(x: Value, embedding: string, name: string): Value {
  const table = x.net.parameter(embedding, [undefined, Number(x.dims.at(-1))]);
  return x.net.rename(matMul(x, transpose(table, [1, 0])), name);
}

/** x · weight + bias with a weight `[in, out]`, over the last axis. */
export function affine(x: Value, weight: Value, bias: Value | undefined, name: string): Value {
  const dims = [...x.dims.slice(0, -1), weight.dims[1] ?? null];
  if (!bias) return x.net.op(name, 'MatMul', [x, weight], dims);
  return x.net.op(name, 'Add', [x.net.op(`${name}/product`, 'MatMul', [x, weight], dims), bias], dims);
}

/** Adds a weight of the file to `x`, broadcast. */
export function addParameter(x: Value, name: string, dims: readonly (number | undefined)[]): Value {
  return add(x, x.net.parameter(name, dims));
}

/** Rows of a table `[entries, width]` by number: `[N, T]` to `[N, T, width]`. */
export function embedding(ids: Value, name: string): Value {
  const table = ids.net.parameter(name, [undefined, undefined]);
  return ids.net.op(within({ ...ids, name }, 'rows'), 'Gather', [table, ids], [...ids.dims, table.dims[1] ?? null], { axis: 0 }, 'float32');
}
