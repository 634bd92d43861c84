import { fromNumbers } from '../../../../core/index.js';
import { isArray, type Json } from '../../json.js';
import { constant, emit, ints, type LayerScope, spatialDims, spatially, unary, withSpatial } from '../scope.js';

type Pair = readonly [number, number];

/** ZeroPadding1D, 2D, 3D. */
export const zeroPadding = (rank: number) =>
  unary((scope, x) => {
    const pairs = pairsOf(scope, 'padding', rank);
    return spatially(scope, x, (input) => {
      const pads = [0, 0, ...pairs.map(([begin]) => begin), 0, 0, ...pairs.map(([, end]) => end)];
      const sizes = spatialDims(input).map((size, i) => size && size + sumOf(pairs[i]));
      return { ...input, name: emit(scope, 'Pad', [input, ints(scope, 'pads', pads)]), shape: withSpatial(input, sizes) };
    });
  });

/** Cropping1D, 2D, 3D. */
export const cropping = (rank: number) =>
  unary((scope, x) => {
    const pairs = pairsOf(scope, 'cropping', rank);
    return spatially(scope, x, (input) => {
      const starts = ints(
        scope,
        'starts',
        pairs.map(([begin]) => begin),
      );
      const ends = ints(
        scope,
        'ends',
        pairs.map(([, end]) => (end === 0 ? 2 ** 31 : -end)),
      );
      const axes = ints(
        scope,
        'axes',
        pairs.map((_, i) => i + 2),
      );
      const sizes = spatialDims(input).map((size, i) => size && size - sumOf(pairs[i]));
      return { ...input, name: emit(scope, 'Slice', [input, starts, ends, axes]), shape: withSpatial(input, sizes) };
    });
  });

/** UpSampling1D, 2D, 3D, nearest or bilinear. */
export const upSampling = (rank: number) =>
  unary((scope, x) => {
    const factors = scope.config.ints('size', rank, 2);
    const mode = scope.config.text('interpolation', 'nearest');
    if (mode !== 'nearest' && mode !== 'bilinear') scope.config.refuse('interpolation');
    return spatially(scope, x, (input) => {
      const scales = constant(scope, fromNumbers('float32', [rank + 2], [1, 1, ...factors]));
      const sampling = mode === 'nearest' ? 'asymmetric' : scope.dialect.bilinear;
      const how = { mode: mode === 'nearest' ? 'nearest' : 'linear', coordinate_transformation_mode: sampling, nearest_mode: 'floor' };
      const sizes = spatialDims(input).map((size, i) => size && size * (factors[i] ?? 1));
      return { ...input, name: emit(scope, 'Resize', [input, '', scales], how), shape: withSpatial(input, sizes) };
    });
  });

/** `n`, `[a, b]` or `[[a, b], [c, d]]` as begin and end of every axis. In one dimension `[a, b]` is begin and end. */
function pairsOf(scope: LayerScope, key: string, rank: number): Pair[] {
  const value = scope.config.raw(key) ?? 1;
  const list: readonly Json[] = isArray(value) ? value : Array.from({ length: rank }, () => value);
  const perAxis = rank === 1 && list.length === 2 ? [list] : list;
  if (perAxis.length !== rank) scope.config.refuse(key);
  return perAxis.map((item) => pairOf(scope, key, item));
}

function pairOf(scope: LayerScope, key: string, item: Json): Pair {
  const [begin, end] = isArray(item) ? item : [item, item];
  return isCount(begin) && isCount(end) ? [begin, end] : scope.config.refuse(key);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function sumOf(pair: Pair | undefined): number {
  return (pair?.[0] ?? 0) + (pair?.[1] ?? 0);
}
