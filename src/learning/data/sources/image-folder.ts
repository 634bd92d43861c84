import { fail } from '../../../core/index.js';
import { byCodePoint, indexLabels } from '../classes.js';
import type { Dataset } from '../dataset.js';
import type { ImageDecoder } from '../decode.js';
import { extensionOf, type Files } from '../files.js';
import { imageDataset } from './image-dataset.js';

const IMAGE_EXTENSIONS = new Set(['.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.webp', '.gif', '.avif']);
const SPLIT_NAMES = new Set(['train', 'training', 'val', 'valid', 'validation', 'dev', 'eval', 'test', 'testing']);

/**
 * A folder with one sub-folder of images per class, named after the class; images may lie deeper inside it. Hidden files are
 * left out, files of other kinds are listed in `ignored`.
 * @throws DATA_NOT_FOUND, DATA_NO_CLASSES, DATA_CLASS_EMPTY, DATA_SPLIT_FOLDERS when the sub-folders are named like splits
 */
export async function openImageFolder(files: Files, path: string, decoder: ImageDecoder): Promise<Dataset> {
  const inside = (await files.list(path)).filter((file) => file.includes('/')).sort(byCodePoint);
  const images = inside.filter(isImage);
  checkFolders(path, inside, images);
  const { names, indices } = indexLabels(images.map(topFolder));
  return imageDataset({
    name: path,
    files,
    decoder,
    size: images.length,
    target: { kind: 'classes', names },
    ignored: inside.filter(isOther),
    sample: (index) => {
      const id = images[index] as string;
      return { id, label: indices[index] as number, location: `${path}/${id}` };
    },
    pathOf: (index) => `${path}/${images[index] as string}`,
  });
}

/**
 * All images of a folder, at any depth, without labels: something to predict.
 * @throws DATA_NOT_FOUND, DATA_EMPTY
 */
export async function openUnlabelledFolder(files: Files, path: string, decoder: ImageDecoder): Promise<Dataset> {
  const all = (await files.list(path)).sort(byCodePoint);
  const images = all.filter(isImage);
  if (images.length === 0) fail('DATA_EMPTY', { path });
  return imageDataset({
    name: path,
    files,
    decoder,
    size: images.length,
    target: { kind: 'none' },
    ignored: all.filter(isOther),
    sample: (index) => ({ id: images[index] as string, label: undefined, location: `${path}/${images[index] as string}` }),
    pathOf: (index) => `${path}/${images[index] as string}`,
  });
}

function checkFolders(path: string, inside: readonly string[], images: readonly string[]): void {
  const folders = [...new Set(inside.map(topFolder))];
  if (folders.length === 0) fail('DATA_NO_CLASSES', { path });
  if (folders.every((folder) => SPLIT_NAMES.has(folder.toLowerCase()))) fail('DATA_SPLIT_FOLDERS', { path, folders: folders.join(', ') });
  const filled = new Set(images.map(topFolder));
  const empty = folders.find((folder) => !filled.has(folder));
  if (empty === undefined) return;
  const others = inside.filter((file) => topFolder(file) === empty && isOther(file));
  const extensions = [...new Set(others.map((file) => extensionOf(file) || 'no extension'))];
  const found = others.length === 0 ? 'It is empty.' : `Its files are of the kinds ${extensions.join(', ')}.`;
  fail('DATA_CLASS_EMPTY', { label: empty, path, found });
}

function isImage(path: string): boolean {
  return IMAGE_EXTENSIONS.has(extensionOf(path));
}

/** Whether it is a file, but no image. */
function isOther(path: string): boolean {
  return !isImage(path) && !path.endsWith('/');
}

function topFolder(path: string): string {
  return path.slice(0, path.indexOf('/'));
}
