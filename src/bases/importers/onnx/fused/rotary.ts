import { attribute, type Convert, type ConvertContext } from '../../../../engine/graph/index.js';
import { joinHeads, positionsFrom, splitHeads } from './attention/heads.js';
import { become, type Expansions } from './write.js';

/** Tables of cosines and sines, and how they are applied. */
interface Rotation {
  /** [positions, size/2] each. */
  readonly cosines: string;
  readonly sines: string;
  /** int64 [1 or B, T]. */
  readonly positions: string;
  /** Whether a pair's halves lie next to each other rather than half the size apart. */
  readonly interleaved: boolean;
  /** How many of each head's numbers are turned; all of them where it is 0. */
  readonly size: number;
}

const END = Number.MAX_SAFE_INTEGER;

/** x [B, heads, T, size] with each pair of numbers turned by its position's angle (RoFormer: Su et al., 2021). */
export function rotate(c: ConvertContext, x: string, rotation: Rotation): string {
  const { size } = rotation;
  const cut = (from: number, to: number): string => c.add('Slice', [x, c.ints([from]), c.ints([to]), c.ints([-1])]);
  if (size === 0) return turned(c, x, rotation);
  return c.add('Concat', [turned(c, cut(0, size), rotation), cut(size, END)], { axis: -1 });
}

function turned(c: ConvertContext, x: string, { cosines, sines, positions, interleaved }: Rotation): string {
  const indices = c.add('Unsqueeze', [positions, c.ints([-1])]);
  // [B, 1, T, size/2]. The tables are numbers of the code, not weights: a Constant node that no Gather, as of an embedding, reads is no parameter.
  const table = (values: string): string => {
    const known = c.constantOf(values);
    return c.add('Unsqueeze', [c.add('GatherND', [known ? c.constant(known) : values, indices]), c.ints([1])]);
  };
  const [cosine, sine] = [table(cosines), table(sines)];
  const halves = interleaved ? pairs(c, x) : halvesOf(c, x);
  const [a, b] = halves;
  const first = c.add('Sub', [c.add('Mul', [a, cosine]), c.add('Mul', [b, sine])]);
  const second = c.add('Add', [c.add('Mul', [b, cosine]), c.add('Mul', [a, sine])]);
  if (!interleaved) return c.add('Concat', [first, second], { axis: -1 });
  const columns = [first, second].map((half) => c.add('Unsqueeze', [half, c.ints([-1])]));
  return c.add('Reshape', [c.add('Concat', columns, { axis: -1 }), c.ints([0, 0, 0, -1])]);
}

function halvesOf(c: ConvertContext, x: string): readonly [string, string] {
  const half = c.add('Div', [c.add('Shape', [x], { start: -1 }), c.ints([2])]);
  return [c.add('Slice', [x, c.ints([0]), half, c.ints([-1])]), c.add('Slice', [x, half, c.ints([END]), c.ints([-1])])];
}

function pairs(c: ConvertContext, x: string): readonly [string, string] {
  const every = (start: number): string => c.add('Slice', [x, c.ints([start]), c.ints([END]), c.ints([-1]), c.ints([2])]);
  return [every(0), every(1)];
}

const rotary: Convert = (node, c) => {
  const [x = '', ids = '', cosines = '', sines = ''] = node.inputs;
  if (attribute.int(node, 'is_packed_batching', 0) !== 0) c.refuse(node, 'its batches are packed without padding');
  if (attribute.float(node, 'scale', 1) !== 1) c.refuse(node, 'it scales what it turns');
  const size = attribute.int(node, 'rotary_embedding_dim', 0);
  const rank = c.dimsOf(x)?.length ?? c.refuse(node, 'the number of dimensions of its input is not known');
  const heads = attribute.int(node, 'num_heads', 0);
  const width = c.dimsOf(cosines)?.[1];
  if (rank === 3 && heads === 0 && typeof width !== 'number') c.refuse(node, 'the size of a head is not known');
  const split = (): string => (heads > 0 ? splitHeads(c, x, heads) : splitHeads(c, x, -1, 2 * Number(width)));
  const positions = c.dimsOf(ids)?.length === 1 ? positionsFrom(c, x, rank - 2, ids) : ids;
  const rotation = { cosines, sines, positions, interleaved: attribute.int(node, 'interleaved', 0) !== 0, size };
  const result = rotate(c, rank === 3 ? split() : x, rotation);
  return rank === 3 ? joinHeads(node, c, result) : become(node, 'Identity', [result]);
};

export const rotaryExpansions: Expansions = { RotaryEmbedding: rotary };
