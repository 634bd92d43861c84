import { float32, Random, type Tensor, toNumbers } from '../../core/index.js';
import { allIndices, type Content, collateLabels, compileTransforms, type Dataset } from '../../learning/data/index.js';
import type { LabelledRows } from '../../trust/evaluation/index.js';

/** Pixels of a side: enough for colours and rough shapes, few enough to fit in a second. */
const SIDE = 16;
/** Samples decoded at once. */
const CONCURRENCY = 64;

/** Samples as numbers that no model has looked at. */
export interface RawRows extends LabelledRows {
  /** Position in the data set of each row; unreadable samples are missing. */
  readonly indices: readonly number[];
}

const shrunk = compileTransforms([{ name: 'resize', size: [SIDE, SIDE] }, { name: 'to-tensor' }]);

/** Images of 16×16 RGB pixels, or tensors as they are, in the order of `indices`. */
export async function rawRows(dataset: Dataset, indices: readonly number[] = allIndices(dataset)): Promise<RawRows> {
  const rows: (readonly [number, Float32Array])[] = [];
  for (let from = 0; from < indices.length; from += CONCURRENCY) {
    const some = indices.slice(from, from + CONCURRENCY);
    const read = await Promise.all(some.map(async (index) => [index, await dataset.load(index).then(numbersOf, () => undefined)] as const));
    for (const [index, numbers] of read) if (numbers !== undefined) rows.push([index, numbers]);
  }
  const width = rows[0]?.[1].length ?? 0;
  const data = new Float32Array(rows.length * width);
  for (const [row, [, numbers]] of rows.entries()) data.set(numbers, row * width);
  const read = rows.map(([index]) => index);
  return {
    indices: read,
    features: float32([read.length, width], data),
    target: collateLabels(
      dataset.target,
      read.map((index) => dataset.sample(index)),
    ),
  };
}

function numbersOf(content: Content): Float32Array | undefined {
  if (content.kind === 'image') return shrunk(content.image, NOTHING_RANDOM).data as Float32Array;
  if (content.kind !== 'tensors') return undefined;
  return Float32Array.from(Object.values(content.tensors).flatMap((tensor: Tensor) => toNumbers(tensor)));
}

const NOTHING_RANDOM = new Random(0);
