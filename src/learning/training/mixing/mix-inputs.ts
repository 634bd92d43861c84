import { float32, type Random, sizeOf, type Tensor } from '../../../core/index.js';
import { symmetricBeta } from './beta.js';

/** What a row takes from its partner. */
export interface Mixed {
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Share of a row that is its own, 0 to 1. */
  readonly own: number;
}

/** Mixes each row with its partner, `[N, …]` float32 each. @param partners row that each row is mixed with */
export type MixInputs = (inputs: Mixed['inputs'], partners: readonly number[], alpha: number, random: Random) => Mixed;

/** Weighted means of rows (Zhang et al., arXiv 1710.09412). */
export const mixup: MixInputs = (inputs, partners, alpha, random) => {
  const own = symmetricBeta(alpha, random);
  return { own, inputs: mapTensors(inputs, (tensor) => weighted(tensor, partners, own)) };
};

/** `own` of each row and the rest of its partner. */
export function weighted({ dims, data }: Tensor, partners: readonly number[], own: number): Tensor {
  const width = sizeOf(dims.slice(1));
  const source = data as Float32Array;
  const result = new Float32Array(source.length);
  partners.forEach((partner, row) => {
    for (let i = 0; i < width; i++) {
      result[row * width + i] = own * (source[row * width + i] as number) + (1 - own) * (source[partner * width + i] as number);
    }
  });
  return float32(dims, result);
}

/** A rectangle of each image is its partner's (Yun et al., arXiv 1905.04899); shares are those of the area. */
export const cutmix: MixInputs = (inputs, partners, alpha, random) => {
  const wanted = symmetricBeta(alpha, random);
  const [[name, image] = ['', float32([0], [])]] = Object.entries(inputs);
  const layout = layoutOf(image.dims);
  const box = drawBox(layout, wanted, random);
  const covered = ((box.bottom - box.top) * (box.right - box.left)) / (layout.height * layout.width);
  return { own: 1 - covered, inputs: { ...inputs, [name]: pasted(image, partners, layout, box) } };
};

interface Layout {
  readonly height: number;
  readonly width: number;
  readonly planes: number;
  /** Numbers of a pixel that lie together. */
  readonly depth: number;
}

interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Images have 1, 3 or 4 channels, first or last. */
function layoutOf([, first = 0, second = 0, third = 0]: readonly number[]): Layout {
  const isFirst = first === 1 || first === 3 || first === 4;
  return isFirst ? { planes: first, height: second, width: third, depth: 1 } : { planes: 1, height: first, width: second, depth: third };
}

/** A box about a random place, cut off at the borders, as in the authors' code. */
function drawBox({ height, width }: Layout, own: number, random: Random): Box {
  const side = Math.sqrt(1 - own);
  const span = (length: number): readonly [number, number] => {
    const [center, half] = [random.integer(length), Math.floor((length * side) / 2)];
    return [Math.max(0, center - half), Math.min(length, center + half)];
  };
  const [[left, right], [top, bottom]] = [span(width), span(height)];
  return { top, bottom, left, right };
}

function pasted(
  { dims, data }: Tensor,
  partners: readonly number[],
  { planes, height, width, depth }: Layout,
  { top, bottom, left, right }: Box,
): Tensor {
  const source = data as Float32Array;
  const result = source.slice();
  const size = planes * height * width * depth;
  partners.forEach((partner, row) => {
    for (let line = 0; line < planes * height; line++) {
      const y = line % height;
      if (y < top || y >= bottom) continue;
      const [start, end] = [(line * width + left) * depth, (line * width + right) * depth];
      result.set(source.subarray(partner * size + start, partner * size + end), row * size + start);
    }
  });
  return float32(dims, result);
}

function mapTensors(inputs: Mixed['inputs'], map: (tensor: Tensor) => Tensor): Mixed['inputs'] {
  return Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, map(tensor)]));
}
