import { fail } from '../../../core/index.js';
import type { Dim, ValueInfo } from '../../../engine/graph/index.js';
import type { TransformStep } from '../../../learning/data/index.js';

export interface InputSizes {
  /** Height and width of images. */
  readonly size?: readonly [number, number];
  /** Dimensions by input name, batch axis included. */
  readonly inputs?: Readonly<Record<string, readonly number[]>>;
}

/** Sizes for what a model leaves open and nobody stated; usual ones, to have figures at all. */
const TOKENS = 128;
const PIXELS = 224;

/**
 * Dimensions for every input: those asked for, else those the model states, with a batch of one where that is open, images of the size the
 * preprocessing gives, and usual sizes for what is still open, which `note` is told.
 * @throws SHAPE_NO_INPUT
 */
export function inputDims(
  infos: readonly ValueInfo[],
  { size, inputs = {} }: InputSizes,
  preprocessing: readonly TransformStep[] | undefined,
  note: (text: string) => void,
): Record<string, readonly number[]> {
  const unknown = Object.keys(inputs).find((name) => !infos.some((info) => info.name === name));
  if (unknown !== undefined) fail('SHAPE_NO_INPUT', { input: unknown, inputs: infos.map(({ name }) => `"${name}"`).join(', ') });
  const stated = preprocessing?.findLast((step) => 'size' in step)?.size as readonly [number, number] | undefined;
  return Object.fromEntries(
    infos.flatMap(({ name, type }) => {
      const given = inputs[name];
      if (given !== undefined) return [[name, given]];
      const dims = type.kind === 'tensor' ? type.dims : undefined;
      if (dims === undefined) return [];
      return [[name, complete(name, dims, size ?? stated, note)]];
    }),
  );
}

function complete(name: string, dims: readonly Dim[], size: readonly [number, number] | undefined, note: (text: string) => void): number[] {
  const first = spatialAxis(dims);
  return dims.map((dim, axis) => {
    if (typeof dim === 'number') return dim;
    if (axis === 0) return 1;
    const pixel = first !== undefined && (axis === first || axis === first + 1) ? (size?.[axis - first] ?? undefined) : undefined;
    if (pixel !== undefined) return pixel;
    const guess = dims.length >= 4 ? PIXELS : TOKENS;
    note(
      `Input "${name}" leaves dimension ${typeof dim === 'string' ? `"${dim}"` : axis} open: the figures are for ${guess}. --input ${name}=… states another.`,
    );
    return guess;
  });
}

/** The axis of the height in [N, C, H, W] or [N, H, W, C]. */
function spatialAxis(dims: readonly Dim[]): number | undefined {
  if (dims.length !== 4) return undefined;
  return dims[3] === 1 || dims[3] === 3 ? 1 : 2;
}
