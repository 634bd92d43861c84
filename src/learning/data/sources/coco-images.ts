import { fail } from '../../../core/index.js';
import { byCodePoint } from '../classes.js';
import type { Files } from '../files.js';
import { isImage } from './image-folder.js';

/** An image as a COCO file tells of it. */
export interface CocoImage {
  readonly id: number | string;
  readonly file_name: string;
  readonly width: number;
  readonly height: number;
}

/** The images of a COCO file that there are. */
export interface ImagesFound {
  readonly images: readonly CocoImage[];
  pathOf(index: number): string;
  /** Images that the file says nothing of. */
  readonly ignored?: readonly string[];
}

/** Images of which one tells where all of them lie, should it be the only one that is missing. */
const TRIED = 3;

/**
 * The images of a folder, by their path in it or by their name; those of the COCO file that lie elsewhere are of other parts of the data.
 * @throws DATA_NOT_FOUND, DATA_EMPTY, DATA_MASK_NONE
 */
export async function imagesIn(files: Files, folder: string, annotations: string, images: readonly CocoImage[]): Promise<ImagesFound> {
  const inside = (await files.list(folder)).filter(isImage).sort(byCodePoint);
  if (inside.length === 0) fail('DATA_EMPTY', { path: folder });
  const byName = new Map(inside.map((file) => [file.slice(file.lastIndexOf('/') + 1), file]));
  for (const file of inside) byName.set(file, file);
  const place = ({ file_name: name }: CocoImage): string | undefined => byName.get(name) ?? byName.get(name.slice(name.lastIndexOf('/') + 1));
  const found = images.filter((image) => place(image) !== undefined);
  if (found.length === 0)
    fail('DATA_MASK_NONE', { images: folder, masks: annotations, image: inside[0] as string, mask: images[0]?.file_name ?? '' });
  const used = new Set(found.map(place));
  return {
    images: found,
    pathOf: (index) => `${folder}/${place(found[index] as CocoImage) as string}`,
    ignored: inside.filter((file) => !used.has(file)),
  };
}

/** All images, at the first place where some of them are; where none is anywhere, beside the file. */
export async function imagesBeside(files: Files, annotations: string, images: readonly CocoImage[]): Promise<ImagesFound> {
  const part = /^(?:instances_|stuff_)?(.*)\.json$/.exec(annotations.slice(annotations.lastIndexOf('/') + 1))?.[1] ?? '';
  const folders = ['.', 'images', '..', '../images', `../${part}`, `../images/${part}`];
  const path = (folder: string, { file_name: name }: CocoImage): string => files.resolveFrom(annotations, `${folder}/${name}`);
  const isThere = async (folder: string): Promise<boolean> => {
    const tried = images.slice(0, TRIED).map((image) =>
      files.isFolder(path(folder, image)).then(
        (isFolder) => !isFolder,
        () => false,
      ),
    );
    return (await Promise.all(tried)).includes(true);
  };
  for (const folder of folders) {
    if (await isThere(folder)) return { images, pathOf: (index) => path(folder, images[index] as CocoImage) };
  }
  return { images, pathOf: (index) => path('.', images[index] as CocoImage) };
}
