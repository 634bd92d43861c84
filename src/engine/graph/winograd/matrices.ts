/** Output positions of a tile along one axis, and taps of the kernel. */
const OUTPUTS = 4;
export const TAPS = 3;

/**
 * Points where a tile's polynomials are evaluated, besides infinity. With 0, ±1, ±2, which are in common use, convolutions have twice the error of
 * these (1e-6 of their size in 32 bits, where plain products have 2e-7). Points and reciprocals of them: Barabasz et al., "Error analysis and
 * improving the accuracy of Winograd convolution for deep neural networks" (arXiv 1803.10986).
 */
const FINITE = [0, 2 / 3, -2 / 3, 3 / 2, -3 / 2];
export const POINTS = FINITE.length + 1;

type Matrix = readonly (readonly number[])[];

interface Transforms {
  /** `[POINTS, OUTPUTS + TAPS - 1]`, of a tile of the image. */
  readonly image: Matrix;
  /** `[POINTS, TAPS]`, of the kernel. */
  readonly kernel: Matrix;
  /** `[POINTS, OUTPUTS]`, whose transpose makes outputs of products. */
  readonly outputs: Matrix;
}

/** The transforms of Toom and Cook, transposed from products of polynomials to correlations; rows of the image's are at most 1. */
function toomCook(): Transforms {
  const others = FINITE.map((point) => fromRoots(FINITE.filter((other) => other !== point)));
  const images = [...others.map((coefficients) => [...coefficients, 0]), fromRoots(FINITE)];
  const sizes = images.map((row) => Math.max(...row.map(Math.abs)));
  const norms = FINITE.map((point, i) => (others[i] as number[]).reduce((sum, value, power) => sum + value * point ** power, 0));
  const at = (count: number): Matrix => [...FINITE.map((point) => powers(point, count)), powers(0, count).reverse()];
  const kernel = at(TAPS).map((row, i) => row.map((value) => (value * (sizes[i] as number)) / (norms[i] ?? 1)));
  return { image: images.map((row, i) => row.map((value) => value / (sizes[i] as number))), kernel, outputs: at(OUTPUTS) };
}

/** Coefficients of Π (x − root), the constant first. */
function fromRoots(roots: readonly number[]): number[] {
  return roots.reduce((product, root) => product.concat(0).map((value, i) => (product[i - 1] ?? 0) - root * value), [1]);
}

function powers(x: number, count: number): number[] {
  return Array.from({ length: count }, (_, power) => x ** power);
}

const transforms = toomCook();

/** Tiles that cover `positions` outputs of an axis. */
export function tilesFor(positions: number): number {
  return Math.ceil(positions / OUTPUTS);
}

/** `[POINTS·tiles, size]`: all tiles of an image axis of which `begin` elements of padding lie before the first. */
export function imageMap(size: number, begin: number, tiles: number): Float32Array {
  return axisMap(transforms.image, tiles, size, -begin);
}

/** `[POINTS·tiles, positions]`: the transpose of what makes an axis of outputs. */
export function outputMap(positions: number, tiles: number): Float32Array {
  return axisMap(transforms.outputs, tiles, positions, 0);
}

/** Rows of points and, of each, tiles; every tile reads `OUTPUTS` further than the one before. What lies outside the axis is 0. */
function axisMap(transform: Matrix, tiles: number, size: number, start: number): Float32Array {
  const map = new Float32Array(POINTS * tiles * size);
  for (const [point, row] of transform.entries()) {
    for (let tile = 0; tile < tiles; tile++) {
      for (const [i, value] of row.entries()) {
        const position = start + tile * OUTPUTS + i;
        if (position >= 0 && position < size) map[(point * tiles + tile) * size + position] = value;
      }
    }
  }
  return map;
}

/** `[POINTS², TAPS²]`: a kernel at all pairs of points. */
export function kernelMap(): Float32Array {
  const { kernel } = transforms;
  return Float32Array.from(kernel.flatMap((a) => kernel.flatMap((b) => a.flatMap((x) => b.map((y) => x * y)))));
}

/** The same matrix `[rows, columns]` with rows and columns exchanged. */
export function exchanged(matrix: Float32Array, columns: number): Float32Array {
  const rows = matrix.length / columns;
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)] as number);
}
