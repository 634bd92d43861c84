import * as z from 'zod';
import { fail } from '../../../core/index.js';
import type { JsonObject } from '../json.js';
import type { Preprocessing } from '../preprocessing.js';
import { withoutNulls } from './family.js';
import { type Extent, extentOf, type Geometry, geometryOf, sizeSchema } from './vision/extent.js';
import { processorOf } from './vision/processors.js';

const perChannel = z.union([z.number(), z.array(z.number()).min(1).max(4)]);

const processorSchema = z.object({
  size: sizeSchema,
  crop_size: sizeSchema.exactOptional(),
  crop_pct: z.number().gt(0).max(1).exactOptional(),
  do_resize: z.boolean().default(true),
  do_center_crop: z.boolean().default(false),
  do_rescale: z.boolean().default(true),
  do_normalize: z.boolean().default(true),
  do_flip_channel_order: z.boolean().default(false),
  resample: z.int().min(0).max(5),
  rescale_factor: z
    .number()
    .gt(0)
    .default(1 / 255),
  image_mean: perChannel,
  image_std: perChannel,
});

type Processor = z.output<typeof processorSchema>;

/** PIL's numbers of filters; what stands for those that are not here is nearest to them. */
const filters: Readonly<Record<number, { filter: NonNullable<Preprocessing['filter']>; missing?: string }>> = {
  0: { filter: 'box', missing: 'nearest neighbours' },
  1: { filter: 'lanczos' },
  2: { filter: 'bilinear' },
  3: { filter: 'bicubic' },
  4: { filter: 'box' },
  5: { filter: 'bilinear', missing: 'the Hamming filter' },
};

/**
 * What a model of transformers expects of images.
 * @param config `preprocessor_config.json`
 * @returns `notes` on what is done otherwise than by transformers
 * @throws IMPORT_TOPOLOGY naming the entry that is wrong
 */
export function readPreprocessing(config: JsonObject): { preprocessing: Preprocessing; notes: readonly string[] } {
  const { defaults, isSquare, isKnown, name } = processorOf(config);
  const processor = parse({ ...defaults, ...withoutNulls(config) });
  const { notes, ...geometry } = name === 'ConvNext' ? convnextGeometry(processor) : plainGeometry(processor, isSquare);
  const { filter, missing } = filters[processor.resample] ?? { filter: 'bilinear' };
  return {
    preprocessing: { ...geometry, filter, layout: 'nchw', ...numbers(processor) },
    notes: [
      ...(isKnown ? [] : [`The image processor "${name || 'without a name'}" is not known; its entries are read as ViTImageProcessor has them.`]),
      ...notes,
      ...(missing && processor.do_resize ? [`Transformers resizes images for this model by ${missing}; here the filter is ${filter}.`] : []),
    ],
  };
}

function plainGeometry({ size, crop_size, do_resize, do_center_crop }: Processor, isSquare: boolean): Geometry {
  const crop = do_center_crop ? extentOf(crop_size ?? size, true) : undefined;
  return geometryOf(do_resize ? extentOf(size, isSquare) : undefined, crop);
}

/** ConvNeXt's processor cuts the middle out of what is enlarged for it, and stretches to sizes from 384 on. */
function convnextGeometry({ size, crop_pct = 224 / 256, do_resize }: Processor): Geometry {
  const stated = extentOf(size, false);
  const side = stated?.kind === 'both' ? stated.sides[0] : (stated?.side ?? 384);
  const target: Extent = { kind: 'both', sides: [side, side] };
  if (!do_resize) return geometryOf(undefined, target);
  return side < 384 ? geometryOf({ kind: 'shorter', side: Math.trunc(side / crop_pct) }, target) : geometryOf(target, undefined);
}

/** What becomes of the numbers of a pixel. */
function numbers({ do_rescale, rescale_factor, do_normalize, do_flip_channel_order, image_mean, image_std }: Processor) {
  const listed = [image_mean, image_std].find((values) => typeof values !== 'number');
  const channels = do_normalize && (listed?.length === 1 || listed?.length === 4) ? listed.length : 3;
  const each = (value: z.output<typeof perChannel>): readonly number[] =>
    typeof value === 'number' ? Array.from({ length: channels }, () => value) : value;
  return {
    channels,
    order: do_flip_channel_order ? 'bgr' : 'rgb',
    range: [0, do_rescale ? 255 * rescale_factor : 255],
    ...(do_normalize ? { mean: each(image_mean), std: each(image_std) } : {}),
  } as const satisfies Partial<Preprocessing>;
}

function parse(config: JsonObject): Processor {
  const parsed = processorSchema.safeParse(config);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return fail('IMPORT_TOPOLOGY', { reason: `"${issue?.path.join('.')}" in preprocessor_config.json: ${issue?.message}` });
}
