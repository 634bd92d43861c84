import { fail, RegraftError } from '../../../core/index.js';
import { byCodePoint } from '../classes.js';
import type { Dataset, Sample } from '../dataset.js';
import type { ImageDecoder } from '../decode.js';
import { type Files, readText } from '../files.js';
import { twoNames } from '../masks/choose.js';
import { maskFiles } from '../masks/files.js';
import { type MaskOptions, maskSchema } from '../masks/options.js';
import { findImages, isImage } from './image-folder.js';
import { type MaskFolders, maskFolders } from './mask-folders.js';
import { alphaDataset, maskedDataset } from './masked-dataset.js';

interface MaskFolderOptions {
  readonly files: Files;
  readonly decoder: ImageDecoder;
  readonly masks?: MaskOptions | undefined;
  /** Class names in the order of their values; by default those of a file `classes.txt`, `codes.txt` or `labels.txt`, a name a line. */
  readonly classes?: readonly string[] | undefined;
}

/** What is added to the name of an image for its mask, and to that of an image of Cityscapes. */
const MASK_SUFFIX = /[_-](masks?|segmentation|seg|labels?|gt|gtFine_labelIds|gtFine_labelTrainIds)$/i;
const IMAGE_SUFFIX = /_leftImg8bit$/;

/**
 * Images and their masks in two folders, found by equal names: a folder with `images/` and `masks/`, or a folder of images beside one of masks.
 * For masks in the alpha channel, any folder of images. An image without a mask and a mask without an image are listed in `ignored`.
 * @throws DATA_NOT_FOUND, DATA_EMPTY, DATA_MASK_FOLDER, DATA_MASK_NONE, DATA_MASK_COLOURS, DATA_MASK_NAMES
 */
export async function openMaskFolder(path: string, { files, decoder, masks, classes }: MaskFolderOptions): Promise<Dataset> {
  const options = maskSchema.parse(masks ?? {});
  if (options.kind === 'alpha')
    return alphaDataset({ ...(await findImages(files, path)), files, decoder, names: twoNames(path, classes), threshold: options.threshold });
  if (options.path?.endsWith('.json')) return (await import('./coco.js')).openCoco(options.path, { files, decoder, images: path });
  const folders = await maskFolders(files, path, options.path);
  const { images, masks: maskPaths, ignored } = await pairs(files, folders);
  const pathOf = (index: number): string => `${folders.images}/${images[index] as string}`;
  const maskOf = (index: number): string => `${folders.masks}/${maskPaths[index] as string}`;
  const sample = (index: number): Sample => ({ id: images[index] as string, label: undefined, location: pathOf(index) });
  const facts = { name: path, size: images.length, ignored, files, decoder, pathOf, sample };
  return maskedDataset({ ...facts, masks: await maskFiles({ ...facts, maskOf }, options, classes ?? (await readNames(files, folders.root))) });
}

/** Files of class names, one a line in the order of their values, as they lie beside images and masks. */
const NAME_FILES = ['classes.txt', 'codes.txt', 'labels.txt'];

async function readNames(files: Files, folder: string): Promise<string[] | undefined> {
  for (const name of NAME_FILES) {
    const text = await readText(files, `${folder}/${name}`).catch((error: unknown) => missing(error));
    if (text !== undefined) return text.split(/\r?\n/).flatMap((line) => line.trim() || []);
  }
  return undefined;
}

function missing(error: unknown): undefined {
  if (error instanceof RegraftError && error.code === 'DATA_NOT_FOUND') return undefined;
  throw error;
}

interface Pairs {
  /** Relative to their folder. */
  readonly images: readonly string[];
  readonly masks: readonly string[];
  /** Images without a mask, masks without an image, and files that are no images. */
  readonly ignored: readonly string[];
}

async function pairs(files: Files, folders: MaskFolders): Promise<Pairs> {
  const found = (await files.list(folders.images)).sort(byCodePoint);
  const photos = found.filter(isImage);
  if (photos.length === 0) fail('DATA_EMPTY', { path: folders.images });
  const masks = (await files.list(folders.masks)).filter(isImage).sort(byCodePoint);
  const byName = new Map(masks.map((mask) => [stemOf(mask, MASK_SUFFIX), mask]));
  // A name that is equal as it stands wins over one that is equal without its suffix.
  for (const mask of masks) byName.set(stemOf(mask), mask);
  const maskOf = new Map(photos.map((image) => [image, byName.get(stemOf(image)) ?? byName.get(stemOf(image, IMAGE_SUFFIX))]));
  const images = photos.filter((image) => maskOf.get(image) !== undefined);
  if (images.length === 0) fail('DATA_MASK_NONE', { ...folders, image: photos[0] as string, mask: masks[0] ?? 'none' });
  const used = new Set(maskOf.values());
  const alone = found.filter((file) => maskOf.get(file) === undefined && !file.endsWith('/'));
  return {
    images,
    masks: images.map((image) => maskOf.get(image) as string),
    ignored: [...alone, ...masks.filter((mask) => !used.has(mask))],
  };
}

/** The path of a file without its extension, and without a suffix. */
function stemOf(path: string, suffix?: RegExp): string {
  const stem = path.replace(/\.[^./]*$/, '');
  return suffix ? stem.replace(suffix, '') : stem;
}
