import * as z from 'zod';
import { fail, groupBy } from '../../../core/index.js';
import type { Dataset, Sample } from '../dataset.js';
import type { ImageDecoder } from '../decode.js';
import { type Files, readText } from '../files.js';
import { type Mask, NO_CLASS } from '../image.js';
import { drawRegions, type Region } from '../masks/coco/draw.js';
import type { MaskSource } from '../masks/source.js';
import { type CocoImage, type ImagesFound, imagesBeside, imagesIn } from './coco-images.js';
import { imageDataset } from './image-dataset.js';
import { maskedDataset } from './masked-dataset.js';

const id = z.union([z.int(), z.string()]);
const imageSchema = z.object({ id, file_name: z.string().min(1), width: z.int().positive(), height: z.int().positive() });
const cocoSchema = z.object({
  images: z.array(imageSchema),
  // What is drawn is checked when it is drawn: of large files, this is nearly all.
  annotations: z
    .array(z.object({ image_id: id, category_id: z.int(), segmentation: z.unknown(), iscrowd: z.union([z.int(), z.boolean()]).default(0) }))
    .default([]),
  categories: z.array(z.object({ id: z.int(), name: z.string().min(1) })).default([]),
});
type Coco = z.output<typeof cocoSchema>;

interface CocoOptions {
  readonly files: Files;
  readonly decoder: ImageDecoder;
  /** The folder of the images, where it is known. */
  readonly images?: string | undefined;
  readonly unlabelled?: boolean | undefined;
}

const FORMAT = 'COCO JSON';
/** Pixels that no annotation covers. */
const BACKGROUND = 'background';

/**
 * Images with the annotations of a COCO file (Lin et al. 2014, arXiv 1405.0312), which are held in memory; masks are drawn when asked for. Classes are
 * the background and the categories in the order of their ids. Later annotations lie over earlier ones, and over crowds, which are no class.
 * Images are looked for beside the file, in `images` and in the folders that COCO's own releases use.
 * @throws DATA_NOT_FOUND, DATA_UNREADABLE, DATA_FORMAT_BROKEN, DATA_EMPTY, DATA_MASK_NONE
 */
export async function openCoco(path: string, { files, decoder, images: folder, unlabelled = false }: CocoOptions): Promise<Dataset> {
  const coco = parseCoco(await readText(files, path), path);
  if (coco.images.length === 0) fail('DATA_EMPTY', { path });
  const found = folder === undefined ? await imagesBeside(files, path, coco.images) : await imagesIn(files, folder, path, coco.images);
  const facts = factsOf(found, folder ?? path);
  if (!unlabelled && coco.categories.length === 0) fail('DATA_FORMAT_BROKEN', { file: path, format: FORMAT, reason: 'it has no categories' });
  if (unlabelled) return imageDataset({ ...facts, files, decoder, target: { kind: 'none' } });
  return maskedDataset({ ...facts, files, decoder, masks: cocoMasks(coco, found, decoder.maxPixels) });
}

function factsOf({ images, pathOf, ignored }: ImagesFound, name: string) {
  const sample = (index: number): Sample => ({ id: (images[index] as CocoImage).file_name, label: undefined, location: pathOf(index) });
  return { name, size: images.length, pathOf, sample, ...(ignored && { ignored }) };
}

function cocoMasks({ annotations, categories }: Coco, { images, pathOf }: ImagesFound, maxPixels: number): MaskSource {
  const { names, labels } = classesOf(categories);
  const byImage = groupBy(annotations, ({ image_id }) => image_id);
  const regionsOf = (index: number): Region[] => {
    const own = byImage.get((images[index] as CocoImage).id) ?? [];
    const crowds = own.filter(({ iscrowd }) => Boolean(iscrowd));
    const objects = own.filter(({ iscrowd }) => !iscrowd);
    return [
      ...crowds.map(({ segmentation }) => ({ segmentation, label: NO_CLASS })),
      ...objects.map(({ segmentation, category_id }) => ({ segmentation, label: labels.get(category_id) ?? unknown(pathOf(index), category_id) })),
    ];
  };
  const read = async (index: number): Promise<Mask> => {
    const { width, height } = images[index] as CocoImage;
    if (width * height > maxPixels) fail('DATA_IMAGE_TOO_LARGE', { file: pathOf(index), limit: maxPixels });
    return drawn(width, height, regionsOf(index), pathOf(index));
  };
  return { names, read, bytes: async (index) => new TextEncoder().encode(JSON.stringify(regionsOf(index))) };
}

/** A category that is called background is the background. */
function classesOf(categories: Coco['categories']): { names: string[]; labels: Map<number, number> } {
  const names = [BACKGROUND];
  const labels = new Map<number, number>();
  for (const category of categories.toSorted((a, b) => a.id - b.id)) {
    labels.set(category.id, category.name.toLowerCase() === BACKGROUND ? 0 : names.push(category.name) - 1);
  }
  return { names, labels };
}

function drawn(width: number, height: number, regions: readonly Region[], file: string): Mask {
  try {
    return drawRegions(width, height, regions);
  } catch (error) {
    return fail('DATA_MASK_BROKEN', { file, reason: error instanceof Error ? error.message : String(error) }, error);
  }
}

function unknown(file: string, category: number): never {
  return fail('DATA_MASK_BROKEN', { file, reason: `there is no category ${category}` });
}

function parseCoco(text: string, file: string): Coco {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    fail('DATA_FORMAT_BROKEN', { file, format: FORMAT, reason: error instanceof Error ? error.message : String(error) }, error);
  }
  const { data, error } = cocoSchema.safeParse(json);
  const issue = error?.issues[0];
  return data ?? fail('DATA_FORMAT_BROKEN', { file, format: FORMAT, reason: `${issue?.path.join('.') || 'the file'}: ${issue?.message}` });
}
