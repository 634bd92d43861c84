import { type DataType, sizeOf, type Tensor, toNumbers } from '../../../../core/index.js';

/** How the elements of a tensor stand for real numbers: (q − zero) · scale. */
export interface Scaling {
  /** One number, one an index of `axis`, or one a block along it. */
  readonly scale: Tensor;
  /** Shaped like `scale`; absent for zero. */
  readonly zero?: Tensor | undefined;
  readonly axis: number;
  /** Elements along `axis` that share a scale, where scale has as many dimensions as the tensor. */
  readonly block?: number;
}

/** Whether there is a scale for every element, and a zero point for every scale. */
export function fits({ dims }: Tensor, { scale, zero, axis, block = 0 }: Scaling): boolean {
  const at = axis < 0 ? axis + dims.length : axis;
  const isBlocked =
    block > 0 && scale.dims.length === dims.length && scale.dims.every((size, i) => size === (i === at ? blocksOf(dims[i], block) : dims[i]));
  const isShaped = scale.data.length === 1 || isBlocked || (scale.dims.length === 1 && scale.dims[0] === dims[at]);
  return isShaped && (!zero || zero.data.length === 1 || zero.data.length === scale.data.length);
}

function blocksOf(size: number | undefined, block: number): number {
  return Math.ceil((size ?? 0) / block);
}

/** The real numbers that a quantised tensor stands for, as float32. */
export function dequantised(quantised: Tensor, { scale, zero, axis, block = 0 }: Scaling): Tensor {
  const { dims, data } = quantised;
  const at = axis < 0 ? axis + dims.length : axis;
  const [length, inner] = [dims[at] ?? 1, sizeOf(dims.slice(at + 1))];
  const [scales, zeros] = [toNumbers(scale), zero ? toNumbers(zero) : [0]];
  const isBlocked = block > 0 && scale.dims.length === dims.length && dims.length > 1;
  const blocks = isBlocked ? (scale.dims[at] ?? 1) : 1;
  const indexOf = (i: number): number => {
    const j = Math.floor(i / inner) % length;
    return isBlocked ? (Math.floor(i / (inner * length)) * blocks + Math.floor(j / block)) * inner + (i % inner) : j;
  };
  const values = new Float32Array(data.length);
  for (let i = 0; i < values.length; i++) {
    const index = scales.length === 1 ? 0 : indexOf(i);
    values[i] = (Number(data[i]) - (zeros.length === 1 ? (zeros[0] as number) : (zeros[index] as number))) * (scales[index] as number);
  }
  return { type: 'float32', dims, data: values };
}

/** Smallest and largest number of the types that activations are quantised to. */
const RANGES: Readonly<Partial<Record<DataType, readonly [number, number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
};

/** The least and the largest real number that one scale and zero point can stand for; nothing where there is more than one scale. */
export function rangeOf(scale: Tensor, zero: Tensor): readonly [low: number, high: number, step: number] | undefined {
  const range = RANGES[zero.type];
  const [step, ...more] = toNumbers(scale);
  const [origin] = toNumbers(zero);
  if (!range || step === undefined || origin === undefined || more.length > 0) return undefined;
  return [(range[0] - origin) * step, (range[1] - origin) * step, step];
}
