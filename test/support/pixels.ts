import type { Tensor } from '../../src/core/index.js';
import type { Dataset, ModelInputs } from '../../src/learning/data/index.js';
import { countsCollector } from '../../src/learning/data/row-collector.js';

/** Images with a class for each pixel, in memory, all in one batch. */
export interface Pixels {
  /** `[N, 3, H, W]` */
  readonly images: Tensor;
  /** int64 `[N, H, W]`; 255 is no class. */
  readonly masks: Tensor;
}

/** The samples as a data set: it says what there is, {@link pixelInputs} gives it. */
export function pixelData({ images }: Pixels, classes: number): Dataset {
  return {
    name: 'memory',
    kind: 'image',
    size: images.dims[0] as number,
    target: { kind: 'masks', names: Array.from({ length: classes }, (_, i) => String(i)) },
    sample: (index) => ({ id: String(index), label: undefined, location: `memory:${index}` }),
    load: () => Promise.reject(new Error('masks are given as tensors')),
    bytes: async () => new Uint8Array(),
    close: async () => {},
  };
}

export function pixelInputs(input: string, { images, masks }: Pixels): ModelInputs {
  const dims = { [input]: images.dims.slice(1) };
  const size = images.dims[0] as number;
  const items = Array.from({ length: size }, (_, i) => i);
  return {
    dims,
    open: async () => ({
      size,
      isRepeatable: true,
      sampleOf: (item) => item,
      plan: () => [{ position: 0, items, dims }],
      dimsOf: () => dims,
      async *read(planned) {
        for (const batch of planned) yield { ...batch, size, inputs: { [input]: copied(images) }, target: copied(masks) };
      },
      targets: async () => copied(masks),
      collector: () => countsCollector((item) => item),
    }),
  };
}

/** The device takes the memory of what it is given. */
function copied({ data, ...rest }: Tensor): Tensor {
  return { ...rest, data: data.slice() as Tensor['data'] };
}
