import type { Dataset } from '../dataset.js';
import type { ImageDecoder } from '../decode.js';
import type { Files } from '../files.js';
import { type FolderFacts, isOf, readClassFolder, readUnlabelledFolder } from './class-folder.js';
import { imageDataset } from './image-dataset.js';

const IMAGES = { kind: 'image', extensions: new Set(['.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.webp', '.gif', '.avif']) } as const;

/**
 * A folder with one sub-folder of images per class.
 * @throws DATA_NOT_FOUND, DATA_NO_CLASSES, DATA_CLASS_EMPTY, DATA_SPLIT_FOLDERS when the sub-folders are named like splits
 */
export async function openImageFolder(files: Files, path: string, decoder: ImageDecoder): Promise<Dataset> {
  return imageDataset({ ...(await readClassFolder(files, path, IMAGES)), files, decoder });
}

/**
 * All images of a folder, at any depth, without labels: something to predict.
 * @throws DATA_NOT_FOUND, DATA_EMPTY
 */
export async function openUnlabelledFolder(files: Files, path: string, decoder: ImageDecoder): Promise<Dataset> {
  return imageDataset({ ...(await findImages(files, path)), files, decoder });
}

/**
 * What is known of all images of a folder, at any depth.
 * @throws DATA_NOT_FOUND, DATA_EMPTY
 */
export function findImages(files: Files, path: string): Promise<FolderFacts> {
  return readUnlabelledFolder(files, path, IMAGES);
}

export function isImage(path: string): boolean {
  return isOf(IMAGES, path);
}
