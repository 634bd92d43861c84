import type * as z from 'zod';
import {
  exponential,
  linear,
  matMul,
  mean,
  multiply,
  type Network,
  normalize,
  slice,
  squeeze,
  transpose,
  type Value,
} from '../../torch-layers/index.js';
import { type Family, family, type ModelClass, type Outputs, withLabels } from '../family.js';
import {
  type ClipTextConfig,
  type ClipVisionConfig,
  clipTextConfig,
  clipVisionConfig,
  encodeImages,
  encodeTexts,
  poolImages,
} from './clip-towers.js';

/** In early files the entries with `_dict` are those that count. */
const clipConfig = withLabels({
  text_config: clipTextConfig.prefault({}),
  text_config_dict: clipTextConfig.exactOptional(),
  vision_config: clipVisionConfig.prefault({}),
  vision_config_dict: clipVisionConfig.exactOptional(),
}).transform((config) => ({
  labels: config.labels,
  text: config.text_config_dict ?? config.text_config,
  vision: config.vision_config_dict ?? config.vision_config,
}));

type ClipConfig = z.output<typeof clipConfig>;

const imageClasses: Readonly<Record<string, ModelClass<ClipVisionConfig>>> = {
  CLIPVisionModel: {
    build: (net, config) => {
      const last = encodeImages(net, config);
      return { last_hidden_state: last, pooler_output: poolImages(last, config) };
    },
  },
  CLIPVisionModelWithProjection: {
    build: (net, config) => {
      const last = encodeImages(net, config);
      return { image_embeds: linear(poolImages(last, config), 'visual_projection'), last_hidden_state: last };
    },
  },
};

const textClasses: Readonly<Record<string, ModelClass<ClipTextConfig>>> = {
  CLIPTextModel: {
    build: (net, config) => {
      const { last, pooled } = encodeTexts(net, config);
      return { last_hidden_state: last, pooler_output: pooled };
    },
  },
  CLIPTextModelWithProjection: {
    build: (net, config) => {
      const { last, pooled } = encodeTexts(net, config);
      return { text_embeds: linear(pooled, 'text_projection'), last_hidden_state: last };
    },
  },
};

/** Cosines of images and texts, times a learned factor: `[images, texts]`. */
function compare(net: Network, { text, vision }: ClipConfig): Outputs {
  const images = normalize(linear(poolImages(encodeImages(net, vision), vision), 'visual_projection'));
  const texts = normalize(linear(encodeTexts(net, text, 'texts').pooled, 'text_projection'));
  const perText = multiply(matMul(texts, transpose(images, [1, 0])), exponential(net.parameter('logit_scale', [])));
  return { logits_per_image: transpose(perText, [1, 0]), logits_per_text: perText, text_embeds: texts, image_embeds: images };
}

/** Scores of the classes, of the mean of the patches. */
function classify(net: Network, { vision, labels }: ClipConfig): Value {
  const last = encodeImages(net, vision);
  return linear(squeeze(mean(slice(last, 1, 1, Number(last.dims[1])), [1]), [1]), 'classifier', { units: labels });
}

/** The classes of one tower, of the part of a configuration that is about it. */
function ofPart<C>(classes: Readonly<Record<string, ModelClass<C>>>, part: (config: ClipConfig) => C): Record<string, ModelClass<ClipConfig>> {
  const built = Object.entries(classes).map(([name, { build }]) => [
    name,
    { build: (net: Network, config: ClipConfig, base: string) => build(net, part(config), base) },
  ]);
  return Object.fromEntries(built);
}

/** Radford et al. 2021, arXiv:2103.00020. Source: transformers/models/clip/modeling_clip.py */
export const clip = family({
  type: 'clip',
  base: '',
  config: clipConfig,
  // The classifier looks at what is before it.
  unneeded: /^(?:vision_model\.)?post_layernorm\./,
  classifier: { className: 'CLIPForImageClassification', layer: 'classifier' },
  classes: {
    CLIPModel: { build: compare },
    CLIPForImageClassification: { head: /^classifier\./, build: (net, config) => ({ logits: classify(net, config) }) },
    ...ofPart(imageClasses, ({ vision }) => vision),
    ...ofPart(textClasses, ({ text }) => text),
  },
});

/** Files of one tower alone. */
export const clipTowers: readonly Family[] = [
  family({ type: 'clip_vision_model', base: '', config: clipVisionConfig, classes: imageClasses }),
  family({ type: 'clip_text_model', base: '', config: clipTextConfig, classes: textClasses }),
];
