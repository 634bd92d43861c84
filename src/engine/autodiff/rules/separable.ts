import { fromNumbers, sizeOf } from '../../../core/index.js';
import type { GraphBuilder, Value } from '../../graph/index.js';

/** A linear map along one axis: row o lists which inputs make output o, and with what weight. */
export interface AxisMap {
  readonly inputs: number;
  readonly rows: readonly (readonly Term[])[];
}

interface Term {
  readonly index: number;
  readonly weight: number;
}

/** Up to this many entries a map is a dense matrix: one product is 2 to 3 times as fast as a gather a term on image sizes. */
const DENSE = 2 ** 20;

/** The adjoint of mapping `axis`: `[…, outputs, …]` to `[…, inputs, …]`. */
export function adjointAlong(b: GraphBuilder, dy: Value, axis: number, map: AxisMap): Value {
  return alongAxis(b, dy, axis, transposed(map));
}

/** Maps one axis: `[…, inputs, …]` to `[…, outputs, …]`. */
export function alongAxis(b: GraphBuilder, x: Value, axis: number, map: AxisMap): Value {
  if (isIdentity(map)) return x;
  return map.inputs * map.rows.length <= DENSE ? product(b, x, axis, map) : gathers(b, x, axis, map);
}

function product(b: GraphBuilder, x: Value, axis: number, { inputs, rows }: AxisMap): Value {
  const outputs = rows.length;
  const matrix = new Float64Array(inputs * outputs);
  const last = axis === x.dims.length - 1;
  for (const [o, row] of rows.entries()) {
    for (const { index, weight } of row) {
      const place = last ? index * outputs + o : o * inputs + index;
      matrix[place] = (matrix[place] as number) + weight;
    }
  }
  const constant = b.constant(fromNumbers(x.type, last ? [inputs, outputs] : [outputs, inputs], matrix));
  if (last) return b.matMul(x, constant);
  const lead = sizeOf(x.dims.slice(0, axis));
  const rest = sizeOf(x.dims.slice(axis + 1));
  return b.reshape(b.matMul(constant, b.reshape(x, [lead, inputs, rest])), x.dims.with(axis, outputs));
}

/** One gather for the first term of every row, one for the second, … */
function gathers(b: GraphBuilder, x: Value, axis: number, { rows }: AxisMap): Value {
  const width = Math.max(1, ...rows.map((row) => row.length));
  const shape = x.dims.map((_, i) => (i === axis ? rows.length : 1));
  const parts = Array.from({ length: width }, (_, k) => {
    const indices = b.ints(rows.map((row) => row[k]?.index ?? 0));
    const weights = b.constant(
      fromNumbers(
        x.type,
        shape,
        rows.map((row) => row[k]?.weight ?? 0),
      ),
    );
    return b.mul(b.op('Gather', [x, indices], { axis }), weights);
  });
  return parts.length === 1 ? (parts[0] as Value) : b.op('Sum', parts);
}

function transposed({ inputs, rows }: AxisMap): AxisMap {
  const columns = Array.from({ length: inputs }, (): Term[] => []);
  for (const [o, row] of rows.entries()) for (const { index, weight } of row) columns[index]?.push({ index: o, weight });
  return { inputs: rows.length, rows: columns };
}

function isIdentity({ inputs, rows }: AxisMap): boolean {
  return rows.length === inputs && rows.every((row, o) => row.length === 1 && row[0]?.index === o && row[0].weight === 1);
}
