import { Animations } from '../animations.js';
import type { Dataset } from '../dataset.js';
import type { ImageDecoder } from '../decode.js';
import type { Files } from '../files.js';

export interface ImageFacts extends Pick<Dataset, 'name' | 'size' | 'target' | 'ignored' | 'sample'> {
  readonly files: Files;
  readonly decoder: ImageDecoder;
  /** Where the image of a sample lies. */
  readonly pathOf: (index: number) => string;
}

/** A data set whose samples are encoded image files. */
export function imageDataset({ files, decoder, pathOf, ...facts }: ImageFacts): Dataset {
  const animations = new Animations();
  return {
    ...facts,
    kind: 'image',
    remarks: () => animations.remarks(),
    load: async (index) => {
      const path = pathOf(index);
      const bytes = await files.read(path);
      animations.see(bytes, path);
      return { kind: 'image', image: await decoder.decode(bytes, path) };
    },
    bytes: (index) => files.read(pathOf(index)),
    close: async () => {},
  };
}
