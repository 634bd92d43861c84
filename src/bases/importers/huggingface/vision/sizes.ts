import type { Graph } from '../../../../engine/graph/index.js';
import { isArray, type JsonObject } from '../../json.js';
import type { Preprocessing } from '../../preprocessing.js';
import type { Family } from '../family.js';

/** What a file says of images. */
export interface Images {
  readonly preprocessing: Preprocessing;
  readonly notes: readonly string[];
}

/** The configuration with the size that images are brought to, where the family's layers take images of any size. */
export function sizedFor(config: JsonObject, { takesAnySize }: Family, size: readonly [number, number] | undefined): JsonObject {
  if (!size || !takesAnySize) return config;
  const [height, width] = size;
  const stated = config['image_size'] ?? 224;
  const isStated = isArray(stated) ? String(stated) === String([height, width]) : stated === height && stated === width;
  return isStated ? config : { ...config, image_size: [height, width] };
}

/** What the file says, with the size of the model's input where that is another. */
export function atInputSize({ preprocessing, notes }: Images, graph: Graph): Images {
  const size = inputSize(graph);
  if (!size) return { preprocessing, notes };
  const [height, width] = size;
  const [toHeight, toWidth] = preprocessing.size;
  if (height === toHeight && width === toWidth) return { preprocessing, notes };
  const note = `The model takes images of ${height}×${width}, its processor makes them ${toHeight}×${toWidth}; they are made for the model.`;
  return { preprocessing: { ...preprocessing, size: [height, width] }, notes: [...notes, note] };
}

/** Height and width of the images that a graph takes; `undefined` where it takes none. */
export function inputSize({ inputs }: Graph): readonly [height: number, width: number] | undefined {
  const type = inputs.find(({ name }) => name === 'pixel_values')?.type;
  const [, , height, width] = type?.kind === 'tensor' ? (type.dims ?? []) : [];
  return typeof height === 'number' && typeof width === 'number' ? [height, width] : undefined;
}
