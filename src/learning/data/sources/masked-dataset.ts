import { fail, joinBytes } from '../../../core/index.js';
import type { Dataset } from '../dataset.js';
import type { ImageDecoder } from '../decode.js';
import type { Files } from '../files.js';
import { type Mask, NO_CLASS } from '../image.js';

/** Where the masks of a data set come from. */
export interface MaskSource {
  readonly names: readonly string[];
  /** @throws DATA_MASK_… errors for one that says nothing of its image */
  read(index: number): Promise<Mask>;
  /** What the mask is read from. */
  bytes(index: number): Promise<Uint8Array>;
}

interface MaskedFacts extends Pick<Dataset, 'name' | 'size' | 'ignored' | 'sample'> {
  readonly files: Files;
  readonly decoder: ImageDecoder;
  /** Where the image of a sample lies. */
  readonly pathOf: (index: number) => string;
  readonly masks: MaskSource;
}

/** A data set whose samples are image files with a mask each, which is read when asked for. */
export function maskedDataset({ files, decoder, pathOf, masks, ...facts }: MaskedFacts): Dataset {
  const mask = async (index: number): Promise<Mask> => requireClasses(await masks.read(index), pathOf(index));
  return {
    ...facts,
    kind: 'image',
    target: { kind: 'masks', names: masks.names },
    load: async (index) => {
      const file = pathOf(index);
      const [image, found] = await Promise.all([files.read(file).then((bytes) => decoder.decode(bytes, file)), mask(index)]);
      if (found.width !== image.width || found.height !== image.height) {
        fail('DATA_MASK_SIZE', { file, mask: `${found.width}×${found.height}`, image: `${image.width}×${image.height}` });
      }
      return { kind: 'image', image, mask: found };
    },
    mask,
    bytes: async (index) => joinBytes(await Promise.all([files.read(pathOf(index)), masks.bytes(index)])),
    close: async () => {},
  };
}

/** @throws DATA_MASK_EMPTY */
function requireClasses(mask: Mask, file: string): Mask {
  return mask.data.some((value) => value !== NO_CLASS) ? mask : fail('DATA_MASK_EMPTY', { file });
}
