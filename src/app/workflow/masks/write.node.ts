import { mkdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Dataset, Image } from '../../../learning/data/index.js';
import { writeFileAtomically } from '../../../learning/data/index.node.js';
import type { Prediction } from '../../../learning/tasks/index.js';
import { overlayPng } from './overlay.node.js';
import { palettePng } from './palette-png.node.js';

type MaskPrediction = Extract<Prediction, { readonly kind: 'mask' }>;

/** What the model says of an image's pixels, and where that was written. */
export interface SaidOfPixels extends Pick<MaskPrediction, 'width' | 'height' | 'shares'> {
  /** A PNG whose palette indices are the classes, and the image with their colours over it. */
  readonly files?: { readonly mask: string; readonly overlay: string };
}

/** Writes masks into a folder, under the names of the images. */
export class MaskFolder {
  readonly #folder: string;
  readonly #names: readonly string[];
  readonly #taken = new Set<string>();

  /** @param names of the classes */
  constructor(folder: string, names: readonly string[]) {
    this.#folder = folder;
    this.#names = names;
  }

  async write(dataset: Dataset, index: number, prediction: MaskPrediction): Promise<SaidOfPixels['files']> {
    await mkdir(this.#folder, { recursive: true });
    const name = this.#unused(dataset.sample(index).location);
    const { image } = (await dataset.load(index)) as { readonly image: Image };
    const files = { mask: join(this.#folder, `${name}.mask.png`), overlay: join(this.#folder, `${name}.overlay.png`) };
    await writeFileAtomically(files.mask, [palettePng(prediction)]);
    await writeFileAtomically(files.overlay, [await overlayPng(image, prediction, this.#names, prediction.shares)]);
    return files;
  }

  /** Images of different folders may have the same name. */
  #unused(location: string): string {
    const stem = basename(location, extname(location));
    let name = stem;
    for (let i = 2; this.#taken.has(name); i++) name = `${stem}-${i}`;
    this.#taken.add(name);
    return name;
  }
}
