import { allocate, fail, float32, int64, sizeOf, type Tensor } from '../../core/index.js';
import type { Sample, Target } from './dataset.js';
import type { Mask } from './image.js';

/**
 * One tensor with a new first dimension from tensors of equal type and shape.
 * @param samples where each row comes from, for messages
 * @throws DATA_SHAPE_DIFFERS
 */
export function stack(input: string, rows: readonly Tensor[], samples: readonly Sample[]): Tensor {
  const { type, dims } = rows[0] as Tensor;
  const width = sizeOf(dims);
  const data = allocate(type, width * rows.length);
  rows.forEach((row, i) => {
    if (row.type !== type || row.dims.length !== dims.length || row.dims.some((dim, axis) => dim !== dims[axis])) {
      fail('DATA_SHAPE_DIFFERS', { file: (samples[i] as Sample).location, input, actual: row.dims.join('×'), expected: dims.join('×') });
    }
    // Rows of one type share one array class, which TypeScript cannot see.
    (data as Float32Array).set(row.data as Float32Array, i * width);
  });
  return { type, dims: [rows.length, ...dims], data };
}

/** The labels of a batch: int64 [N] for classes, float32 [N, K] for regression targets and several classes, float32 [N, 0] for anything else. */
export function collateLabels(target: Target, samples: readonly Sample[]): Tensor {
  if (target.kind === 'classes') {
    const labels = samples.map((sample) => sample.label as number);
    return int64([labels.length], labels);
  }
  if (target.kind !== 'values' && target.kind !== 'labels') return float32([samples.length, 0], []);
  return float32(
    [samples.length, target.names.length],
    samples.flatMap((sample) => (sample.label ?? []) as readonly number[]),
  );
}

/**
 * The masks of a batch: int64 [N, H, W], class indices or {@link NO_CLASS}.
 * @throws DATA_SHAPE_DIFFERS
 */
export function collateMasks(masks: readonly Mask[], samples: readonly Sample[]): Tensor {
  const { width, height } = masks[0] as Mask;
  const data = new BigInt64Array(masks.length * height * width);
  // The lower halves of the numbers, little-endian as ONNX is: making a BigInt of each pixel takes ten times as long.
  const halves = new Int32Array(data.buffer);
  masks.forEach((mask, row) => {
    if (mask.width !== width || mask.height !== height) {
      const file = (samples[row] as Sample).location;
      fail('DATA_SHAPE_DIFFERS', { file, input: 'mask', actual: `${mask.height}×${mask.width}`, expected: `${height}×${width}` });
    }
    const start = row * height * width;
    for (let i = 0; i < mask.data.length; i++) halves[2 * (start + i)] = mask.data[i] as number;
  });
  return { type: 'int64', dims: [masks.length, height, width], data };
}
