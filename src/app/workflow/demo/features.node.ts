import { findFeatures, tapFeatures } from '../../../bases/surgery/index.js';
import { float32, type Tensor } from '../../../core/index.js';
import { inferTypes } from '../../../engine/graph/index.js';
import { openDevice } from '../../../engine/runtime/index.node.js';
import { allIndices, compileTransforms, type Dataset, rowInputs, SkipLog, sampleRandom } from '../../../learning/data/index.js';
import { extractFeatures, liveSource } from '../../../learning/training/index.node.js';
import { type Base, imageInput } from '../base.node.js';

/** The middle layers of MobileNetV2 whose averages make good features. */
export const TAPS = ['block_6_expand_relu', 'block_10_expand_relu', 'block_13_expand_relu', 'block_16_expand_relu'];

const BATCH = 32;
/** Side of the small images that the baseline without a base sees. */
const SIDE = 32;

/** Three sets of features of every image of a data set, `[N, width]` each. */
export interface FeatureSets {
  readonly taps: Tensor;
  readonly lastLayer: Tensor;
  readonly pixels: Tensor;
}

/** Runs the base once over every image: taps and last layer come from the same pass. */
export async function computeFeatures(base: Base, dataset: Dataset, onProgress: (done: number) => void): Promise<FeatureSets> {
  const { model, preprocessing } = base;
  const sampleDims = imageInput(base, preprocessing);
  const dims = Object.fromEntries(Object.entries(sampleDims).map(([name, sample]) => [name, [1, ...sample]]));
  const { types } = inferTypes(model.graph, model.opsets.get('') as number, dims);
  const last = findFeatures(model.graph);
  const { graph, output, width } = tapFeatures(model.graph, [...TAPS, last], types);
  const device = openDevice();
  try {
    const inputs = rowInputs(sampleDims, preprocessing && { train: preprocessing, eval: preprocessing });
    const source = liveSource(await inputs.open(dataset, 'eval', new SkipLog(dataset.size, 0)));
    const found = await extractFeatures(device, { ...model, graph }, [output], source, BATCH, onProgress);
    const all = found.values[output] as Tensor;
    const lastWidth = types.get(last)?.dims[1] as number;
    return { taps: columns(all, 0, width - lastWidth), lastLayer: columns(all, width - lastWidth, width), pixels: await smallPixels(dataset) };
  } finally {
    await device.close();
  }
}

async function smallPixels(dataset: Dataset): Promise<Tensor> {
  const pipeline = compileTransforms([{ name: 'resize', size: [SIDE, SIDE], fit: 'cover' }, { name: 'to-tensor' }]);
  const rows: Tensor[] = [];
  for (const index of allIndices(dataset)) {
    const content = await dataset.load(index);
    if (content.kind === 'image') rows.push(pipeline(content.image, sampleRandom(0, 0, '')));
  }
  const width = rows[0]?.data.length ?? 0;
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    data.set(row.data as Float32Array, i * width);
  });
  return float32([rows.length, width], data);
}

function columns({ dims, data }: Tensor, from: number, to: number): Tensor {
  const [rows = 0, width = 0] = dims;
  const part = new Float32Array(rows * (to - from));
  for (let row = 0; row < rows; row++) part.set((data as Float32Array).subarray(row * width + from, row * width + to), row * (to - from));
  return float32([rows, to - from], part);
}

/** The chosen rows, in order. */
export function rowsOf({ dims, data }: Tensor, rows: readonly number[]): Tensor {
  const width = dims[1] as number;
  const part = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    part.set((data as Float32Array).subarray(row * width, (row + 1) * width), i * width);
  });
  return float32([rows.length, width], part);
}
