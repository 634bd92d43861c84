import { fromNumbers, type Random, sizeOf, type Tensor } from '../../../src/core/index.js';
import { pick } from './bytes.js';

type Named = readonly [name: string, tensor: Tensor];
type Edit = (tensors: readonly Named[], at: number, random: Random) => readonly Named[];

/** Other dimensions of as many numbers or of others: one longer, shorter or empty, exchanged, one more, one fewer. */
const shapes: readonly ((dims: readonly number[], at: number) => readonly number[])[] = [
  (dims, at) => dims.with(at, (dims[at] ?? 0) + 1),
  (dims, at) => dims.with(at, Math.max(0, (dims[at] ?? 0) - 1)),
  (dims, at) => dims.with(at, 2 * (dims[at] ?? 0)),
  (dims, at) => dims.with(at, 1),
  (dims, at) => dims.with(at, 0),
  (dims) => dims.toReversed(),
  (dims) => [sizeOf(dims)],
  (dims) => [...dims, 1],
  (dims) => dims.slice(1),
  () => [],
];

function reshaped([name, tensor]: Named, random: Random): Named {
  const { type, dims } = tensor;
  const wanted = dims.length === 0 ? [2] : pick(shapes, random)(dims, random.integer(dims.length));
  return [name, fromNumbers(type, wanted, new Array<number>(sizeOf(wanted)).fill(0.1))];
}

const edits: readonly Edit[] = [
  (tensors, at, random) => tensors.with(at, reshaped(tensors[at] as Named, random)),
  // All of a dimension's tensors, as of a model that is wider than its configuration says.
  (tensors, at, random) => {
    const width = pick(tensors[at]?.[1].dims ?? [0], random) ?? 0;
    const wider = (dims: readonly number[]): readonly number[] => dims.map((dim) => (dim === width ? dim + 1 : dim));
    return tensors.map(([name, { type, dims }]) => [name, fromNumbers(type, wider(dims), new Array<number>(sizeOf(wider(dims))).fill(0.1))]);
  },
  (tensors, at) => tensors.toSpliced(at, 1),
  // A whole layer gone.
  (tensors, at) => {
    const layer = tensors[at]?.[0].replace(/\.[^.]*$/, '') ?? '';
    return tensors.filter(([name]) => !name.startsWith(layer));
  },
  (tensors, at, random) => {
    const other = random.integer(tensors.length);
    const [a, b] = [tensors[at] as Named, tensors[other] as Named];
    return tensors.with(at, [a[0], b[1]]).with(other, [b[0], a[1]]);
  },
  // Another number in the name: a layer more than there are, or in another's place.
  (tensors, at, random) => {
    const [name, tensor] = tensors[at] as Named;
    const number = String(pick([0, 1, 7, 1e6, 1e21], random));
    return [...tensors, [name.replace(/\d+/, number), tensor]];
  },
  (tensors, at, random) => {
    const [name, { dims }] = tensors[at] as Named;
    const type = pick(['int64', 'bool', 'float16', 'float64', 'uint8'] as const, random);
    return tensors.with(at, [name, fromNumbers(type, dims, new Array<number>(sizeOf(dims)).fill(1))]);
  },
];

/** Tensors of which one is gone, of another shape or type, in the place or under the name of another. */
export function damageTensors(tensors: readonly Named[], random: Random): readonly Named[] {
  return tensors.length === 0 ? tensors : pick(edits, random)(tensors, random.integer(tensors.length), random);
}
