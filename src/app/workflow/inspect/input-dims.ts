import { didYouMean, fail } from '../../../core/index.js';
import type { Dim, ValueInfo } from '../../../engine/graph/index.js';
import type { TransformStep } from '../../../learning/data/index.js';

export interface InputSizes {
  /** Height and width of images. */
  readonly size?: readonly [number, number];
  /** Dimensions by input name, batch axis included. */
  readonly inputs?: Readonly<Record<string, readonly number[]>>;
  /** Tokens that the model takes at most. */
  readonly maxTokens?: number | undefined;
}

/** Sizes for what a model leaves open and nobody stated; usual ones, to have figures at all. */
const TOKENS = 128;
const PIXELS = 224;

/**
 * Dimensions for every input: those asked for, else those the model states, with a batch of one where that is open, images of the size the
 * preprocessing gives, and usual sizes for what is still open, which `note` is told.
 * @throws SHAPE_NO_INPUT; SHAPE_CONFLICT when the model states another image size than the one asked for
 */
export function inputDims(
  infos: readonly ValueInfo[],
  { size, inputs = {}, maxTokens = TOKENS }: InputSizes,
  preprocessing: readonly TransformStep[] | undefined,
  note: (text: string) => void,
): Record<string, readonly number[]> {
  const unknown = Object.keys(inputs).find((name) => !infos.some((info) => info.name === name));
  const names = infos.map(({ name }) => name);
  if (unknown !== undefined)
    fail('SHAPE_NO_INPUT', { input: unknown, inputs: names.map((name) => `"${name}"`).join(', '), hint: didYouMean(unknown, names) });
  const usual = preprocessing?.findLast((step) => 'size' in step)?.size as readonly [number, number] | undefined;
  const entries = infos.map(({ name, type }) => {
    const dims = type.kind === 'tensor' ? type.dims : undefined;
    return [
      name,
      inputs[name] ?? dims?.map((dim, axis) => sizeOfAxis({ name, dims, axis, tokens: Math.min(TOKENS, maxTokens) }, dim, size, usual, note)),
    ] as const;
  });
  return Object.fromEntries(entries.filter((entry): entry is [string, readonly number[]] => entry[1] !== undefined));
}

interface Axis {
  readonly name: string;
  readonly dims: readonly Dim[];
  readonly axis: number;
  /** What is taken for an open length. */
  readonly tokens: number;
}

function sizeOfAxis(
  place: Axis,
  dim: Dim,
  asked: readonly [number, number] | undefined,
  usual: readonly [number, number] | undefined,
  note: (text: string) => void,
): number {
  const { name, dims, axis, tokens } = place;
  const spatial = axis - heightAxis(dims);
  const wanted = asked?.[spatial];
  if (typeof dim === 'number') {
    if (wanted !== undefined && wanted !== dim)
      fail('SHAPE_CONFLICT', { dimension: axis, first: dim, firstPlace: `input "${name}"`, second: wanted, secondPlace: '--size' });
    return dim;
  }
  const known = axis === 0 ? 1 : (wanted ?? usual?.[spatial]);
  if (known !== undefined) return known;
  const guess = dims.length === 4 ? PIXELS : tokens;
  note(`Input "${name}" leaves dimension ${dim === null ? axis : `"${dim}"`} open: the figures are for ${guess}. --input ${name}=… states another.`);
  return guess;
}

/** The axis of the height in `[N, C, H, W]` or `[N, H, W, C]`; none in anything else. */
function heightAxis(dims: readonly Dim[]): number {
  if (dims.length !== 4) return Number.POSITIVE_INFINITY;
  return dims[3] === 1 || dims[3] === 3 ? 1 : 2;
}
