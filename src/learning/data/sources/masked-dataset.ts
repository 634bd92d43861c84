import { fail, joinBytes } from '../../../core/index.js';
import type { Dataset } from '../dataset.js';
import { type Image, type Mask, NO_CLASS } from '../image.js';
import { alphaMask } from '../masks/alpha.js';
import type { MaskSource } from '../masks/source.js';
import type { ImageFacts } from './image-dataset.js';

interface MaskedFacts extends Omit<ImageFacts, 'target'> {
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
      const image = await decoder.decode(await files.read(file), file);
      const found = await mask(index);
      requireSize(found, image, file);
      return { kind: 'image', image, mask: found };
    },
    mask,
    bytes: async (index) => joinBytes(await Promise.all([files.read(pathOf(index)), masks.bytes(index)])),
    close: async () => {},
  };
}

interface AlphaFacts extends Omit<ImageFacts, 'target'> {
  readonly names: readonly string[];
  /** From which alpha on a pixel can be seen. */
  readonly threshold: number;
}

/** A data set whose samples are image files that are transparent where the object is not. */
export function alphaDataset({ files, decoder, pathOf, names, threshold, ...facts }: AlphaFacts): Dataset {
  const read = async (index: number): Promise<{ pixels: Image; mask: Mask }> => {
    const file = pathOf(index);
    const pixels = await decoder.pixels(await files.read(file), file);
    return { pixels, mask: alphaMask(pixels, threshold, file) };
  };
  return {
    ...facts,
    kind: 'image',
    target: { kind: 'masks', names },
    load: async (index) => {
      const { pixels, mask } = await read(index);
      return { kind: 'image', image: decoder.compose(pixels), mask };
    },
    mask: async (index) => (await read(index)).mask,
    bytes: (index) => files.read(pathOf(index)),
    close: async () => {},
  };
}

/** @throws DATA_MASK_EMPTY */
function requireClasses(mask: Mask, file: string): Mask {
  return mask.data.some((value) => value !== NO_CLASS) ? mask : fail('DATA_MASK_EMPTY', { file });
}

/** @throws DATA_MASK_SIZE */
function requireSize(mask: Mask, image: Image, file: string): void {
  if (mask.width === image.width && mask.height === image.height) return;
  fail('DATA_MASK_SIZE', { file, mask: `${mask.width}×${mask.height}`, image: `${image.width}×${image.height}` });
}
