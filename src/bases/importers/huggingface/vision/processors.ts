import type { JsonObject } from '../../json.js';

/** An image processor of transformers: what it does where a file says nothing. */
interface Processor {
  readonly defaults: JsonObject;
  /** Whether a size that is one number stands for both sides, not for the shorter one. */
  readonly isSquare: boolean;
}

const HALF = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
const CLIP = { image_mean: [0.48145466, 0.4578275, 0.40821073], image_std: [0.26862954, 0.26130258, 0.27577711] };

const [BILINEAR, BICUBIC] = [2, 3];

const vit: Processor = { isSquare: true, defaults: { ...HALF, resample: BILINEAR, size: 224 } };
const clip: Processor = { isSquare: false, defaults: { ...CLIP, resample: BICUBIC, size: 224, do_center_crop: true, crop_size: 224 } };

/** By the name without what tells its version. Source: transformers/models/<name>/image_processing_<name>.py */
const processors: Readonly<Record<string, Processor>> = {
  ViT: vit,
  DeiT: { isSquare: true, defaults: { ...HALF, resample: BICUBIC, size: 256, do_center_crop: true, crop_size: 224 } },
  ConvNext: { isSquare: false, defaults: { ...HALF, resample: BICUBIC, size: 384, crop_pct: 224 / 256 } },
  CLIP: clip,
  Bit: clip,
};

/** The processor that a file names, and its name; as ViT's where it is not known. */
export function processorOf(config: JsonObject): Processor & { readonly name: string; readonly isKnown: boolean } {
  const stated = config['image_processor_type'] ?? config['feature_extractor_type'];
  const name = typeof stated === 'string' ? stated.replace(/(ImageProcessor|FeatureExtractor)(Fast|Pil)?$/, '') : '';
  const known = Object.hasOwn(processors, name) ? processors[name] : undefined;
  return { ...(known ?? vit), name, isKnown: known !== undefined };
}
