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
  return {
    ...facts,
    kind: 'image',
    load: async (index) => {
      const path = pathOf(index);
      return { kind: 'image', image: await decoder.decode(await files.read(path), path) };
    },
    bytes: (index) => files.read(pathOf(index)),
    close: async () => {},
  };
}
