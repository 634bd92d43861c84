import { fail } from '../../../core/index.js';
import type { Files } from '../files.js';

export interface MaskFolders {
  /** What holds them both. */
  readonly root: string;
  readonly images: string;
  readonly masks: string;
}

/** What folders of images and of their masks are called, in any case; the first that is there. */
const IMAGES = ['images', 'JPEGImages', 'imgs', 'image', 'leftImg8bit'];
const MASKS = ['masks', 'SegmentationClass', 'mask', 'gtFine', 'labels', 'annotations'];

/**
 * Where images and masks lie: in two folders of `path`, or the images in it and the masks in a folder of the same place under another name, as
 * `images/train` and `masks/train`.
 * @param given the folder of the masks, where it is known
 * @throws DATA_NOT_FOUND, DATA_MASK_FOLDER
 */
export async function maskFolders(files: Files, path: string, given: string | undefined): Promise<MaskFolders> {
  const inside = topFolders(await files.list(path));
  const images = named(inside, IMAGES);
  const own = images === undefined ? path : `${path}/${images}`;
  if (given !== undefined) return { root: path, images: own, masks: given };
  const masks = named(inside, MASKS);
  if (images !== undefined && masks !== undefined) return { root: path, images: own, masks: `${path}/${masks}` };
  return (await foldersAround(files, path)) ?? fail('DATA_MASK_FOLDER', { path });
}

/** Whether a folder holds images and masks in two folders. @param inside the files of the folder */
export function hasMaskFolders(inside: readonly string[]): boolean {
  const folders = topFolders(inside);
  return named(folders, IMAGES) !== undefined && named(folders, MASKS) !== undefined;
}

function topFolders(inside: readonly string[]): string[] {
  return [...new Set(inside.filter((file) => file.includes('/')).map((file) => file.slice(0, file.indexOf('/'))))];
}

function named(folders: readonly string[], names: readonly string[]): string | undefined {
  return names.map((name) => folders.find((folder) => folder.toLowerCase() === name.toLowerCase())).find((folder) => folder !== undefined);
}

/** The masks lie where the path leads if the last part of it that is called like a folder of images is called like one of masks instead. */
async function foldersAround(files: Files, path: string): Promise<MaskFolders | undefined> {
  const parts = path.split('/');
  const at = parts.findLastIndex((part) => named([part], IMAGES) !== undefined);
  if (at === -1) return undefined;
  for (const name of MASKS) {
    const masks = [...parts.slice(0, at), name, ...parts.slice(at + 1)].join('/');
    // What lies around a folder may be anything, and much: it is asked for by name.
    if (await files.isFolder(masks).catch(() => false)) return { root: parts.slice(0, at).join('/'), images: path, masks };
  }
  return undefined;
}
